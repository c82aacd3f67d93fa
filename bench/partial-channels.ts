// npm run bench -- partial-channels: what partial channels save of a step's time and memory, beside table 1 of DrNAS.

import { wholeNumber } from "../src/cli/command";
import { UserError } from "../src/errors";
import { benchmark, type Report, type Values } from "./frame/bench";
import { milliseconds, stepTimes } from "./frame/quartiles";
import { alternate, Side, withSides } from "./frame/side";
import { gigabytes, readBackend, readSizes, refuseAtOnce, type Sizes, sizeOptions, wholeNumbers } from "./frame/sizes";
import type { About } from "./sides/about";

/** DrNAS, table 1: a GPU's memory in MB by K, of a search on NAS-Bench-201 with CIFAR-10 (C = 16, N = 5, batch 64). */
const PAPER: Readonly<Record<number, number>> = { 1: 2437, 2: 1583, 4: 1159, 8: 949 };

const text = { type: "string" } as const;
const options = {
  ...sizeOptions,
  space: text,
  cells: { ...text, default: "5" },
  steps: { ...text, default: "9" },
  "partial-channels": { ...text, default: "1,2,4,8" },
} as const;

export const bench = benchmark({
  name: "partial-channels",
  help: `npm run -s bench -- partial-channels [--space nasbench201] [--partial-channels 1,2,4,8] [--batch 64] [--channels 16] [--cells 5]
                                     [--steps 9] [--backend native|wasm|cpu]

Time and memory of a bilevel DrNAS step by K, the first value being what the others are related to; a process for each K, in turns.
peakMemoryBytes is the largest resident set of the process, stepMemoryBytes how much that is above what it holds before its first step:
a process has TensorFlow's code in its memory, a GPU has not. Beside them the memory that DrNAS prints in table 1, where it has the K.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const shares = wholeNumbers("partial-channels", values["partial-channels"], 1);
  const all = shares.map((share) => readSizes({ ...values, "partial-channels": String(share) }));
  const samples = wholeNumber("steps", values.steps, 1);
  if (new Set(shares).size < Math.max(2, shares.length))
    throw new UserError(`--partial-channels ${shares.join()}: give at least two values, all different`);
  return withSides(async (start) => {
    const sides = all.map((sizes) =>
      start(Side.ours(`NASLab at K = ${sizes.partialChannels}`, "search", sizes, readBackend(values.backend))),
    );
    // the backends are loaded, the networks not yet made
    const [{ backend, versions }] = await Promise.all(sides.map((side) => side.ask<About>("about")));
    refuseAtOnce(Object.fromEntries(all.map((sizes) => [`K = ${sizes.partialChannels}`, sizes])), backend);
    const before = sides.map(({ residentBytes }) => residentBytes);
    const seconds = await alternate(
      samples,
      sides.map((side) => ({ side, question: "step", times: 1 })),
    );
    const points = all.map((sizes, k) => pointOf(sizes, seconds[k], sides[k].peakBytes, before[k]));
    const rows = points.map((point) => ({ ...point, over: related(point, points[0]) }));
    const { space, batch, channels, cells } = all[0];
    return { result: { space, batch, channels, cells, backend, rows }, versions, tables: [tableOf(rows)] };
  });
}

function pointOf({ partialChannels }: Sizes, seconds: readonly number[], peakMemoryBytes: number, before: number) {
  return {
    partialChannels,
    ...stepTimes(seconds),
    peakMemoryBytes,
    stepMemoryBytes: peakMemoryBytes - before,
    paperMegabytes: PAPER[partialChannels] ?? null,
  };
}

type Point = ReturnType<typeof pointOf>;

/** A K's figures over those of the first. */
const related = (point: Point, first: Point) => ({
  time: point.secondsPerStep / first.secondsPerStep,
  peakMemory: point.peakMemoryBytes / first.peakMemoryBytes,
  stepMemory: point.stepMemoryBytes / first.stepMemoryBytes,
  paper: point.paperMegabytes && first.paperMegabytes && point.paperMegabytes / first.paperMegabytes,
});

const tableOf = (rows: readonly (Point & { readonly over: ReturnType<typeof related> })[]) => [
  ["K", "median ms", "over the first", "peak memory", "over", "of the step", "over", "DrNAS, MB", "over"],
  ...rows.map(({ over, ...row }) => [
    String(row.partialChannels),
    milliseconds(row.secondsPerStep),
    over.time.toFixed(2),
    gigabytes(row.peakMemoryBytes),
    over.peakMemory.toFixed(2),
    gigabytes(row.stepMemoryBytes),
    over.stepMemory.toFixed(2),
    String(row.paperMegabytes ?? ""),
    over.paper?.toFixed(2) ?? "",
  ]),
];
