// What a search does with its network: the half-steps (DrNAS eq. 2, first order; others to the second), and passes that only look.
import * as tf from "@tensorflow/tfjs";
import { compile } from "../backend";
import type { Draw, WeightedDraw } from "../methods";
import type { Kept, Supernet } from "../supernet";
import { type CompiledSteps, compiledSteps, type LevelTensors, type WeightedDrawTensors } from "./compiled-steps";
import { type PassResult, runPass } from "./pass";
import { Sgd, type SgdSettings } from "./sgd";
import { type NamedSnapshot, namedSnapshot, restore, restoreNamed, type Snapshot, snapshot } from "./snapshot";
import { type BatchTensors, batchTensors, type DrawTensors, drawTensors, type SeededBatch } from "./tensors";

/** A pass, and the gradient of its loss by θ. */
export type ArchitectureResult = PassResult & { readonly dTheta: Float32Array };

/** A pass, the gradient of its loss by θ, and a product of the Hessian. */
export type CurvatureResult = PassResult & { readonly gradient: Float32Array; readonly product: Float32Array };

export interface ArchitectureOptions {
  /** Whether the running statistics learn from the pass, the default; not so where one batch is passed again and again. */
  readonly statistics?: boolean;
}

export class Steps {
  readonly #network: Supernet;
  readonly #sgd: Sgd;
  readonly #compiler: typeof compile;
  #compiled: CompiledSteps;

  /** @param compiler makes a graph of each step; a benchmark gives one that does not, to compare. */
  constructor(network: Supernet, settings: SgdSettings, compiler: typeof compile = compile) {
    this.#network = network;
    this.#sgd = new Sgd(network.parameters.trainable, settings);
    this.#compiler = compiler;
    this.#compiled = compiledSteps(network, this.#sgd, compiler);
  }

  /** Cells of the network. */
  get cells(): number {
    return this.#network.cells;
  }

  /** ∂L/∂θ [edges · operations] on a validation batch. Only the running statistics change. */
  architecture(batch: SeededBatch, draw: Draw, { statistics = true }: ArchitectureOptions = {}): ArchitectureResult {
    return this.#architecture(batch, drawTensors(draw), statistics);
  }

  /** ∂L/∂θ and ∂²L/∂θ² · v [edges · operations] on a validation batch, exactly. Nothing changes. @throws RangeError if the draw has a path. */
  curvature(batch: SeededBatch, draw: Draw, v: ArrayLike<number>): CurvatureResult {
    if (draw.path) throw new RangeError("Steps.curvature: one path has no second derivative; give a draw without");
    const along = tf.tensor2d(Float32Array.from(v), [draw.theta.length, draw.theta[0].length]);
    const { result, more } = runPass(this.#compiled.curvature, this.#tensors(batch), drawTensors(draw), along);
    return { ...result, gradient: more.subarray(0, v.length), product: more.subarray(v.length) };
  }

  /**
   * Of each image its own ∂L_i/∂θ, [batch][edges · operations], where L is the mean of L_i: batch · ∂L/∂θ_i, with θ_i the θ that image i
   * alone runs under. As batch norms couple the images, that is what the image's θ does to the whole batch's loss. The mean over the images
   * is ∂L/∂θ. Only the running statistics change.
   * @throws RangeError if the draw has a path.
   */
  perImage(batch: SeededBatch, draw: Draw, { statistics = true }: ArchitectureOptions = {}): ArchitectureResult {
    const count = batch.labels.length;
    const { dTheta, ...result } = this.#architecture(batch, drawTensors(draw, count), statistics);
    return { ...result, dTheta: dTheta.map((x) => x * count) };
  }

  /**
   * dL/dθ [edges · operations] of the validation loss L(w′(θ), θ), with w′ one unclipped step of SGD at this rate away on the training batch
   * (DARTS, second order). Loss and hits are those at w′. Only the running statistics change, by the pass on the validation batch.
   */
  unrolled(
    searchBatch: SeededBatch,
    trainBatch: SeededBatch,
    draw: Draw,
    rate: number,
    trainDraw: Draw = draw,
  ): ArchitectureResult {
    const levels = this.#levels(searchBatch, trainBatch, draw, trainDraw);
    const { result, more } = runPass(this.#compiled.unrolled, levels, tf.scalar(rate));
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, dTheta: more };
  }

  /**
   * dL/dθ [edges · operations] of the validation loss by a Neumann series of 1 + `terms` terms (iDARTS). `terms` = 0 is `unrolled` at w in
   * place of w′. Only the running statistics change, by the pass on the validation batch.
   */
  neumann(
    searchBatch: SeededBatch,
    trainBatch: SeededBatch,
    draw: Draw,
    rate: number,
    terms: number,
    trainDraw: Draw = draw,
  ): ArchitectureResult {
    const levels = this.#levels(searchBatch, trainBatch, draw, trainDraw);
    const { result, more } = runPass(this.#compiled.neumann, levels, tf.scalar(rate), terms);
    if (result.healthy) this.#network.parameters.batchesTracked++;
    return { ...result, dTheta: more };
  }

  /**
   * One SGD step on a training batch, down Σ weight · L(w, draw); `norm` is the gradient's before clipping. Loss and hits are weighted
   * likewise. The running statistics are updated by each draw's pass in turn.
   */
  weights(batch: SeededBatch, draws: readonly WeightedDraw[], rate: number): PassResult & { norm: number } {
    const tensors = draws.map((draw) => this.#weighted(draw, batch));
    const { result, more } = runPass(this.#compiled.weights, this.#tensors(batch), tensors, tf.scalar(rate));
    if (result.healthy) this.#network.parameters.batchesTracked += BigInt(draws.length);
    return { ...result, norm: more[0] };
  }

  /** Loss and hits with the batch's own statistics. Nothing changes. */
  outcome(batch: SeededBatch, draw: Draw): PassResult {
    return runPass(this.#compiled.outcome, this.#tensors(batch), drawTensors(draw)).result;
  }

  /** The mean loss over the batch, padding included as zeros, and the hits, with running statistics. */
  evaluate(batch: SeededBatch, draw: Draw): PassResult {
    return runPass(this.#compiled.evaluation, this.#tensors(batch), drawTensors(draw)).result;
  }

  /** `network.keep`, and all steps anew: the next call of each is slow. The momentum stays. @throws RangeError as `network.keep`. */
  keep(kept: Kept): void {
    this.#network.keep(kept);
    this.#disposeCompiled();
    this.#compiled = compiledSteps(this.#network, this.#sgd, this.#compiler);
  }

  /** Takes over a narrower network's weights, running statistics and momentum, each grown (DrNAS eqs. 7 and 8). */
  takeOver(old: Steps, growths: Parameters<Supernet["parameters"]["takeOver"]>[1]): void {
    const { parameters } = this.#network;
    parameters.takeOver(old.#network.parameters, growths);
    tf.tidy(() => {
      parameters.takeOverEach(old.#sgd.buffers, growths).forEach((value, k) => {
        this.#sgd.buffers[k].assign(value);
      });
    });
  }

  /** Weights, running statistics and momentum as they are now, by name: a copy. */
  state(): NamedSnapshot {
    return namedSnapshot(this.#network.parameters, this.#sgd);
  }

  /** Goes on from a state of a network of this size. @throws UserError for one of another. */
  resume(from: NamedSnapshot): void {
    restoreNamed(from, this.#network.parameters, this.#sgd);
  }

  /** The same in memory, faster. */
  snapshot(): Snapshot {
    return snapshot(this.#network.parameters, this.#sgd);
  }

  /** Goes back to a snapshot of these steps. */
  restore(to: Snapshot): void {
    restore(to, this.#network.parameters, this.#sgd);
  }

  dispose(): void {
    this.#disposeCompiled();
    this.#sgd.dispose();
  }

  #architecture(batch: SeededBatch, draw: DrawTensors, statistics: boolean): ArchitectureResult {
    const flag = tf.scalar(statistics, "bool");
    const { result, more } = runPass(this.#compiled.architecture, this.#tensors(batch), draw, flag);
    if (result.healthy && statistics) this.#network.parameters.batchesTracked++;
    return { ...result, dTheta: more };
  }

  #disposeCompiled(): void {
    for (const step of Object.values(this.#compiled)) step.dispose();
  }

  #tensors(batch: SeededBatch): BatchTensors {
    const { space, size } = this.#network;
    return batchTensors(batch, size.image, space.operations.includes("noise"));
  }

  #levels(search: SeededBatch, train: SeededBatch, draw: Draw, trainDraw: Draw): LevelTensors {
    return {
      search: this.#tensors(search),
      train: this.#tensors(train),
      draw: drawTensors(draw),
      trainDraw: drawTensors(trainDraw),
    };
  }

  /** One draw of weight 1 has the trace of a plain step. */
  #weighted({ draw, weight }: WeightedDraw, { labels }: SeededBatch): WeightedDrawTensors {
    const { edges, operations } = this.#network.space;
    const shape: [number, number, number, number] = [labels.length, this.cells, edges.length, operations.length];
    return {
      ...drawTensors(draw),
      ...(draw.gates && { gates: tf.tensor4d(draw.gates, shape) }),
      ...(weight !== 1 && { weight: tf.scalar(weight) }),
    };
  }
}
