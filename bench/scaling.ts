// npm run bench -- scaling: how a step's time and memory grow with each size, beside its arithmetic, and what its kinds of operations reach.
import { wholeNumber } from "../src/cli/command";
import { UserError } from "../src/errors";
import { scalingFigure } from "./figures/scaling";
import { benchmark, type Report, type Values } from "./frame/bench";
import { ALLOWED, fixedSeconds, type Growth, measureGrowth, type SizeName } from "./frame/growth";
import { milliseconds } from "./frame/quartiles";
import { measureRoofline, type Roofline } from "./frame/roofline";
import { Side, withSides } from "./frame/side";
import { allOperations, gigabytes, readBackend, refuseAtOnce, type Sizes, wholeNumbers } from "./frame/sizes";
import type { About } from "./sides/about";

/** The sizes that vary: the option, the least value, and where the size stands while another one varies. */
const SIZES = {
  batch: { option: "batch", least: 2, rest: 64 },
  channels: { option: "channels", least: 1, rest: 16 },
  cells: { option: "cells", least: 1, rest: 1 },
  operations: { option: "operations", least: 2, rest: allOperations },
  partialChannels: { option: "partial-channels", least: 1, rest: 1 },
} as const satisfies Record<SizeName, object>;

const names = Object.keys(SIZES) as SizeName[];

const text = { type: "string" } as const;
const options = {
  batch: { ...text, default: "16,32,64,128,256" },
  channels: { ...text, default: "8,16,24,32" },
  cells: { ...text, default: "1,2,3,5" },
  operations: { ...text, default: "2,3,4,5" },
  "partial-channels": { ...text, default: "1,2,4,8" },
  steps: { ...text, default: "9" },
  backend: text,
  figure: text,
} as const;

export const bench = benchmark({
  name: "scaling",
  help: `npm run -s bench -- scaling [--batch 16,32,64,128,256] [--channels 8,16,24,32] [--cells 1,2,3,5] [--operations 2,3,4,5]
                             [--partial-channels 1,2,4,8] [--steps 9] [--backend native|wasm|cpu] [--figure FILE.svg]

Time and memory of a step while one size varies and the others stay at the value of their list nearest to batch 64, 16 channels, 1 cell,
${allOperations} operations, K = 1. For each size b of time ∝ size^b, the same of memory and of the necessary arithmetic, and whether time grows no
faster than arithmetic (time ∝ arithmetic^b, b ≤ ${ALLOWED}); fixedSeconds: what a step takes without arithmetic, by a line through the batch
sizes; and the roofline: intensity (operations a byte) and rate of single operations of the three stages, beside the matrix-product
peak and the memory's rate. --figure draws all of it (.svg, .png, or .json for Vega-Lite).`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const lists = readLists(values);
  const rest = {
    space: "nasbench201",
    ...Object.fromEntries(names.map((name) => [name, nearest(lists[name], SIZES[name].rest)])),
  } as Sizes;
  const samples = wholeNumber("steps", values.steps, 1);
  const { figure } = values;
  if (figure !== undefined && !/\.(svg|png|json)$/.test(figure))
    throw new UserError(`--figure ${figure}: end the file's name in .svg, .png or .json`);
  const { backend, versions } = await withSides((start) =>
    start(Side.ours("NASLab", "search", rest, readBackend(values.backend))).ask<About>("about"),
  );
  for (const name of names) refuseAtOnce(variations(name, lists[name], rest), backend);
  const growths: Growth[] = [];
  for (const name of names) {
    if (lists[name].length > 1) growths.push(await measureGrowth(name, lists[name], rest, samples, backend));
  }
  const batch = growths.find(({ size }) => size === "batch");
  const fixed = batch && fixedSeconds(batch.points);
  const roofline = await measureRoofline(rest, samples, backend);
  if (figure !== undefined) scalingFigure(growths, roofline).save(figure);
  return {
    result: { rest, backend, growths, ...(fixed !== undefined && { fixedSeconds: fixed }), roofline },
    versions,
    tables: [
      ...growths.map(pointTable),
      growthTable(growths),
      ...(fixed === undefined
        ? []
        : [
            [
              ["without arithmetic", "ms"],
              ["a step", milliseconds(fixed)],
            ],
          ]),
      rooflineTable(roofline),
    ],
  };
}

type Lists = Readonly<Record<SizeName, readonly number[]>>;

function readLists(values: Values<typeof options>): Lists {
  const lists = Object.fromEntries(
    names.map((name) => {
      const { option, least } = SIZES[name];
      return [name, wholeNumbers(option, values[option], least)];
    }),
  ) as unknown as Lists;
  const tooMany = lists.operations.find((count) => count > allOperations);
  if (tooMany !== undefined)
    throw new UserError(`--operations ${tooMany}: the space has ${allOperations}; take 2 to ${allOperations}`);
  const channels = nearest(lists.channels, SIZES.channels.rest);
  const share = lists.partialChannels.find((share) => channels % share !== 0);
  if (share !== undefined)
    throw new UserError(`--partial-channels ${share} does not divide the ${channels} channels; take divisors`);
  return lists;
}

const nearest = (values: readonly number[], wanted: number): number =>
  values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best));

const variations = (size: SizeName, values: readonly number[], rest: Sizes): Record<string, Sizes> =>
  Object.fromEntries(values.map((value) => [`${SIZES[size].option} ${value}`, { ...rest, [size]: value }]));

const pointTable = ({ size, points }: Growth) => [
  [SIZES[size].option, "median ms", "quartiles", "memory", "GFLOP"],
  ...points.map(({ value, secondsPerStep, quartiles, peakMemoryBytes, flopsPerStep }) => [
    String(value),
    milliseconds(secondsPerStep),
    quartiles.map(milliseconds).join(" – "),
    gigabytes(peakMemoryBytes),
    (flopsPerStep / 1e9).toFixed(2),
  ]),
];

const growthTable = (growths: readonly Growth[]) => [
  ["exponent of", "time", "arithmetic", "memory", "time by arithmetic", `at most ${ALLOWED}`],
  ...growths.map(({ size, timeExponent, arithmeticExponent, memoryExponent, timeByArithmetic, within }) => [
    SIZES[size].option,
    ...[timeExponent, arithmeticExponent, memoryExponent, timeByArithmetic].map((value) => value.toFixed(2)),
    within ? "yes" : "no",
  ]),
];

const rooflineTable = ({ peak, bytesPerSecond, points }: Roofline) => [
  ["operation", "stage", "FLOP a byte", "GFLOP/s", "% of roof"],
  ...points.map(({ kind, stage, intensity, rate, ofRoof }) => [
    kind,
    String(stage),
    intensity.toFixed(1),
    (rate / 1e9).toFixed(1),
    (100 * ofRoof).toFixed(0),
  ]),
  [`roof: ${(bytesPerSecond / 1e9).toFixed(1)} GB/s`, "", "", (peak.flops / 1e9).toFixed(1), "100"],
];
