// npm run bench -- step: the time and memory of a bilevel step, alone or side by side with the DrNAS authors' own code.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { UserError } from "../src/errors";
import { packageRoot } from "../src/root";
import { median } from "../src/trainer/clock";
import type { StepWork } from "./step-worker";

const HELP = `npm run bench -- step [--batch 64] [--channels 16] [--cells 1] [--steps 20] [--partial-channels 1] [--backend native|wasm]
                          [--reference DIR --python PYTHON] [--json]
       npm run bench -- step --network ARCHITECTURE [--batch 64] … [--python PYTHON [--variant eager|channels-last|compile]] [--json]

Median seconds of one bilevel DrNAS step, where its time goes, and the peak memory of a fresh process.
With --reference DIR (a clone of the authors' repository) and --python (one that has PyTorch) both sides run alternately on the same sizes:
ratio is the reference's median time over ours, memoryRatio our peak memory over the reference's.
With --network it is a training step of one architecture's network ("|nor_conv_3x3~0|+|…|"), with --python beside the same in PyTorch.`;

/** A process that runs steps when told to. */
class Side {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly seconds: number[] = [];
  peakBytes = 0;
  backend: unknown = null;

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
    const { seconds, peakBytes, backend } = await this.ask(String(steps));
    if (counted) this.seconds.push(...(seconds as number[]));
    this.peakBytes = peakBytes as number;
    this.backend = backend;
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
      python: { type: "string" },
      "partial-channels": { type: "string", default: "1" },
      network: { type: "string" },
      variant: { type: "string", default: "eager" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const options = ["batch", "channels", "cells", "steps", "partial-channels"] as const;
  const [batch, channels, cells, steps, partialChannels] = options.map((name) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1)
      throw new UserError(`--${name}: "${values[name]}" is not a positive whole number; give e.g. --${name} 16`);
    return number;
  }) as [number, number, number, number, number];
  const { network } = values;
  const sizes = [batch, channels, cells].map(String);
  const environment = values.backend ? { ...process.env, NASLAB_BACKEND: values.backend } : process.env;
  const worker = join(packageRoot, "dist/bench/step-worker.js");
  const work: StepWork = { batch, channels, cells, partialChannels, network };
  const ourSide = () => new Side("NASLab", process.execPath, [worker, JSON.stringify(work)], environment);
  const python = values.python ?? "python3";
  const script = (name: string) => join(packageRoot, "bench", name);
  const theirSide = () => {
    if (network === undefined) {
      if (!values.reference) return null;
      return new Side("the reference", python, [
        script("reference_step.py"),
        values.reference,
        ...sizes,
        String(partialChannels),
      ]);
    }
    if (values.python === undefined) return null;
    return new Side("the reference", python, [script("reference_network.py"), network, ...sizes, values.variant]);
  };

  const ours = ourSide();
  const reference = theirSide();
  for (const side of [ours, reference]) await side?.run(3, false); // compilation, caches
  for (let round = 0; round < steps; round += 2) {
    await ours.run(2);
    await reference?.run(2);
  }
  ours.close();
  reference?.close();
  const shares = network === undefined ? await sharesOf(ourSide()) : null;

  const result = {
    batch,
    channels,
    cells,
    partialChannels,
    ...(network !== undefined && { network }),
    backend: ours.backend,
    secondsPerStep: median(ours.seconds),
    ...(shares && { shares }),
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

/** Where a step's time goes, told by a process of its own: its extra graphs must not count as memory of the step. */
async function sharesOf(apart: Side): Promise<object> {
  const { backend: _, peakBytes: __, ...shares } = await apart.ask("shares");
  apart.close();
  return shares;
}

function text(result: Record<string, unknown>): string {
  return Object.entries(result)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join("\n");
}
