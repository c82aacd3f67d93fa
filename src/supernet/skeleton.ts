// What all networks share: the layers around the cells, and what a pass tells.
import * as tf from "@tensorflow/tfjs";
import { conv2d, crossEntropy, globalAveragePool, linear, maxPool2x2 } from "../backend";
import type { CellLayer, ConvolutionLayer, HeadLayer, Layer, PoolLayer } from "../spaces";
import { AffineBatchNorm, type Features, type Pass, ResidualBlock } from "./layers";
import { PlacedOperation } from "./operation";
import type { Parameters } from "./parameters";

/** What a pass with labels gives; all tensors. */
export interface Outcome {
  /** Mean cross-entropy over the batch. */
  loss: tf.Scalar;
  /** How many images of the batch are classified rightly. */
  correct: tf.Scalar;
  /** The running statistics after this pass (training mode only). */
  running: tf.Tensor1D | null;
}

/** A layer at work: what it makes of the outputs of the two layers before. */
type Run<Cell> = (
  previous: readonly [Features, Features],
  pass: Pass,
  through: (cell: Cell, inputs: readonly Features[]) => Features,
) => Features;

/** The layers of a space, with cells of some kind. */
export class Skeleton<Cell> {
  readonly cells: readonly Cell[];
  readonly #layers: readonly Run<Cell>[];
  readonly #head: (x: Features, pass: Pass) => tf.Tensor2D;

  /** @param cell makes a cell. */
  constructor(parameters: Parameters, layers: readonly Layer[], cell: (layer: CellLayer) => Cell) {
    const cells: Cell[] = [];
    this.cells = cells;
    this.#layers = layers.flatMap((layer): Run<Cell>[] => {
      switch (layer.kind) {
        case "cell": {
          const made = cell(layer);
          cells.push(made);
          return [([before, last], _, through) => through(made, layer.inputs.length === 1 ? [last] : [before, last])];
        }
        case "residual": {
          const block = new ResidualBlock(parameters, layer.name, layer.input.channels, layer.output.channels);
          return [([, last], pass) => block.forward(last, pass)];
        }
        case "convolution":
          return [convolution(parameters, layer)];
        case "operation": {
          const { name, operation, stride, input, output } = layer;
          const place = { name, inputs: input.channels, outputs: output.channels, stride };
          const made = PlacedOperation.own(operation, parameters, place)!;
          return [([, last], pass) => made.apply(last, pass)];
        }
        case "pool":
          return [([, last]) => maxPool2x2(paddedForPool(last, layer))];
        default:
          return [];
      }
    });
    this.#head = head(parameters, layers.at(-1) as HeadLayer);
  }

  /** Logits [batch, classes] of images [batch, height, width, channels]. @param through a cell's pass. */
  forward(images: Features, pass: Pass, through: (cell: Cell, inputs: readonly Features[]) => Features): tf.Tensor2D {
    let previous: readonly [Features, Features] | null = null;
    for (const layer of this.#layers) {
      const next = layer(previous ?? [images, images], pass, through);
      previous = pass.levelled(previous?.[1] ?? next, next);
    }
    return this.#head(previous![1], pass);
  }
}

/** Pixels of −∞ where the layer has them. */
function paddedForPool(x: Features, { padded, input: { height, width } }: PoolLayer): Features {
  const side = (length: number): [number, number] => (padded ? [1, 1] : [0, length % 2]);
  const sides = [side(height), side(width)];
  return sides.flat().some((pixels) => pixels > 0)
    ? tf.pad(x, [[0, 0], ...sides, [0, 0]], Number.NEGATIVE_INFINITY)
    : x;
}

/** Its tensors are named as in PyTorch's Sequential of convolution and batch norm. */
function convolution(parameters: Parameters, { name, window, stride, activation, input, output }: ConvolutionLayer) {
  const filter = parameters.filter(`${name}.0.weight`, [window, window], input.channels, output.channels);
  const norm = new AffineBatchNorm(parameters, `${name}.1`, output.channels);
  return ([, x]: readonly [Features, Features], pass: Pass): Features => {
    const y = norm.forward(
      pass.product(conv2d(activation === "before" ? pass.relu(x) : x, filter, stride), window ** 2 * input.channels),
      pass,
    );
    if (activation === "relu6-after") return pass.relu6(y);
    return activation === "after" ? pass.relu(y) : y;
  };
}

function head(parameters: Parameters, { norm, input, output }: HeadLayer) {
  const last = norm ? new AffineBatchNorm(parameters, "lastact.0", input.channels) : null;
  const { matrix, bias } = parameters.linear("classifier", input.channels, output.channels);
  return (x: Features, pass: Pass): tf.Tensor2D => {
    const features = last ? pass.relu(last.forward(x, pass)) : x;
    pass.watcher?.features?.(features);
    return pass.product(linear(globalAveragePool(features), matrix, bias), input.channels);
  };
}

/** What a pass tells. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
export function outcomeOf(logits: tf.Tensor2D, labels: tf.Tensor1D, running: tf.Tensor1D | null): Outcome {
  const oneHot = tf.cast(tf.oneHot(labels, logits.shape[1]), "float32") as tf.Tensor2D;
  const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32")) as tf.Scalar;
  return { loss: crossEntropy(logits, oneHot), correct, running };
}
