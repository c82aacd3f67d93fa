// The mpmath values of test/golden/dirichlet.py, which the tests of this folder share.
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
} = JSON.parse(readFileSync(join(packageRoot, "test/golden/dirichlet.json"), "utf8"));
