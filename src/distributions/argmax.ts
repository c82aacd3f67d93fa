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

/** A piece of the axis, in places of one length. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Of independent gamma variables, compared by their logarithms z, whose densities are e^(βz - e^z) / Γ(β). */
function largestGamma(beta: Float64Array): Float64Array {
  const most = Math.max(...beta);
  const logDensity = beta.map(logGamma);
  const below = beta.map((b) => Math.exp(b * START - logGamma(b + 1)));
  const allBelow = below.reduce((product, p) => product * p, 1);
  const end = Math.log(most + 12 * Math.sqrt(most) + 50);
  return largest(
    (k, z) => Math.exp(beta[k] * z - Math.exp(z) - logDensity[k]),
    [{ from: START, to: end, step: Math.min(0.02, 0.1 / Math.sqrt(most)) }],
    below,
    beta.map((b) => (allBelow * b) / sum(beta)), // ∫ f_k Π F_i of powers
  );
}

/** Of independent normal variables: the steps are as fine as the narrowest density that is there wants them. */
function largestNormal(mean: Float64Array, deviation: Float64Array): Float64Array {
  const reach = (k: number) => 9 * deviation[k];
  const bounds = Array.from(mean, (m, k) => [m - reach(k), m + reach(k)]).flat();
  const ends = [...new Set(bounds)].sort((a, b) => a - b);
  const segments = ends.slice(1).flatMap((to, j): Segment[] => {
    const from = ends[j];
    const there = deviation.filter((_, k) => mean[k] - reach(k) < to && mean[k] + reach(k) > from);
    return there.length === 0 ? [] : [{ from, to, step: Math.min(...there) / 20 }];
  });
  const none = mean.map(() => 0);
  const density = (k: number, z: number) =>
    Math.exp(-0.5 * ((z - mean[k]) / deviation[k]) ** 2) / (deviation[k] * Math.sqrt(2 * Math.PI));
  return largest(density, segments, none, none);
}

/**
 * ∫ f_k Π_{i≠k} F_i dz for each k, divided by their sum, which is 1; both integrals by Simpson's rule.
 * @param below each F where the first segment begins. @param sofar the integrals up to there.
 */
function largest(
  density: (k: number, z: number) => number,
  segments: readonly Segment[],
  below: Float64Array,
  sofar: Float64Array,
): Float64Array {
  const cumulative = below.slice();
  const found = sofar.slice();
  for (const { from, to, step } of segments) {
    const places = 2 * Math.ceil((to - from) / step / 2);
    const length = (to - from) / places;
    const add = (now: Float64Array, weight: number) => {
      for (let k = 0; k < now.length; k++) {
        let others = 1;
        for (let i = 0; i < now.length; i++) if (i !== k) others *= cumulative[i];
        found[k] += ((weight * length) / 3) * now[k] * others;
      }
    };
    const before = below.map((_, k) => density(k, from));
    add(before, 1);
    for (let place = 1; place <= places; place++) {
      const z = from + place * length;
      const now = before.map((_, k) => density(k, z));
      for (let k = 0; k < now.length; k++)
        cumulative[k] += (length / 6) * (before[k] + 4 * density(k, z - length / 2) + now[k]);
      add(now, place === places ? 1 : place % 2 === 1 ? 4 : 2);
      before.set(now);
    }
  }
  const total = sum(found);
  return found.map((p) => p / total);
}
