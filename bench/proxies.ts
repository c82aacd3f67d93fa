// npm run bench -- proxies: architectures a second by each training-free proxy, and beside PyTorch.
import { RandomStream } from "../src/backend/random";
import { oneOf, wholeNumber } from "../src/cli/command";
import { UserError } from "../src/errors";
import { proxyNames } from "../src/proxies/names";
import { benchmark, type Report, type Values } from "./frame/bench";
import { median, milliseconds, quartiles } from "./frame/quartiles";
import { pythonHelp, pythonOptions, pytorch, readVariant } from "./frame/reference";
import { Side, withSides } from "./frame/side";
import { gigabytes, readBackend, readSizes, sizeOptions, spaceOf } from "./frame/sizes";
import type { About } from "./sides/about";

/** What bench/reference/proxies.py has. */
const REFERENCE = ["grad_norm", "snip", "naswot", "jacob_cov"];

/** Of a proxy that passes through the network once for each image, one in so many architectures. */
const FEWER: Readonly<Record<string, number>> = { ntk: 25 };

const text = { type: "string" } as const;
const { steps: _, ...sizes } = sizeOptions;
const options = {
  ...sizes,
  ...pythonOptions,
  cells: { ...text, default: "5" },
  architectures: { ...text, default: "50" },
  proxies: { ...text, default: proxyNames.join() },
} as const;

export const bench = benchmark({
  name: "proxies",
  help: `npm run -s bench -- proxies [--proxies NAME,NAME] [--architectures 50] [--batch 64] [--channels 16] [--cells 5]
                             [--backend native|wasm|cpu] ${pythonHelp}

Architectures of NAS-Bench-201 that each training-free proxy, or those named, scores in a second, alone, fresh weights and all, on so many
drawn at random (ntk, which passes once for each image, on one in ${FEWER.ntk}). With --python (one that has PyTorch) the same architectures by
${REFERENCE.join(", ")} there, in turns: ratio is PyTorch's time for all over ours.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const sizes = readSizes(values);
  const chosen = values.proxies.split(",").map((name) => oneOf("proxies", name, proxyNames));
  const count = wholeNumber("architectures", values.architectures, 1);
  const backend = readBackend(values.backend);
  const variant = readVariant(values);
  if (variant === "compile") throw new UserError("--variant compile: a network is scored once; eager or channels-last");
  const stream = new RandomStream(0, "architectures");
  const architectures = Array.from({ length: count }, () => spaceOf(sizes).sample(stream).toString());
  const { batch, channels, cells } = sizes;
  const { python } = values;
  return withSides(async (start) => {
    const ours = start(Side.ours("NASLab", "proxies", { ...sizes, architectures }, backend));
    const about = await ours.ask<About>("about");
    const words = [JSON.stringify(architectures), batch, channels, cells, variant];
    const theirs = python === undefined ? null : start(pytorch(python, "proxies.py", words));
    const theirVersions = theirs && (await theirs.ask<Pick<About, "versions">>("about")).versions;
    const rows: Row[] = [];
    for (const name of chosen) {
      const other = REFERENCE.includes(name) ? theirs : null;
      rows.push(await measure(name, Math.ceil(count / (FEWER[name] ?? 1)), ours, other));
    }
    return {
      result: {
        ...{ space: sizes.space, batch, channels, cells, backend: about.backend, ...(theirs && { variant }) },
        peakMemoryBytes: ours.peakBytes,
        ...(theirs && { referencePeakMemoryBytes: theirs.peakBytes }),
        proxies: rows,
      },
      versions: { ...about.versions, ...theirVersions },
      tables: [
        tableOf(rows, about.backend, theirs !== null),
        [
          ["peak memory", ""],
          ["NASLab", gigabytes(ours.peakBytes)],
          ...(theirs ? [["PyTorch", gigabytes(theirs.peakBytes)]] : []),
        ],
      ],
    };
  });
}

const total = (seconds: readonly number[]) => seconds.reduce((sum, x) => sum + x, 0);

const summary = (seconds: readonly number[]) => ({
  architecturesPerSecond: seconds.length / total(seconds),
  secondsPerArchitecture: median(seconds),
  quartiles: quartiles(seconds),
});

/** One architecture after the other, the sides in turns, after one that does not count. */
async function measure(name: string, architectures: number, ours: Side, theirs: Side | null) {
  const sides = theirs ? [ours, theirs] : [ours];
  for (const side of sides) await side.seconds(`${name} 0`, 1);
  const seconds = sides.map((): number[] => []);
  for (let k = 0; k < architectures; k++)
    for (const [s, side] of sides.entries()) seconds[s].push(...(await side.seconds(`${name} ${k}`, 1)));
  const [own, reference] = seconds;
  return {
    name,
    architectures,
    ...summary(own),
    ...(reference && {
      reference: summary(reference),
      ratio: total(reference) / total(own),
      ratioQuartiles: quartiles(own.map((taken, k) => reference[k] / taken)),
    }),
  };
}

type Row = Awaited<ReturnType<typeof measure>>;

const tableOf = (rows: readonly Row[], backend: string, compared: boolean): string[][] => [
  [
    "proxy",
    "architectures",
    `a second (${backend})`,
    "median ms",
    ...(compared ? ["PyTorch, a second", "median ms", "ratio"] : []),
  ],
  ...rows.map(({ name, architectures, architecturesPerSecond, secondsPerArchitecture, reference, ratio }) => [
    name,
    String(architectures),
    architecturesPerSecond.toFixed(2),
    milliseconds(secondsPerArchitecture),
    ...(reference
      ? [reference.architecturesPerSecond.toFixed(2), milliseconds(reference.secondsPerArchitecture), ratio!.toFixed(2)]
      : compared
        ? ["", "", ""]
        : []),
  ]),
];
