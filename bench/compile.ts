// npm run bench -- compile: what recording a bilevel step as one graph costs, and what it brings against the same step run eagerly.
import { wholeNumber } from "../src/cli/command";
import { type MemoryFit, searchBytes } from "../src/supernet/memory";
import { benchmark, type Report, type Values } from "./frame/bench";
import { median, quartiles, secondsCells } from "./frame/quartiles";
import { alternate, Side, withSides } from "./frame/side";
import {
  networkSize,
  readSizes,
  refuseWhatDoesNotFit,
  type Sizes,
  sizeOptions,
  spaceOf,
  wholeNumbers,
} from "./frame/sizes";
import type { About } from "./sides/about";

const { batch, channels } = sizeOptions;
const text = { type: "string" } as const;
const options = { batch, channels, cells: { ...text, default: "1,5" }, steps: { ...text, default: "9" } } as const;

/** The eager step on the native backend, fitted (C=16, B=64): 1,030 MB at N=1, 1,515 MB at N=2, 3,074 MB at N=5; 736 MB at N=1, B=32. */
const eager: MemoryFit = { base: 448e6, graph: 0, written: 0, passed: 2.5, outside: 9.3 };

/** Seconds of a fresh process: both half-steps together. */
const PARTS = {
  trace: "trace",
  load: "load",
  firstRun: "first run",
  firstCall: "first call, all of that",
  secondCall: "second call",
  dispose: "dispose",
} as const;

export const bench = benchmark({
  name: "compile",
  help: `npm run -s bench -- compile [--batch 64] [--channels 16] [--cells 1,5] [--steps 9]

Seconds that a compiled bilevel step (both halves) takes at its first call, in fresh processes and part by part; of its later calls, and
of the same step run eagerly, in turns; for each number of cells. It needs the native backend: elsewhere every step is eager.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const samples = wholeNumber("steps", values.steps, 1);
  const all = wholeNumbers("cells", values.cells, 1).map((cells) => readSizes({ ...values, cells: String(cells) }));
  let versions: About["versions"] = {};
  const rows: Row[] = [];
  for (const sizes of all) {
    const { about, ...row } = await measure(sizes, samples);
    versions = about.versions;
    rows.push(row);
  }
  return {
    result: { batch: all[0].batch, channels: all[0].channels, backend: "native", samples, rows: rows.map(inSeconds) },
    versions,
    tables: rows.map(({ cells, seconds }) => [
      [`cells: ${cells}`, "median ms", "quartiles", "samples"],
      ...Object.entries({ ...PARTS, laterCall: "a later call", eager: "the same step, eagerly" }).map(
        ([part, name]) => [name, ...secondsCells(seconds[part])],
      ),
    ]),
  };
}

interface Row {
  readonly cells: number;
  readonly seconds: Readonly<Record<string, readonly number[]>>;
}

async function measure(sizes: Sizes, samples: number): Promise<Row & { about: About }> {
  const side = (eager: boolean) =>
    Side.ours(eager ? "the eager step" : "the compiled step", "compile", { ...sizes, eager }, "native");
  const about = await withSides(async (start) => start(side(false)).ask<About>("about"));
  const bytes = searchBytes(spaceOf(sizes), networkSize(sizes), sizes.batch, eager);
  refuseWhatDoesNotFit(sizes, "native", { "the eager step": bytes });
  const seconds: Record<string, number[]> = Object.fromEntries(Object.keys(PARTS).map((part) => [part, []]));
  for (let k = 0; k < samples; k++) {
    const first = await withSides((start) => start(side(false)).ask<Record<string, number>>("first"));
    for (const part of Object.keys(PARTS)) seconds[part].push(first[part]);
  }
  const [laterCall, eagerCall] = await withSides((start) =>
    alternate(
      samples,
      [false, true].map((eager) => ({ side: start(side(eager)), question: "step", times: 2 })),
    ),
  );
  return { about, cells: sizes.cells, seconds: { ...seconds, laterCall, eager: eagerCall } };
}

const inSeconds = ({ cells, seconds }: Row) => ({
  cells,
  ...Object.fromEntries(
    Object.entries(seconds).map(([part, taken]) => [part, { seconds: median(taken), quartiles: quartiles(taken) }]),
  ),
});
