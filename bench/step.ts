// npm run bench -- step: the time and memory of a bilevel step, alone or side by side with the DrNAS authors' own code.
import { UserError } from "../src/errors";
import { spacesByName } from "../src/spaces";
import { stepFlops } from "../src/supernet/arithmetic";
import { benchmark, type Report, type Values } from "./frame/bench";
import { type Peak, PeakSide } from "./frame/peak";
import { median, quartiles, secondsCells, stepTimes } from "./frame/quartiles";
import { readReference, referenceOptions, variantHelp } from "./frame/reference";
import { alternate, Side, withSides } from "./frame/side";
import {
  gigabytes,
  networkSize,
  readRun,
  refuseWhatDoesNotFit,
  type Sizes,
  sizeHelp,
  sizeOptions,
  spaceOf,
} from "./frame/sizes";
import type { About } from "./sides/about";
import type { Profile } from "./sides/operations";
import type { Shares } from "./sides/shares";

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const options = {
  ...sizeOptions,
  ...referenceOptions,
  space: text,
  cells: text,
  "partial-channels": text,
  "one-path": flag,
  profile: flag,
  network: text,
} as const;

export const bench = benchmark({
  name: "step",
  help: `npm run -s bench -- step [--space nasbench201] ${sizeHelp} [--partial-channels 1] [--one-path]
                          [--profile] [--reference DIR [--python python3] ${variantHelp}]
       npm run -s bench -- step --network ARCHITECTURE [--space nasbench201] ${sizeHelp} [--profile] [--python PYTHON ${variantHelp}]

Seconds of one bilevel DrNAS step (median, quartiles), where its time goes, the peak memory of a fresh process, and arithmeticShare: the
share of the machine's matrix-product peak, measured in the same run, that the step's necessary arithmetic reaches.
--space is one of ${Object.keys(spacesByName).join(", ")}; its search network has the papers' cells
unless --cells says otherwise (nasbench201: 1 a stage).
With --reference DIR (a clone of the authors' repository) and --python (one that has PyTorch) both sides run alternately on the same sizes,
of nasbench201 or darts:
ratio is the reference's median time over ours, memoryRatio our peak memory over the reference's.
With --profile the time of one more step by kind of operation, summed over the kernels that ran side by side.
With --one-path steps that run one operation on each edge, drawn anew each time, alternate with those of all: timeOverMixture.
With --network it is a training step of one architecture's network ("|nor_conv_3x3~0|+|…|"), with --python beside the same in PyTorch.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const { sizes, samples, backend } = readRun(values);
  const { network } = values;
  if (network !== undefined) refuseUnknown(network, sizes);
  if (network !== undefined && values["one-path"])
    throw new UserError("--one-path: a single network has no other path; leave it or --network out");
  const reference = readReference(values, sizes, network);
  const search = () => Side.ours("NASLab", "search", sizes, backend);
  return withSides(async (start) => {
    const ours = start(
      network === undefined ? search() : Side.ours("NASLab", "network", { ...sizes, architecture: network }, backend),
    );
    const about = await ours.ask<About>("about");
    if (values.profile && about.backend !== "native")
      throw new UserError(`--profile: ${about.backend} runs no graph to profile; take --backend native`);
    refuseWhatDoesNotFit(sizes, about.backend, reference ? { "the reference": reference.bytes } : {});
    const theirs = reference && start(reference.side());
    const theirVersions = theirs && (await theirs.ask<Pick<About, "versions">>("about")).versions;
    const onePath = values["one-path"]
      ? start(Side.ours("NASLab, one path", "search", { ...sizes, onePath: true }, backend))
      : null;
    const product = start(new PeakSide(about.backend));
    const step = (side: Side) => ({ side, question: "step", times: 2 });
    const others = [theirs, onePath].flatMap((side) => (side ? [step(side)] : []));
    const seconds = await alternate(samples, [step(ours), product.turn, ...others]);
    const [ourSeconds, productSeconds, theirSeconds] = seconds;
    const onePathSeconds = seconds.at(-1)!;
    const peak = await product.peak(productSeconds);
    const profile = values.profile ? await ours.ask<Profile>("profile") : null;
    const ofSearch = network === undefined && {
      ...arithmetic(sizes, median(ourSeconds), peak),
      ...(await start(search()).ask<Shares>("shares")), // its extra graphs must not count as memory of the step
    };
    const ofOnePath = onePath && overMixture(onePathSeconds, ourSeconds, onePath);
    const compared =
      theirs &&
      compare(reference.variant, { seconds: ourSeconds, side: ours }, { seconds: theirSeconds, side: theirs });
    return {
      result: {
        ...sizes,
        ...(network !== undefined && { network }),
        backend: about.backend,
        ...stepTimes(ourSeconds),
        peakMemoryBytes: ours.peakBytes,
        peak,
        ...ofSearch,
        ...compared,
        ...(profile && { profile }),
        ...(ofOnePath && { onePath: ofOnePath }),
      },
      versions: { ...about.versions, ...theirVersions },
      tables: [
        [
          ["", "median ms", "quartiles", "samples"],
          [`a step, NASLab (${about.backend})`, ...secondsCells(ourSeconds)],
          ...(theirs ? [[`a step, PyTorch (${reference.variant})`, ...secondsCells(theirSeconds)]] : []),
          ...(onePath ? [["a step, one path", ...secondsCells(onePathSeconds)]] : []),
          ["the matrix product", ...secondsCells(productSeconds)],
        ],
        [
          ["measure", "value"],
          ["matrix-product peak", `${(peak.flops / 1e9).toFixed(0)} GFLOP/s (${peak.backend}, cores: ${peak.cores})`],
          ...(ofSearch ? searchRows(ofSearch) : []),
          ["peak memory", gigabytes(ours.peakBytes)],
          ...(compared ? comparedRows(compared) : []),
          ...(ofOnePath ? [["one path's time over the mixture's", ofOnePath.timeOverMixture.toFixed(2)]] : []),
        ],
        ...(profile ? [profileRows(profile)] : []),
      ],
    };
  });
}

/** @throws UserError for what is no architecture. */
function refuseUnknown(architecture: string, sizes: Sizes): void {
  try {
    spaceOf(sizes).parse(architecture);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`--network: ${error.message.split("\n")[0]} of "${architecture}"`);
  }
}

/** The share of the peak that the necessary arithmetic reaches. */
function arithmetic(sizes: Sizes, secondsPerStep: number, peak: Peak) {
  const { architecture, weights } = stepFlops(spaceOf(sizes), networkSize(sizes), sizes.batch);
  const flopsPerStep = architecture + weights;
  return { flopsPerStep, arithmeticShare: flopsPerStep / secondsPerStep / peak.flops };
}

interface Measured {
  readonly seconds: readonly number[];
  readonly side: Side;
}

function compare(variant: string, ours: Measured, theirs: Measured) {
  return {
    reference: { variant, ...stepTimes(theirs.seconds), peakMemoryBytes: theirs.side.peakBytes },
    ratio: median(theirs.seconds) / median(ours.seconds),
    ratioQuartiles: quartiles(theirs.seconds.map((seconds, k) => seconds / ours.seconds[k])), // of pairs taken one after the other
    memoryRatio: ours.side.peakBytes / theirs.side.peakBytes,
  };
}

const overMixture = (seconds: readonly number[], mixture: readonly number[], side: Side) => ({
  ...stepTimes(seconds),
  peakMemoryBytes: side.peakBytes,
  timeOverMixture: median(seconds) / median(mixture),
});

const profileRows = ({ operations, kernelsAtOnce }: Profile): string[][] => [
  ["operation", "nodes", "ms"],
  ...operations
    .filter(({ seconds }) => seconds >= 1e-4) // the others are in the document
    .map(({ operation, nodes, seconds }) => [operation, String(nodes), (1000 * seconds).toFixed(1)]),
  ["kernels at once, on the average", "", kernelsAtOnce.toFixed(2)],
];

type Rows = [name: string, value: string][];

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function searchRows(measured: Shares & ReturnType<typeof arithmetic>): Rows {
  const { flopsPerStep, arithmeticShare, shares, outsideTensors } = measured;
  return [
    ["necessary arithmetic of a step", `${(flopsPerStep / 1e9).toFixed(2)} GFLOP`],
    ["its share of the peak", percent(arithmeticShare)],
    ...Object.entries(shares).map(([name, share]): Rows[number] => [`time of ${name}`, percent(share)]),
    ["time of data, host and display", percent(outsideTensors)],
  ];
}

function comparedRows({
  ratio,
  memoryRatio,
  reference,
  ratioQuartiles: [first, third],
}: ReturnType<typeof compare>): Rows {
  return [
    ["PyTorch's time over ours", `${ratio.toFixed(2)} (${first.toFixed(2)} – ${third.toFixed(2)})`],
    ["PyTorch's peak memory", gigabytes(reference.peakMemoryBytes)],
    ["our memory over PyTorch's", memoryRatio.toFixed(2)],
  ];
}
