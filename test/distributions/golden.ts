// The values of test/golden/dirichlet.py (mpmath) and test/golden/distributions.py (PyTorch, SciPy), which the tests of
// this folder share.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/root";

export interface GoldenDirichlet {
  readonly concentration: number[];
  readonly x: number[];
  readonly logDensity: number;
  readonly entropy: number;
  readonly other: number[];
  readonly kl: number;
  readonly mean: number[];
  readonly variance: number[];
}

export const golden: {
  /** x, a, T, D(x, a, T). */
  readonly pathwise: [number, number, number, number][];
  /** a, b, probability, quantile. */
  readonly quantile: [number, number, number, number][];
  readonly distributions: GoldenDirichlet[];
  readonly logGamma: [number, number][];
  readonly trigamma: [number, number][];
  readonly digammaIncrease: [number, number, number][];
  readonly logBeta: [number, number, number][];
} = read("dirichlet.json");

/** A sample of a Concrete and the gradient of the linear function of it with the given coefficients. */
export interface GoldenConcreteSample {
  readonly logits: number[];
  readonly temperature: number;
  readonly logs: number[];
  readonly coefficients: number[];
  readonly gradient: { readonly logits: number[]; readonly temperature: number };
  readonly logDensity: number;
}

export interface GoldenConcrete extends GoldenConcreteSample {
  readonly other: number[];
  readonly otherTemperature: number;
  readonly mean: number[];
  readonly variance: number[];
  readonly entropy: number;
  readonly kl: number;
}

export interface GoldenGaussian {
  readonly mean: number[];
  readonly deviation: number[];
  readonly otherMean: number[];
  readonly otherDeviation: number[];
  readonly sample: number[];
  readonly weights: number[];
  /** Of the linear function of the weights that `gradient` is that of. */
  readonly coefficients: number[];
  readonly gradient: { readonly mean: number[]; readonly deviation: number[] };
  readonly logDensity: number;
  readonly entropy: number;
  readonly kl: number;
  readonly klGradient: { readonly mean: number[]; readonly deviation: number[] };
}

export interface GoldenCategorical {
  readonly logits: number[];
  readonly other: number[];
  readonly probabilities: number[];
  readonly logDensity: number[];
  readonly entropy: number;
  readonly kl: number;
  readonly klGradient: number[];
  /** The gradient of each category's log-probability, [K][K]. */
  readonly scores: number[][];
}

export interface GoldenPointMass {
  readonly logits: number[];
  readonly weights: number[];
  readonly coefficients: number[];
  readonly gradient: number[];
}

export const torchGolden: {
  /** probability, quantile. */
  readonly normalQuantile: [number, number][];
  readonly gaussian: GoldenGaussian[];
  readonly categorical: GoldenCategorical[];
  readonly pointMass: GoldenPointMass[];
  readonly concrete: GoldenConcrete[];
  readonly concreteSamples: GoldenConcreteSample[];
} = read("distributions.json");

function read(name: string) {
  return JSON.parse(readFileSync(join(packageRoot, "test/golden", name), "utf8"));
}
