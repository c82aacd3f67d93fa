// DrNAS (Chen et al., ICLR 2021): operation weights are Dirichlet random variables, learnt by pathwise derivatives towards an anchor.
import type { RandomStream } from "../backend";
import { concentrationOf, concentrationSlope, Dirichlet, EdgeDirichlets } from "../distributions";
import { Adam } from "./adam";
import type { ArchitectureLearner, Choices, Draw, Method } from "./method";
import type { ArchitectureSettings } from "./settings";

/**
 * min over β of E_{θ~Dir(β)} L_val(w*, θ) + λ d(β, 1), first order (DrNAS eq. 2): β = ELU(η) + 1 > 0 on each edge, a fresh θ for every
 * forward pass, ∂θ/∂β by implicit differentiation (eq. 3), Adam on η. The anchor β̂ = 1 is the uniform distribution on the simplex.
 */
export const drnas: Method = {
  name: "drnas",
  title: "DrNAS",
  paper: "DrNAS: Dirichlet Neural Architecture Search",
  year: 2021,
  axes: { distribution: "Dirichlet", gradient: "pathwise", regulariser: "anchor" },
  spaces: ["nasbench201"],
  supernet: true,
  learner: (choices, settings, stream) => new DirichletLearner(choices, settings, stream),
};

class DirichletLearner implements ArchitectureLearner {
  readonly #choices: Choices;
  readonly #settings: ArchitectureSettings;
  readonly #eta: Float64Array;
  readonly #adam: Adam;

  constructor(choices: Choices, settings: ArchitectureSettings, stream: RandomStream) {
    const size = choices.edges.length * choices.operations.length;
    this.#choices = choices;
    this.#settings = settings;
    this.#eta = Float64Array.from({ length: size }, () => 1e-3 * stream.normal()); // β ≈ 1
    // The l2 anchor ‖η‖² is Adam's coupled decay λη, as in the authors' code; with the KL anchor there is no decay.
    this.#adam = new Adam(size, { ...settings, weightDecay: settings.anchor === "l2" ? settings.anchorWeight : 0 });
  }

  get eta(): Float64Array[] {
    const columns = this.#choices.operations.length;
    return this.#choices.edges.map((_, e) => this.#eta.slice(e * columns, (e + 1) * columns));
  }

  get distribution(): EdgeDirichlets {
    const names = this.#choices.edges.map(({ name }) => name);
    return new EdgeDirichlets(names, this.#choices.operations, this.eta);
  }

  sample(stream: RandomStream): Draw {
    return { theta: this.distribution.sample(stream) };
  }

  learn({ theta }: Draw, dTheta: ArrayLike<number>): number {
    const columns = this.#choices.operations.length;
    const gradient = new Float64Array(this.#eta.length);
    let penalty = 0;
    this.eta.forEach((eta, e) => {
      const q = new Dirichlet(concentrationOf(eta));
      const dBeta = q.pathwiseGradient(
        theta[e],
        Array.from({ length: columns }, (_, o) => dTheta[e * columns + o]),
      );
      if (this.#settings.anchor === "kl") {
        const anchor = new Dirichlet(new Float64Array(columns).fill(1));
        const dKl = q.klGradient(anchor);
        penalty += this.#settings.anchorWeight * q.kl(anchor);
        for (let o = 0; o < columns; o++) dBeta[o] += this.#settings.anchorWeight * dKl[o];
      }
      const slope = concentrationSlope(eta);
      for (let o = 0; o < columns; o++) gradient[e * columns + o] = dBeta[o] * slope[o];
    });
    if (this.#settings.anchor === "l2")
      penalty = (this.#settings.anchorWeight / 2) * this.#eta.reduce((sum, x) => sum + x * x, 0);
    this.#adam.step(this.#eta, gradient);
    return penalty;
  }
}
