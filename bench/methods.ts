// npm run bench -- methods: the time and memory of a bilevel step of each search method, beside first-order DARTS.
import type { BackendName } from "../src/backend";
import { oneOf, wholeNumber } from "../src/cli/command";
import { UserError } from "../src/errors";
import { completeSettings, type Method, methods, tabularMethods } from "../src/methods";
import { benchmark, type Report, type Values } from "./frame/bench";
import { median, milliseconds, quartiles, stepTimes } from "./frame/quartiles";
import { alternate, Side, withSides } from "./frame/side";
import { readRun, refuseAtOnce, type Sizes, sizeOptions } from "./frame/sizes";
import type { About } from "./sides/about";
import type { SessionOptions } from "./sides/session";

/** What all others are related to. */
const { darts } = methods;

const text = { type: "string" } as const;
const options = {
  ...sizeOptions,
  steps: { ...text, default: "9" },
  processes: { ...text, default: "3" },
  methods: text,
} as const;

export const bench = benchmark({
  name: "methods",
  help: `npm run -s bench -- methods [--methods NAME,NAME] [--batch 64] [--channels 16] [--cells 1] [--steps 9] [--processes 3]
                            [--backend native|wasm|cpu]

Seconds of a whole bilevel step (median, quartiles) and peak memory of each method that trains a network, or of those named, with the
method's own settings. All take turns, each in a process of its own; --processes so many processes of each, one after the other, take
--steps samples each. timeOverDarts is of samples of one round, memoryOverDarts of processes that ran at once: median and quartiles;
first-order DARTS takes part in any case. Where the distribution learns only every few steps, a sample is the mean over so many.`,
  options,
  run,
});

/** A method as it is measured. */
interface Search {
  readonly method: Method;
  readonly sizes: Sizes;
  /** Steps from one in which the distribution learns to the next. */
  readonly period: number;
}

async function run(values: Values<typeof options>): Promise<Report> {
  const { sizes, samples, backend: wanted } = readRun(values);
  const processes = wholeNumber("processes", values.processes, 1);
  const searches = chosen(values.methods).map((method) => searchBy(method, sizes));
  const { backend, versions } = await withSides((start) =>
    start(Side.ours("NASLab", "search", sizes, wanted)).ask<About>("about"),
  );
  refuseAtOnce(
    Object.fromEntries(searches.map(({ method, sizes }) => [method.name, sizes])),
    backend,
    "take a smaller --batch, --channels or --cells, or fewer --methods",
  );
  const generations: Generation[] = [];
  for (let seed = 0; seed < processes; seed++) generations.push(await measure(searches, samples, backend, seed));
  const rows = searches.map((search, k) => rowOf(search, k, generations));
  const { batch, channels, cells } = sizes;
  return {
    result: { batch, channels, cells, backend, processes, methods: rows },
    versions,
    tables: [tableOf(rows)],
  };
}

/** First-order DARTS, then the methods of the list; all without one. */
function chosen(list: string | undefined): Method[] {
  const names = list?.split(",").map(withSupernet) ?? Object.keys(methods);
  return [...new Set([darts.name, ...names])].map((name) => methods[name]);
}

/** @throws UserError if no method that trains a network has the name. */
function withSupernet(name: string): string {
  const all = { ...methods, ...tabularMethods };
  if (all[oneOf("methods", name, Object.keys(all))].supernet) return name;
  throw new UserError(`--methods ${name}: it trains no network and takes no step; leave it out`);
}

/** @throws UserError if the method's partial channels do not divide the channels. */
function searchBy(method: Method, { channels, ...sizes }: Sizes): Search {
  const { partialChannels, architecture } = completeSettings(method.settings);
  if (channels % partialChannels !== 0)
    throw new UserError(
      `--channels ${channels}: ${method.name} mixes 1/${partialChannels} of them; give a multiple of ${partialChannels}, or leave the method out by --methods`,
    );
  const { inner } = architecture.objective; // weight steps between two of the distribution
  return { method, sizes: { ...sizes, channels, partialChannels }, period: Number(inner ?? 1) };
}

/** What processes that ran at once measured, by search. */
interface Generation {
  readonly seconds: readonly (readonly number[])[];
  readonly peakBytes: readonly number[];
}

/** @param seed a process of another seed samples other architectures, on which the time of one path depends. */
const measure = (
  searches: readonly Search[],
  samples: number,
  backend: BackendName,
  seed: number,
): Promise<Generation> =>
  withSides(async (start) => {
    const turns = searches.map(({ method, sizes, period }) => {
      const session: SessionOptions = { ...sizes, method: method.name, seed };
      return {
        side: start(Side.ours(method.name, "search", session, backend)),
        question: `period ${period}`,
        times: 1,
      };
    });
    const seconds = await alternate(samples, turns);
    return { seconds, peakBytes: turns.map(({ side }) => side.peakBytes) };
  });

/** What the document tells of the k-th search; the first is what it is related to. */
function rowOf({ method, sizes, period }: Search, k: number, generations: readonly Generation[]) {
  const secondsOf = (k: number) => generations.flatMap(({ seconds }) => seconds[k]);
  const peaksOf = (k: number) => generations.map(({ peakBytes }) => peakBytes[k]);
  const [seconds, peaks] = [secondsOf(k), peaksOf(k)];
  const time = ratios(seconds, secondsOf(0));
  const memory = ratios(peaks, peaksOf(0));
  return {
    method: method.name,
    axes: method.axes,
    partialChannels: sizes.partialChannels,
    stepsPerSample: period,
    ...stepTimes(seconds),
    timeOverDarts: median(time),
    timeOverDartsQuartiles: quartiles(time),
    peakMemoryBytes: median(peaks),
    peakMemoryQuartiles: quartiles(peaks),
    memoryOverDarts: median(memory),
    memoryOverDartsQuartiles: quartiles(memory),
  };
}

type Row = ReturnType<typeof rowOf>;

/** Of what was measured at the same time. */
const ratios = (values: readonly number[], others: readonly number[]): number[] =>
  values.map((value, k) => value / others[k]);

const tableOf = (rows: readonly Row[]): string[][] => [
  ["method", "median ms", "quartiles", "over DARTS", "quartiles", "peak MB", "over DARTS", "quartiles", "other parts"],
  ...rows.map((row) => [
    row.method,
    milliseconds(row.secondsPerStep),
    between(row.quartiles, milliseconds),
    ratio(row.timeOverDarts),
    between(row.timeOverDartsQuartiles, ratio),
    megabytes(row.peakMemoryBytes),
    ratio(row.memoryOverDarts),
    between(row.memoryOverDartsQuartiles, ratio),
    otherParts(row),
  ]),
];

/** The parts of a step that are not those of first-order DARTS. */
function otherParts({ axes, partialChannels }: Row): string {
  const parts = Object.entries(axes)
    .filter(([axis, kind]) => axis !== "readOut" && kind !== darts.axes[axis])
    .map(([axis, kind]) => (kind === "none" ? `no ${axis}` : kind));
  return [...(partialChannels > 1 ? [`K = ${partialChannels}`] : []), ...parts].join(", ");
}

const ratio = (value: number) => value.toFixed(3); // three per cent must show

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

const between = ([first, third]: readonly [number, number], text: (value: number) => string) =>
  `${text(first)} – ${text(third)}`;
