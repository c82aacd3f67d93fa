// The weight-sharing search network of NAS-Bench-201 (Dong & Yang, ICLR 2020, figure 1), as the DrNAS authors search it.
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../backend";
import type { NasBench201 } from "../spaces";
import { SearchCell } from "./cell";
import { type Features, Pass } from "./layers";
import { type BatchStatistics, Parameters } from "./parameters";
import { PartialChannels } from "./partial-channels";
import { readSafetensors, writeSafetensors } from "./safetensors";
import { type NetworkSize, type Outcome, outcomeOf, Skeleton } from "./skeleton";

/** The size of a search network. */
export interface SupernetSize extends NetworkSize {
  /** K: the mixtures work on the first 1/K of a node's channels, the others bypass them. 1, the default: all are mixed. */
  readonly partialChannels?: number;
}

/** The skeleton with search cells, whose batch norms have no scale and offset of their own; all others do. */
export class Supernet {
  readonly parameters: Parameters;
  readonly #skeleton: Skeleton<SearchCell>;

  /** @param random the stream of the initial weights. @throws RangeError if K does not divide the channels. */
  constructor(
    readonly space: NasBench201,
    readonly size: SupernetSize,
    random: RandomStream,
  ) {
    const parameters = new Parameters(random);
    this.parameters = parameters;
    this.#skeleton = new Skeleton(parameters, size, (name, channels) => {
      const partial = new PartialChannels(channels, size.partialChannels ?? 1);
      return new SearchCell(parameters, name, space, partial);
    });
  }

  /**
   * @param images [batch, height, width, channels], normalised.
   * @param theta [edges, operations], the operations' weights, shared by all cells.
   * @param path int32 [edges], an operation of each edge, in all cells the same: only these run, and give what θ gives whose other
   * entries are zero; in a compiled function it may change from call to call. Without it all operations run.
   * @returns logits [batch, classes] and, in training mode, each batch norm's statistics.
   */
  forward(
    images: Features,
    theta: tf.Tensor2D,
    mode: "training" | "evaluation",
    path?: tf.Tensor1D,
  ): { logits: tf.Tensor2D; statistics: BatchStatistics } {
    const pass = new Pass(mode);
    const through = path ? this.#alongPath(path, theta, pass) : this.#mixing(theta, pass);
    return { logits: this.#skeleton.forward(images, pass, through), statistics: pass.statistics };
  }

  #mixing(theta: tf.Tensor2D, pass: Pass) {
    const weights = tf.unstack(theta).map((row) => tf.unstack(row) as tf.Scalar[]);
    return (cell: SearchCell, x: Features) => cell.forward(x, weights, pass);
  }

  #alongPath(path: tf.Tensor1D, theta: tf.Tensor2D, pass: Pass) {
    const rows = tf.unstack(theta) as tf.Tensor1D[];
    const indices = tf.unstack(path) as tf.Scalar[];
    return (cell: SearchCell, x: Features) => cell.forwardPath(x, indices, rows, pass);
  }

  /** Loss and hits of a labelled batch. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
  evaluate(
    images: Features,
    labels: tf.Tensor1D,
    theta: tf.Tensor2D,
    mode: "training" | "evaluation",
    path?: tf.Tensor1D,
  ): Outcome {
    const { logits, statistics } = this.forward(images, theta, mode, path);
    return outcomeOf(logits, labels, mode === "training" ? this.parameters.updatedRunning(statistics) : null);
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
