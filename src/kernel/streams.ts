// What a cell prints to stdout and stderr, sent to that cell's output.
import { currentCell, type StreamName } from "./cell";

/** Redirects the process's streams; returns the way to write to the kernel's own log (its real stderr, which Jupyter keeps). */
export function redirectStreams(): (text: string) => void {
  const log = process.stderr.write.bind(process.stderr);
  redirect("stdout");
  redirect("stderr");
  return (text) => {
    log(`${text}\n`);
  };
}

function redirect(name: StreamName): void {
  const stream = process[name];
  const write = stream.write.bind(stream) as typeof stream.write;
  const decoder = new TextDecoder();
  stream.isTTY = false; // no colours, wherever the kernel was started from
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    const cell = currentCell();
    if (!cell) return write(chunk);
    cell.print(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") process.nextTick(callback);
    return true;
  }) as typeof stream.write;
}
