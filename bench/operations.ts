// npm run bench -- operations: what the operations of the DARTS space take, alone and beside the same layers in PyTorch.
import { UserError } from "../src/errors";
import { benchmark, type Report, type Values } from "./frame/bench";
import { median, milliseconds, quartiles } from "./frame/quartiles";
import { pythonHelp, pythonOptions, pytorch, readVariant } from "./frame/reference";
import { alternate, Side, type Turn, withSides } from "./frame/side";
import { readRun, sizeHelp, sizeOptions } from "./frame/sizes";
import type { About } from "./sides/about";
import type { Candidate } from "./sides/candidates";

const { cells: _, ...sizes } = sizeOptions;
const options = { ...sizes, ...pythonOptions } as const;

export const bench = benchmark({
  name: "operations",
  help: `npm run -s bench -- operations ${sizeHelp.replace(" [--cells 1]", "")} ${pythonHelp}

Seconds of each operation of the DARTS space before its last batch norm, forward alone and with all its gradients, at the sizes of the
three stages of the proxy network (32×32 images; C, 2C and 4C channels), and of depthwise convolutions alone.
With --python (one that has PyTorch) the same layers there, in turns: ratio is PyTorch's median time over ours.`,
  options,
  run,
});

/** The operations at a stage's input: what each is made of. */
function candidates(channels: number, side: number): Candidate[] {
  const at = (stride: 1 | 2): Candidate[] => [
    { operation: "max_pool_3x3", kind: "maximum", size: 3, dilation: 1, stride, channels, side },
    { operation: "avg_pool_3x3", kind: "mean", size: 3, dilation: 1, stride, channels, side },
    { operation: "sep_conv_3x3", kind: "twice", size: 3, dilation: 1, stride, channels, side },
    { operation: "sep_conv_5x5", kind: "twice", size: 5, dilation: 1, stride, channels, side },
    { operation: "dil_conv_3x3", kind: "once", size: 3, dilation: 2, stride, channels, side },
    { operation: "dil_conv_5x5", kind: "once", size: 5, dilation: 2, stride, channels, side },
  ];
  const depthwise = ([3, 5, 7] as const).map(
    (size): Candidate => ({
      operation: `depthwise ${size}×${size}`,
      kind: "depthwise",
      size,
      dilation: 1,
      stride: 1,
      channels,
      side,
    }),
  );
  const reduction: Candidate = {
    operation: "skip_connect",
    kind: "reduction",
    size: 1,
    dilation: 1,
    stride: 2,
    channels,
    side,
  };
  const even = channels % 2 === 0 ? [reduction] : [];
  return [...depthwise, ...at(1), ...even, ...at(2)];
}

async function run(values: Values<typeof options>): Promise<Report> {
  const { sizes, samples, backend } = readRun({ ...values, cells: "1" });
  const { batch, channels } = sizes;
  const variant = readVariant(values);
  if (variant === "compile") throw new UserError("--variant compile: single layers run eager or channels-last");
  const all = [0, 1, 2].flatMap((stage) => candidates(channels * 2 ** stage, 32 / 2 ** stage));
  return withSides(async (start) => {
    const ours = start(Side.ours("NASLab", "candidates", { batch, candidates: all }, backend));
    const about = await ours.ask<About>("about");
    const { python } = values;
    const theirs =
      python === undefined ? null : start(pytorch(python, "operations.py", [batch, JSON.stringify(all), variant]));
    const theirVersions = theirs && (await theirs.ask<Pick<About, "versions">>("about")).versions;
    const sides = theirs ? [ours, theirs] : [ours];
    const measured: (Candidate & ReturnType<typeof summary>)[] = [];
    for (const [k, candidate] of all.entries()) {
      const turns = ["forward", "gradients"].flatMap((what) =>
        sides.map((side): Turn => ({ side, question: `${what} ${k}`, times: 3 })),
      );
      measured.push({ ...candidate, ...summary(await alternate(samples, turns), theirs !== null) });
    }
    return {
      result: { batch, channels, samples, backend: about.backend, ...(theirs && { variant }), operations: measured },
      versions: { ...about.versions, ...theirVersions },
      tables: [table(measured, about.backend, theirs !== null)],
    };
  });
}

const times = (seconds: readonly number[]) => ({ seconds: median(seconds), quartiles: quartiles(seconds) });

/** @param seconds forward and with gradients, of each first ours and then, if there is one, the reference's. */
function summary(seconds: readonly (readonly number[])[], compared: boolean) {
  if (!compared) return { forward: times(seconds[0]), gradients: times(seconds[1]) };
  const [forward, theirForward, gradients, theirGradients] = seconds.map(times);
  return {
    forward,
    gradients,
    reference: { forward: theirForward, gradients: theirGradients },
    ratio: theirGradients.seconds / gradients.seconds,
  };
}

function table(measured: readonly (Candidate & ReturnType<typeof summary>)[], backend: string, compared: boolean) {
  const heads = [`forward (${backend})`, "with gradients"];
  return [
    ["median ms", "stride", "map", ...heads, ...(compared ? ["PyTorch's", "with gradients", "ratio"] : [])],
    ...measured.map(({ operation, stride, side, channels, forward, gradients, reference, ratio }) => [
      operation,
      String(stride),
      `${side}×${side}×${channels}`,
      milliseconds(forward.seconds),
      milliseconds(gradients.seconds),
      ...(reference
        ? [milliseconds(reference.forward.seconds), milliseconds(reference.gradients.seconds), ratio.toFixed(2)]
        : []),
    ]),
  ];
}
