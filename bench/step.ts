// npm run bench -- step: the time and memory of a bilevel step, alone or side by side with the DrNAS authors' own code.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { UserError } from "../src/errors";
import { packageRoot } from "../src/root";
import { median } from "../src/trainer/clock";

const HELP = `npm run bench -- step [--batch 64] [--channels 16] [--cells 1] [--steps 20] [--backend native|wasm] [--reference DIR --python PYTHON] [--json]

Median seconds of one bilevel DrNAS step, where its time goes, and the peak memory of a fresh process.
With --reference DIR (a clone of the authors' repository) and --python (one that has PyTorch) both sides run alternately on the same sizes:
ratio is the reference's median time over ours, memoryRatio our peak memory over the reference's.`;

/** A process that runs steps when told to. */
class Side {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly seconds: number[] = [];
  peakBytes = 0;

  constructor(
    readonly name: string,
    command: string,
    words: readonly string[],
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.#process = spawn(command, words, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.pipe(process.stderr);
    this.#process.on("error", (error) => console.error(`bench step: ${name} does not start: ${error.message}`));
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<Record<string, unknown>> {
    this.#process.stdin.write(`${line}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`bench step: ${this.name} ended without an answer; see its messages above`);
    return JSON.parse(value);
  }

  async run(steps: number, counted = true): Promise<void> {
    const { seconds, peakBytes } = await this.ask(String(steps));
    if (counted) this.seconds.push(...(seconds as number[]));
    this.peakBytes = peakBytes as number;
  }

  close(): void {
    this.#process.stdin.end();
  }
}

/** @returns the exit code. */
export async function main(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      batch: { type: "string", default: "64" },
      channels: { type: "string", default: "16" },
      cells: { type: "string", default: "1" },
      steps: { type: "string", default: "20" },
      backend: { type: "string" },
      reference: { type: "string" },
      python: { type: "string", default: "python3" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [batch, channels, cells, steps] = (["batch", "channels", "cells", "steps"] as const).map((name) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1)
      throw new UserError(`--${name}: "${values[name]}" is not a positive whole number; give e.g. --${name} 16`);
    return number;
  }) as [number, number, number, number];
  const sizes = [batch, channels, cells].map(String);
  const environment = values.backend ? { ...process.env, NASLAB_BACKEND: values.backend } : process.env;
  const worker = join(packageRoot, "dist/bench/step-worker.js");
  const ourSide = () => new Side("NASLab", process.execPath, [worker, ...sizes], environment);

  const ours = ourSide();
  const reference = values.reference
    ? new Side("the reference", values.python, [
        join(packageRoot, "bench/reference_step.py"),
        values.reference,
        ...sizes,
      ])
    : null;
  for (const side of [ours, reference]) await side?.run(3, false); // compilation, caches
  for (let round = 0; round < steps; round += 2) {
    await ours.run(2);
    await reference?.run(2);
  }
  ours.close();
  reference?.close();
  const apart = ourSide(); // its extra graphs must not count as memory of the step
  const { backend, peakBytes: _, ...shares } = await apart.ask("shares");
  apart.close();

  const result = {
    batch,
    channels,
    cells,
    backend,
    secondsPerStep: median(ours.seconds),
    shares,
    peakMemoryBytes: ours.peakBytes,
    ...(reference && {
      reference: { secondsPerStep: median(reference.seconds), peakMemoryBytes: reference.peakBytes },
      ratio: median(reference.seconds) / median(ours.seconds),
      memoryRatio: ours.peakBytes / reference.peakBytes,
    }),
  };
  console.log(values.json ? JSON.stringify(result, null, 2) : text(result));
  return 0;
}

function text(result: Record<string, unknown>): string {
  return Object.entries(result)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join("\n");
}
