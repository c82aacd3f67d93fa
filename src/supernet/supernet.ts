// The weight-sharing search network of NAS-Bench-201 (Dong & Yang, ICLR 2020, figure 1), as the DrNAS authors search it.
import * as tf from "@tensorflow/tfjs";
import { conv2d, crossEntropy, globalAveragePool, linear, type RandomStream, relu } from "../backend";
import type { NasBench201 } from "../spaces";
import { SearchCell } from "./cell";
import { AffineBatchNorm, type Features, Pass, ResidualBlock } from "./layers";
import { type BatchStatistics, Parameters } from "./parameters";
import { PartialChannels } from "./partial-channels";
import { readSafetensors, writeSafetensors } from "./safetensors";

/** The size of a search network. The papers' search uses 16 channels and 5 cells a stage. */
export interface SupernetSize {
  /** Channels of the first stage; the second has twice, the third four times as many. */
  readonly channels: number;
  /** Cells in each of the three stages. */
  readonly cells: number;
  /** K: the mixtures work on the first 1/K of a node's channels, the others bypass them. 1, the default: all are mixed. */
  readonly partialChannels?: number;
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

/**
 * Stem, three stages of cells with a residual block before the second and the third, batch norm, ReLU, global average pooling, classifier.
 * Batch norms inside the cells have no scale and offset of their own, all others do.
 */
export class Supernet {
  readonly parameters: Parameters;
  readonly #stem: tf.Variable<tf.Rank.R4>;
  readonly #stemNorm: AffineBatchNorm;
  readonly #layers: readonly (SearchCell | ResidualBlock)[];
  readonly #lastNorm: AffineBatchNorm;
  readonly #classifier: ReturnType<Parameters["linear"]>;

  /** @param random the stream of the initial weights. */
  constructor(
    readonly space: NasBench201,
    readonly size: SupernetSize,
    random: RandomStream,
  ) {
    const parameters = new Parameters(random);
    this.parameters = parameters;
    this.#stem = parameters.filter("stem.0.weight", 3, size.image[2], size.channels);
    this.#stemNorm = new AffineBatchNorm(parameters, "stem.1", size.channels);
    this.#layers = layersOf(parameters, space, size);
    const last = 4 * size.channels;
    this.#lastNorm = new AffineBatchNorm(parameters, "lastact.0", last);
    this.#classifier = parameters.linear("classifier", last, size.classes);
  }

  /**
   * @param images [batch, height, width, channels], normalised.
   * @param theta [edges, operations], the operations' weights, shared by all cells.
   * @returns logits [batch, classes] and, in training mode, each batch norm's statistics.
   */
  forward(
    images: Features,
    theta: tf.Tensor2D,
    mode: "training" | "evaluation",
  ): { logits: tf.Tensor2D; statistics: BatchStatistics } {
    const pass = new Pass(mode);
    const weights = tf.unstack(theta).map((row) => tf.unstack(row) as tf.Scalar[]);
    let x = this.#stemNorm.forward(conv2d(images, this.#stem, 1), pass);
    for (const layer of this.#layers)
      x = layer instanceof SearchCell ? layer.forward(x, weights, pass) : layer.forward(x, pass);
    const pooled = globalAveragePool(relu(this.#lastNorm.forward(x, pass)));
    return { logits: linear(pooled, this.#classifier.matrix, this.#classifier.bias), statistics: pass.statistics };
  }

  /** Loss and hits of a labelled batch. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
  evaluate(images: Features, labels: tf.Tensor1D, theta: tf.Tensor2D, mode: "training" | "evaluation"): Outcome {
    const { logits, statistics } = this.forward(images, theta, mode);
    const loss = crossEntropy(logits, tf.cast(tf.oneHot(labels, this.size.classes), "float32") as tf.Tensor2D);
    const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32")) as tf.Scalar;
    return { loss, correct, running: mode === "training" ? this.parameters.updatedRunning(statistics) : null };
  }

  /** Saves all weights and running statistics as safetensors, under the names and layouts of the authors' PyTorch state_dict. @param eta [edges][operations], their `_arch_parameters`. */
  save(path: string, eta: readonly ArrayLike<number>[]): void {
    const state = this.parameters.stateDict();
    const columns = this.space.operations.length;
    state.set("_arch_parameters", {
      shape: [eta.length, columns],
      data: Float32Array.from(eta.flatMap((row) => Array.from(row))),
    });
    writeSafetensors(path, state, {
      space: this.space.name,
      channels: String(this.size.channels),
      cells: String(this.size.cells),
      partialChannels: String(this.size.partialChannels ?? 1),
    });
  }

  /** Takes over the weights of a safetensors file, ours or PyTorch's; answers its `_arch_parameters` [edges][operations], if there. */
  load(path: string): Float64Array[] | null {
    const state = readSafetensors(path);
    this.parameters.loadStateDict(state);
    const eta = state.get("_arch_parameters");
    if (!eta) return null;
    const columns = eta.shape[1];
    return Array.from({ length: eta.shape[0] }, (_, e) =>
      Float64Array.from(eta.data.subarray(e * columns, (e + 1) * columns) as Float32Array),
    );
  }

  dispose(): void {
    this.parameters.dispose();
  }
}

function layersOf(
  parameters: Parameters,
  space: NasBench201,
  { channels, cells, partialChannels = 1 }: SupernetSize,
): (SearchCell | ResidualBlock)[] {
  const layers: (SearchCell | ResidualBlock)[] = [];
  const name = () => `cells.${layers.length}`;
  for (const width of [channels, 2 * channels, 4 * channels]) {
    if (width > channels) layers.push(new ResidualBlock(parameters, name(), width / 2, width));
    const partial = new PartialChannels(width, partialChannels);
    for (let n = 0; n < cells; n++) layers.push(new SearchCell(parameters, name(), space, partial));
  }
  return layers;
}
