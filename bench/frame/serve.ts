// The child's end of side.ts: answers questions, one a line, with one line of JSON each.
import { createInterface } from "node:readline";
import { UserError } from "../../src/errors";

type Handler = (...numbers: number[]) => object | Promise<object>;

/** Serves the named questions, whose further words are numbers, until stdin ends. */
export async function serve(handlers: Readonly<Record<string, Handler>>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, ...numbers] = line.split(" ");
    const answer = await answered(() => handlers[name](...numbers.map(Number)));
    const memory = { peakBytes: process.resourceUsage().maxRSS * 1024, residentBytes: process.memoryUsage.rss() };
    console.log(JSON.stringify({ ...answer, ...memory }));
  }
}

async function answered(handle: () => object | Promise<object>): Promise<object> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof UserError) return { error: error.message };
    throw error;
  }
}

/** Seconds of each of so many calls. */
export const timed = (times: number, call: () => void): number[] =>
  Array.from({ length: times }, () => {
    const start = performance.now();
    call();
    return (performance.now() - start) / 1000;
  });
