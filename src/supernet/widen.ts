// Widening a search network whose partial channels grow (DrNAS section 3.3, eqs. 7 and 8, after Net2Net, Chen et al., ICLR 2016).
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../backend";
import { isCell, type SearchSpace, type Step } from "../spaces";
import { stepName } from "./operation";
import { standingIn } from "./standing";

/** g: of each channel of the wider tensor the old one that it copies, the identity for the old ones (eq. 7). */
export type Mapping = readonly number[];

/** How a tensor grows. A filter's inputs and outputs; of a depthwise filter and of a batch norm the outputs. */
export interface Growth {
  readonly inputs: Mapping | null;
  readonly outputs: Mapping | null;
}

/** The first `from` channels, then random ones among them. */
export const mapping = (from: number, to: number, stream: RandomStream): Mapping =>
  Array.from({ length: to }, (_, k) => (k < from ? k : stream.below(from)));

/**
 * How each tensor of a search network grows where mixtures get `to` in place of `from` shares of the channels (C/from to C/to), by name;
 * what is not in it stays as it is. Within an operation a channel's copies stay copies to its end: the output mapping of a layer is the
 * input mapping of the next, batch norms included, of the factorised reduction those of both halves (the authors' code takes the
 * statistics of its second half from the first). An operation's own inputs are channels that were there before and bypassed it: which
 * filters they get is drawn (eq. 8 copies, and does not divide by how often: the function changes).
 */
export function widening(
  space: SearchSpace,
  size: Parameters<SearchSpace["layers"]>[0],
  { from, to }: { from: number; to: number },
  random: RandomStream,
): ReadonlyMap<string, Growth> {
  const growths = new Map<string, Growth>();
  for (const layer of space.layers(size).filter(isCell)) {
    const wide = standingIn(space, layer, to);
    for (const [k, { name, placed }] of standingIn(space, layer, from).entries()) {
      const [old, grown] = [placed.outputs, wide[k].placed.outputs];
      if (old === grown) continue; // all channels are mixed
      growOperation(name, placed.operation.steps(placed.stride) ?? [], old, grown, random.split(name), growths);
    }
  }
  return growths;
}

function growOperation(
  name: string,
  steps: readonly Step[],
  from: number,
  to: number,
  stream: RandomStream,
  growths: Map<string, Growth>,
): void {
  let current = mapping(from, to, stream.split("inputs"));
  steps.forEach((step, index) => {
    const own = stepName(name, index);
    const drawn = () => mapping(from, to, stream.split(index));
    switch (step.kind) {
      case "convolution": {
        const outputs = step.expansion ? repeated(drawn(), from, step.expansion) : drawn();
        growths.set(`${own}.weight`, { inputs: current, outputs });
        current = outputs;
        break;
      }
      case "depthwise":
        growths.set(`${own}.weight`, { inputs: null, outputs: current });
        break;
      case "factorised": {
        const halves = [from, to].map((width) => Math.floor(width / 2));
        const first = mapping(halves[0], halves[1], stream.split("first half"));
        const second = mapping(from - halves[0], to - halves[1], stream.split("second half"));
        growths.set(`${own}.conv_1.weight`, { inputs: current, outputs: first });
        growths.set(`${own}.conv_2.weight`, { inputs: current, outputs: second });
        current = [...first, ...second.map((k) => halves[0] + k)];
        break;
      }
      case "norm":
        for (const each of step.affine ? [own, `${own}.weight`, `${own}.bias`] : [own])
          growths.set(each, { inputs: null, outputs: current });
    }
  });
}

/** A mapping of expanded channels: each of so many blocks by the same mapping. */
const repeated = (block: Mapping, from: number, times: number): Mapping =>
  Array.from({ length: times }, (_, n) => block.map((k) => n * from + k)).flat();

/** A tensor by its growth: W'[i, o] = W[g(i), g(o)]. @param axes of its inputs and outputs. */
export function grown(x: tf.Tensor, { inputs, outputs }: Growth, axes: { inputs: number; outputs: number }): tf.Tensor {
  const along = (x: tf.Tensor, map: Mapping | null, axis: number) =>
    map ? tf.gather(x, tf.tensor1d([...map], "int32"), axis) : x;
  return along(along(x, inputs, axes.inputs), outputs, axes.outputs);
}
