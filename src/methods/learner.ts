// A method's parts at work: draw, objective, regulariser and update of the distribution, and what the weights learn under.
import type { RandomStream } from "../backend";
import { type Choices, type Picks, strongest } from "../spaces";
import { axes } from "./axes";
import type { Reading } from "./axes/early-stop";
import type { Family, Kept, Member, Sample } from "./axes/family";
import { type Estimate, type Estimates, mean, type Objective } from "./axes/objective";
import type { Memory } from "./axes/part";
import { keepStrongest, type Stage } from "./axes/pruning";
import { type By, rankingWeights, SKIP } from "./axes/read-out";
import type { Sampler } from "./axes/sampler";
import { type Chart, type HessianOptions, hessianProduct, logitsOf } from "./hessian";
import type { ArchitectureLearner, Draw, Judge, Moment, NetworkChange, Passes, Review, WeightedDraw } from "./method";
import type { ArchitectureSettings } from "./settings";
import { spectrum } from "./spectrum";

/** All that changes while the distribution learns: plain values. */
interface State {
  parameters: Float64Array;
  kept: Kept;
  /** Of the pruning; -1 before the first. */
  stage: number;
  /** What the parts remember. */
  memory: { objective: Memory; update: Memory };
  /** Of the early stop. */
  readings: Reading[];
}

export class Learner implements ArchitectureLearner {
  readonly #choices: Choices;
  readonly #family: Family;
  readonly #objective: Objective;
  readonly #sampler: Sampler;
  readonly #weightSampler: Sampler;
  readonly #perturbation;
  readonly #regulariser;
  readonly #update;
  readonly #pruning;
  readonly #watch;
  readonly #readOut;
  readonly #by: By;
  readonly #clip: number | null;
  #state: State;
  /** What the objective of this step wants the weights to learn under. */
  #weightDraws: Estimates["weightDraws"];

  /** @param stream for the initial parameters. */
  constructor(choices: Choices, settings: ArchitectureSettings, stream: RandomStream) {
    this.#choices = choices;
    this.#family = axes.edges.make(settings.edges)(axes.distribution.make(settings.distribution));
    this.#sampler = axes.sampler.make(settings.sampler);
    this.#weightSampler = axes.weightSampler.make(settings.weightSampler ?? settings.sampler);
    this.#perturbation = axes.perturbation.make(settings.perturbation);
    this.#objective = axes.objective.make(settings.objective);
    this.#update = axes.update.make(settings.update);
    this.#regulariser = axes.regulariser.make(settings.regulariser);
    this.#pruning = axes.pruning.make(settings.pruning);
    this.#watch = axes.earlyStop.make(settings.earlyStop);
    this.#readOut = axes.readOut.make(settings.readOut);
    this.#clip = settings.clip;
    this.#by = (settings.readOut.by ?? "mean") as By;
    const kept = choices.edges.map(({ candidates }) => candidates);
    this.#state = this.#fresh(kept, -1, stream);
  }

  get eta(): Float64Array[] {
    return this.#family.eta(this.#state.parameters, this.#choices);
  }

  distribution(moment: Moment) {
    return this.#member(moment).distribution;
  }

  mostProbable(moment: Moment): Picks {
    return strongest(this.#choices, rankingWeights({ member: this.#member(moment), eta: this.eta }, this.#by));
  }

  begin(stream: RandomStream, moment: Moment): NetworkChange | null {
    const { index, epoch, epochs, keep, depth } = this.#stage(moment);
    const { kept, stage } = this.#state;
    if (!this.#pruning || index === stage) return null;
    const left =
      keep === null ? kept : keepStrongest(this.#choices, this.#member(moment).distribution.mean(), kept, keep);
    this.#state = this.#fresh(left, index, stream);
    return { kept: left, depth, epochs: epochs - epoch };
  }

  get kept(): Kept {
    return this.#state.kept;
  }

  prune(keep: number | null, moment: Moment): void {
    const state = this.#state;
    if (keep !== null)
      state.kept = keepStrongest(this.#choices, this.#member(moment).distribution.mean(), state.kept, keep);
    state.readings = [];
  }

  learn(passes: Passes, stream: RandomStream, moment: Moment): number | null {
    const stage = this.#stage(moment);
    if (stage.epoch < stage.warmup) return null;
    const { parameters, kept, memory } = this.#state;
    const member = this.#member(moment);
    const drawn: Sample[] = [];
    const sample = (): Sample => {
      drawn.push(this.#sampler(member, stream, this.#choices));
      return drawn.at(-1)!;
    };
    const learnt = this.#objective({ member, sample, passes, stream, moment, memory: memory.objective });
    if (!learnt) return null;
    const { weightDraws } = learnt;
    const estimates = clipped(learnt.estimates, this.#clip);
    const penalty = this.#regulariser({ member, parameters, kept, moment, choices: this.#choices });
    const before = parameters.slice();
    this.#update({
      parameters,
      estimates,
      penalty: penalty.gradient,
      operations: this.#choices.operations.length,
      moment,
      memory: memory.update,
    });
    for (const { settle } of drawn) settle?.(parameters, before);
    this.#weightDraws = weightDraws;
    return estimates.reduce((sum, { loss }) => sum + loss, 0) / estimates.length + penalty.value;
  }

  weightDraws(passes: Passes, stream: RandomStream, moment: Moment): readonly WeightedDraw[] {
    const wanted = this.#weightDraws;
    this.#weightDraws = undefined;
    if (wanted) return wanted;
    const { draw } = this.#weightSampler(this.#member(moment), stream, this.#choices);
    const skip = this.#choices.operations.indexOf(SKIP);
    const perturbed = this.#perturbation({ draw, skip, passes, stream, moment, stage: this.#stage(moment) });
    return [{ draw: perturbed, weight: 1 }];
  }

  async review(passes: Passes, moment: Moment, interrupted: () => Promise<boolean>): Promise<Review | null> {
    if (!this.#watch?.reads(moment)) return { spectrum: null, back: null, oldest: null, decay: null };
    const { hessian, stop } = this.#watch;
    const read = await this.spectrum(passes, moment, hessian, interrupted);
    if (read === null) return null;
    if (!stop) return { spectrum: read, back: null, oldest: null, decay: null };
    const { readings } = this.#state;
    readings.push({ epoch: moment.epoch, eigenvalue: read.eigenvalue });
    return { spectrum: read, back: stop.verdict(readings), oldest: stop.oldest(readings), decay: stop.decay };
  }

  spectrum(passes: Passes, moment: Moment, options: HessianOptions, interrupted: () => Promise<boolean>) {
    const { kept, parameters } = this.#state;
    const memberAt = (at: Float64Array) => this.#family.at(at, this.#choices, kept, moment);
    const own: Chart = { x: parameters, at: (x) => memberAt(x).mean() as ReturnType<Chart["at"]> };
    const chart = options.of === "parameters" ? own : logitsOf(memberAt(parameters).mean().draw, kept);
    const penalty = (x: Float64Array) =>
      this.#regulariser({ member: memberAt(x), parameters: x, kept, moment, choices: this.#choices }).gradient;
    const product = hessianProduct(chart, passes, options.derivatives, options.regulariser ? penalty : null);
    return spectrum(chart.x.length, product, interrupted);
  }

  state(): object {
    return structuredClone(this.#state);
  }

  restore(state: object): void {
    this.#state = structuredClone(state) as State;
  }

  derive(judge: Judge, stream: RandomStream, moment: Moment): Promise<Picks> {
    return this.#readOut({ member: this.#member(moment), choices: this.#choices, eta: this.eta, judge, stream });
  }

  validationDraw(stream: RandomStream, moment: Moment): Draw {
    return this.#weightSampler(this.#member(moment), stream, this.#choices).draw;
  }

  #member(moment: Moment): Member {
    const { parameters, kept } = this.#state;
    return this.#family.at(parameters, this.#choices, kept, moment);
  }

  #stage(moment: Moment): Stage {
    const { epoch, epochs } = moment;
    return this.#pruning?.(moment) ?? { index: 0, epoch, epochs, warmup: 0, keep: null, depth: 1 };
  }

  #fresh(kept: Kept, stage: number, stream: RandomStream): State {
    const parameters = this.#family.initial(this.#choices, stream);
    return { parameters, kept, stage, memory: { objective: {}, update: {} }, readings: [] };
  }
}

/** Estimates with their gradients scaled so that the norm of their mean is at most `limit`, as PyTorch's clip_grad_norm_. */
function clipped(estimates: readonly Estimate[], limit: number | null): readonly Estimate[] {
  if (limit === null) return estimates;
  const norm = Math.hypot(...mean(estimates.map(({ gradient }) => gradient)));
  const factor = limit / (norm + 1e-6);
  return factor >= 1
    ? estimates
    : estimates.map((each) => ({ ...each, gradient: each.gradient.map((x) => x * factor) }));
}
