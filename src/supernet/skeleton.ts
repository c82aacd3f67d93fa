// What all networks of NAS-Bench-201 share (Dong & Yang, ICLR 2020, figure 1): everything around the cells, and what a pass tells.
import * as tf from "@tensorflow/tfjs";
import { conv2d, crossEntropy, globalAveragePool, linear, relu } from "../backend";
import { AffineBatchNorm, type Features, type Pass, ResidualBlock } from "./layers";
import type { Parameters } from "./parameters";

/** The size of a network. The papers use 16 channels and 5 cells a stage. */
export interface NetworkSize {
  /** Channels of the first stage; the second has twice, the third four times as many. */
  readonly channels: number;
  /** Cells in each of the three stages. */
  readonly cells: number;
  /** Height, width and channels of an image. */
  readonly image: readonly [number, number, number];
  readonly classes: number;
}

/** What a pass with labels gives; all tensors. */
export interface Outcome {
  /** Mean cross-entropy over the batch. */
  loss: tf.Scalar;
  /** How many images of the batch are classified rightly. */
  correct: tf.Scalar;
  /** The running statistics after this pass (training mode only). */
  running: tf.Tensor1D | null;
}

/** Stem, three stages of cells with a residual block before the second and the third, batch norm, ReLU, global average pooling, classifier. */
export class Skeleton<Cell extends object> {
  readonly #stem: tf.Variable<tf.Rank.R4>;
  readonly #stemNorm: AffineBatchNorm;
  readonly #layers: readonly (Cell | ResidualBlock)[];
  readonly #lastNorm: AffineBatchNorm;
  readonly #classifier: ReturnType<Parameters["linear"]>;

  /** @param cell makes the cell whose weights are named `name`, of so many channels. */
  constructor(
    parameters: Parameters,
    { channels, cells, image, classes }: NetworkSize,
    cell: (name: string, channels: number) => Cell,
  ) {
    this.#stem = parameters.filter("stem.0.weight", 3, image[2], channels);
    this.#stemNorm = new AffineBatchNorm(parameters, "stem.1", channels);
    const layers: (Cell | ResidualBlock)[] = [];
    const name = () => `cells.${layers.length}`;
    for (const width of [channels, 2 * channels, 4 * channels]) {
      if (width > channels) layers.push(new ResidualBlock(parameters, name(), width / 2, width));
      for (let n = 0; n < cells; n++) layers.push(cell(name(), width));
    }
    this.#layers = layers;
    this.#lastNorm = new AffineBatchNorm(parameters, "lastact.0", 4 * channels);
    this.#classifier = parameters.linear("classifier", 4 * channels, classes);
  }

  /** Logits [batch, classes] of images [batch, height, width, channels]. @param through a cell's pass. */
  forward(images: Features, pass: Pass, through: (cell: Cell, x: Features) => Features): tf.Tensor2D {
    let x = this.#stemNorm.forward(conv2d(images, this.#stem, 1), pass);
    for (const layer of this.#layers) x = layer instanceof ResidualBlock ? layer.forward(x, pass) : through(layer, x);
    const pooled = globalAveragePool(relu(this.#lastNorm.forward(x, pass)));
    return linear(pooled, this.#classifier.matrix, this.#classifier.bias);
  }
}

/** What a pass tells. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
export function outcomeOf(logits: tf.Tensor2D, labels: tf.Tensor1D, running: tf.Tensor1D | null): Outcome {
  const oneHot = tf.cast(tf.oneHot(labels, logits.shape[1]), "float32") as tf.Tensor2D;
  const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32")) as tf.Scalar;
  return { loss: crossEntropy(logits, oneHot), correct, running };
}
