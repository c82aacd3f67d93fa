// The weight-sharing search network of a space: its skeleton with cells that hold every candidate operation.
import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../backend";
import { UserError } from "../errors";
import type { NetworkSize, SearchSpace } from "../spaces";
import { EdgeCell, type Kept, type SearchCell } from "./cell";
import { type Features, Pass, type Weight } from "./layers";
import { NodeCell } from "./node-cell";
import { type BatchStatistics, Parameters } from "./parameters";
import { readSafetensors, writeSafetensors } from "./safetensors";
import { type Outcome, outcomeOf, Skeleton } from "./skeleton";

/** The size of a search network. */
export interface SupernetSize extends NetworkSize {
  /** K: the mixtures work on the first 1/K of a node's channels, the others bypass them. 1, the default: all are mixed. */
  readonly partialChannels?: number;
}

/** The operations' weights: [edges, operations], [batch, edges, operations] or [batch, cells, edges, operations]. */
export type Theta = tf.Tensor2D | tf.Tensor3D | tf.Tensor4D;

/** What a pass runs under. */
export interface Under {
  /**
   * The operations' weights, shared by all cells and images: [edges, operations]; an image's own: [batch, edges, operations]; an image's own
   * in each cell: [batch, cells, edges, operations], slower.
   */
  readonly theta: Theta;
  /**
   * int32 [edges], an operation of each edge, -1 for none (with partial channels what bypasses the edge stays), in all cells the same: only
   * these run; in a compiled function it may change from call to call. Without it all operations run. What θ holds of the others counts as
   * zero, and is not looked at; their gradients are GDAS's: ∂L/∂θ_o is the sum of ∂L/∂y over all elements of the node's mixture y that the
   * edge leads to. Choices of inputs (edges that do not carry) have no path: their weights are θ's.
   */
  readonly path?: tf.Tensor1D;
  /** Whether an edge counts as much as its row of θ in sum (PC-DARTS): partial channels weigh with it what bypasses the mixture. */
  readonly weightedEdges?: boolean;
  /** int32 [2], the seed of what "noise" operations give; only such a space needs it. */
  readonly noise?: tf.Tensor1D;
}

/** A search cell by where its operations stand. */
const CELLS = { edges: EdgeCell, nodes: NodeCell } as const;

/** The skeleton with search cells, whose batch norms have no scale and offset unless the space's operations say so; all others do. */
export class Supernet {
  readonly parameters: Parameters;
  readonly #skeleton: Skeleton<SearchCell>;
  #kept: Kept;

  /** @param random the stream of the initial weights. @throws RangeError if K does not divide the channels. */
  constructor(
    readonly space: SearchSpace,
    readonly size: SupernetSize,
    random: RandomStream,
  ) {
    const parameters = new Parameters(random);
    this.parameters = parameters;
    this.#kept = space.edges.map(({ candidates }) => space.operations.map((_, o) => candidates.includes(o)));
    this.#skeleton = new Skeleton(
      parameters,
      space.layers(size),
      (layer) => new CELLS[space.cell(layer.cell).operationsOn](parameters, layer, space, size.partialChannels ?? 1),
    );
  }

  /** How many cells it has. */
  get cells(): number {
    return this.#skeleton.cells.length;
  }

  /** Which candidates run: all, unless `keep` said otherwise. */
  get kept(): Kept {
    return this.#kept;
  }

  /**
   * From now on only these candidates run (P-DARTS, DrNAS section 3.3): the others' θ counts as zero and has no gradient. Their weights and
   * running statistics stay as they are, in memory and in saved files. What was compiled before does not know of it: see `Steps.keep`.
   * @throws RangeError if that is not a list of booleans for each edge, with one that is true.
   */
  keep(kept: Kept): void {
    const { edges, operations } = this.space;
    if (kept.length !== edges.length || kept.some((row) => row.length !== operations.length || !row.includes(true))) {
      throw new RangeError(
        `Supernet.keep: want a list of ${operations.length} booleans for each of the ${edges.length} edges, at least one of them true`,
      );
    }
    this.#kept = kept;
    for (const cell of this.#skeleton.cells) cell.keep(kept);
  }

  /**
   * @param images [batch, height, width, channels], normalised.
   * @returns logits [batch, classes] and, in training mode, each batch norm's statistics.
   */
  forward(
    images: Features,
    under: Under,
    mode: "training" | "evaluation",
  ): { logits: tf.Tensor2D; statistics: BatchStatistics } {
    const pass = new Pass(mode, undefined, under.noise);
    const through = under.path ? this.#alongPath(under.path, under.theta, pass) : this.#mixing(under, pass);
    return { logits: this.#skeleton.forward(images, pass, through), statistics: pass.statistics };
  }

  #mixing({ theta, weightedEdges }: Under, pass: Pass) {
    const byCell = theta.rank === 4 ? tf.unstack(theta, 1).map(weightsOf) : null;
    const shared = byCell ? [] : weightsOf(theta);
    const { cells } = this.#skeleton;
    return (cell: SearchCell, inputs: readonly Features[]) =>
      cell.forward(inputs, { theta: byCell?.[cells.indexOf(cell)] ?? shared, weightedEdges }, pass);
  }

  #alongPath(path: tf.Tensor1D, theta: Theta, pass: Pass) {
    if (theta.rank !== 2) {
      throw new RangeError("Supernet: one path runs under weights that all images share, [edges, operations], alone");
    }
    const { length } = this.space.operations;
    const others = tf.sub(1, tf.oneHot(path, length));
    const along = {
      theta: tf.unstack(theta) as tf.Tensor1D[],
      indices: tf.unstack(tf.where(tf.less(path, 0), tf.fill(path.shape, length, "int32"), path)) as tf.Scalar[],
      zeros: tf.unstack(tf.sum(tf.mul(theta, others), 1)) as tf.Scalar[],
    };
    return (cell: SearchCell, inputs: readonly Features[]) => cell.forwardPath(inputs, along, pass);
  }

  /** Loss and hits of a labelled batch. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
  evaluate(images: Features, labels: tf.Tensor1D, under: Under, mode: "training" | "evaluation"): Outcome {
    const { logits, statistics } = this.forward(images, under, mode);
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

  /**
   * Takes over the weights of a safetensors file, ours or PyTorch's; answers its `_arch_parameters` [edges][operations], if there.
   * @throws UserError for a file that is none, or of another network; then nothing is changed.
   */
  load(path: string): Float64Array[] | null {
    const state = readSafetensors(path);
    const eta = state.get("_arch_parameters");
    const [rows, columns] = [this.space.edges.length, this.space.operations.length];
    if (eta && (!(eta.data instanceof Float32Array) || String(eta.shape) !== String([rows, columns])))
      throw new UserError(
        `${path}: "_arch_parameters" has shape [${eta.shape}], ${this.space.title} wants float32 [${rows},${columns}]; name a file of this space`,
      );
    this.parameters.loadStateDict(state);
    if (!eta) return null;
    return Array.from({ length: rows }, (_, e) =>
      Float64Array.from(eta.data.subarray(e * columns, (e + 1) * columns) as Float32Array),
    );
  }

  dispose(): void {
    this.parameters.dispose();
  }
}

/** The weights by edge and operation. @param theta [edges, operations] or [batch, edges, operations]. */
function weightsOf(theta: tf.Tensor): Weight[][] {
  const axis = theta.rank - 2;
  const weight = (x: tf.Tensor) => (axis === 0 ? (x as tf.Scalar) : (tf.reshape(x, [-1, 1, 1, 1]) as tf.Tensor4D));
  return tf.unstack(theta, axis).map((row) => tf.unstack(row, axis).map(weight));
}
