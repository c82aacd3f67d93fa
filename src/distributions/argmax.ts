// Which operation of an edge a sample makes the largest: the probabilities of what a read-out by argmax finds.
import type { EdgeDistribution } from "./cell-distribution";
import { Concrete } from "./concrete";
import { Dirichlet } from "./dirichlet";
import { Gaussian } from "./gaussian";
import { PointMass } from "./point-mass";
import { logGamma } from "./special";
import { sum } from "./sum";

/**
 * P(component k of a sample is the largest), [K], to about 1e-9: by quadrature for a Dirichlet, whose components are gamma variables
 * over their sum, and for a Gaussian; for a Concrete it is softmax(logits), whatever the temperature (Maddison et al., ICLR 2017,
 * proposition 1).
 */
export function argmaxProbabilities(row: EdgeDistribution): Float64Array {
  if (row instanceof Dirichlet) return largestGamma(row.concentration);
  if (row instanceof Gaussian) return largestNormal(row.location, row.deviation);
  if (row instanceof Concrete) return row.centre();
  if (!(row instanceof PointMass)) return row.mean();
  const largest = row.probabilities.indexOf(Math.max(...row.probabilities));
  return row.probabilities.map((_, k) => (k === largest ? 1 : 0));
}

/** Below e^START the gamma densities are powers, to a relative 1e-16. */
const START = -36;

/** Of independent gamma variables, compared by their logarithms z, whose densities are e^(βz - e^z) / Γ(β). */
function largestGamma(beta: Float64Array): Float64Array {
  const most = Math.max(...beta);
  const logDensity = beta.map(logGamma);
  const below = beta.map((b) => Math.exp(b * START - logGamma(b + 1)));
  const allBelow = below.reduce((product, p) => product * p, 1);
  return largest(
    (k, z) => Math.exp(beta[k] * z - Math.exp(z) - logDensity[k]),
    { from: START, to: Math.log(most + 12 * Math.sqrt(most) + 50), step: Math.min(0.02, 0.1 / Math.sqrt(most)) },
    below,
    beta.map((b) => (allBelow * b) / sum(beta)), // ∫ f_k Π F_i of powers
  );
}

/** Of independent normal variables. */
function largestNormal(mean: Float64Array, deviation: Float64Array): Float64Array {
  const ends = (sign: number) => mean.map((m, k) => m + sign * 9 * deviation[k]);
  const [from, to] = [Math.min(...ends(-1)), Math.max(...ends(1))];
  const step = Math.max(Math.min(...deviation) / 20, (to - from) / MOST);
  const none = mean.map(() => 0);
  const density = (k: number, z: number) =>
    Math.exp(-0.5 * ((z - mean[k]) / deviation[k]) ** 2) / (deviation[k] * Math.sqrt(2 * Math.PI));
  return largest(density, { from, to, step }, none, none);
}

/** Places of a grid at most. */
const MOST = 200_000;

/**
 * ∫ f_k Π_{i≠k} F_i dz for each k on one grid, divided by their sum, which is 1: F by Simpson's rule, as its integral ends where f is large,
 * the outer integral by the trapezoidal rule, which is as exact where both ends vanish.
 * @param below each F at the grid's start. @param sofar the integrals up to there.
 */
function largest(
  density: (k: number, z: number) => number,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  below: Float64Array,
  sofar: Float64Array,
): Float64Array {
  const cumulative = below.slice();
  const found = sofar.slice();
  const before = below.map((_, k) => density(k, from));
  const places = Math.ceil((to - from) / step);
  for (let place = 1; place <= places; place++) {
    const z = from + place * step;
    const now = before.map((_, k) => density(k, z));
    for (let k = 0; k < now.length; k++)
      cumulative[k] += (step / 6) * (before[k] + 4 * density(k, z - step / 2) + now[k]);
    for (let k = 0; k < now.length; k++) {
      let others = 1;
      for (let i = 0; i < now.length; i++) if (i !== k) others *= cumulative[i];
      found[k] += step * now[k] * others;
    }
    before.set(now);
  }
  const total = sum(found);
  return found.map((p) => p / total);
}
