// A method's parts at work: draw, objective, regulariser and update of the distribution, and what the weights learn under.
import type { RandomStream } from "../backend";
import { axes } from "./axes";
import type { Family, Kept, Member, Sample } from "./axes/family";
import type { Estimates, Objective } from "./axes/objective";
import type { Sampler } from "./axes/sampler";
import type { ArchitectureLearner, Choices, Draw, Judge, Moment, Passes, WeightedDraw } from "./method";
import type { ArchitectureSettings } from "./settings";

export class Learner implements ArchitectureLearner {
  readonly #choices: Choices;
  readonly #family: Family;
  readonly #objective: Objective;
  readonly #sampler: Sampler;
  readonly #weightSampler: Sampler;
  readonly #perturbation;
  readonly #regulariser;
  readonly #update;
  readonly #readOut;
  readonly #parameters: Float64Array;
  readonly #kept: Kept;
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
    this.#readOut = axes.readOut.make(settings.readOut);
    this.#parameters = this.#family.initial(choices, stream);
    this.#kept = choices.edges.map(() => choices.operations.map((_, o) => o));
  }

  get eta(): Float64Array[] {
    return this.#family.eta(this.#parameters, this.#choices);
  }

  distribution(moment: Moment) {
    return this.#member(moment).distribution;
  }

  learn(passes: Passes, stream: RandomStream, moment: Moment): number | null {
    const member = this.#member(moment);
    const drawn: Sample[] = [];
    const sample = (): Sample => {
      drawn.push(this.#sampler(member, stream));
      return drawn.at(-1)!;
    };
    const learnt = this.#objective({ member, sample, passes, stream, moment });
    if (!learnt) return null;
    const { estimates, weightDraws } = learnt;
    const penalty = this.#regulariser({ member, parameters: this.#parameters, kept: this.#kept, moment });
    const before = this.#parameters.slice();
    this.#update({
      parameters: this.#parameters,
      estimates,
      penalty: penalty.gradient,
      operations: this.#choices.operations.length,
      moment,
    });
    for (const { settle } of drawn) settle?.(this.#parameters, before);
    this.#weightDraws = weightDraws;
    return estimates.reduce((sum, { loss }) => sum + loss, 0) / estimates.length + penalty.value;
  }

  weightDraws(passes: Passes, stream: RandomStream, moment: Moment): readonly WeightedDraw[] {
    const wanted = this.#weightDraws;
    this.#weightDraws = undefined;
    if (wanted) return wanted;
    const { draw } = this.#weightSampler(this.#member(moment), stream);
    return [{ draw: this.#perturbation({ draw, passes, stream, moment }), weight: 1 }];
  }

  derive(judge: Judge, stream: RandomStream, moment: Moment): Promise<readonly number[]> {
    return this.#readOut({ member: this.#member(moment), judge, stream });
  }

  validationDraw(stream: RandomStream, moment: Moment): Draw {
    return this.#weightSampler(this.#member(moment), stream).draw;
  }

  #member(moment: Moment): Member {
    return this.#family.at(this.#parameters, this.#choices, this.#kept, moment);
  }
}
