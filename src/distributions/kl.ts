// The Kullback-Leibler divergence by pairs of families: which have one, and how it is computed.
import { RandomStream } from "../backend/random";
import { Categorical } from "./categorical";
import type { EdgeDistribution } from "./cell-distribution";
import { Concrete } from "./concrete";
import { Dirichlet } from "./dirichlet";
import { Gaussian } from "./gaussian";
import { PointMass } from "./point-mass";

export interface Divergence {
  /** KL(p ‖ q) in nats. */
  readonly value: number;
  readonly kind: "closed form" | "quadrature" | "Monte Carlo";
  /** Of a Monte Carlo value; 0 of the others. */
  readonly standardError: number;
}

/** Draws of a Monte Carlo value. */
const DRAWS = 20_000;

interface Pair {
  /** The families of p and q. */
  readonly families: readonly [Family, Family];
  readonly of: (p: EdgeDistribution, q: EdgeDistribution) => Divergence;
}

type Family = abstract new (...args: never[]) => EdgeDistribution;

/** A family's own divergence. */
const own = <P extends EdgeDistribution & { kl(other: P): number }>(
  family: abstract new (...args: never[]) => P,
  kind: Divergence["kind"],
): Pair => ({
  families: [family, family],
  of: (p, q) => ({ value: (p as P).kl(q as P), kind, standardError: 0 }),
});

/** The mean of ln p(x) - ln q(x) over draws of p, the same ones at each call. */
const sampled = (p: Family, q: Family): Pair => ({
  families: [p, q],
  of(p, q) {
    const stream = new RandomStream(0, "distributions", "kl");
    const ratios = Float64Array.from({ length: DRAWS }, () => {
      const x = p.sample(stream);
      return p.logDensity(x) - q.logDensity(x);
    });
    const value = ratios.reduce((sum, x) => sum + x, 0) / DRAWS;
    const variance = ratios.reduce((sum, x) => sum + (x - value) ** 2, 0) / (DRAWS - 1);
    return { value, kind: "Monte Carlo", standardError: Math.sqrt(variance / DRAWS) };
  },
});

const PAIRS: readonly Pair[] = [
  own(Dirichlet, "closed form"),
  own(Gaussian, "closed form"),
  own(Categorical, "closed form"),
  own(PointMass, "closed form"),
  own(Concrete, "quadrature"),
  sampled(Dirichlet, Concrete),
  sampled(Concrete, Dirichlet),
];

/**
 * KL(p ‖ q) of two distributions over the same operations, and how it was computed. A component of a draw below 2^-1022 counts as that.
 * @throws TypeError for a pair whose samples are of different kinds (logits, weights inside the simplex, one operation, one point);
 * RangeError for different numbers of categories.
 */
export function kl(p: EdgeDistribution, q: EdgeDistribution): Divergence {
  const pair = PAIRS.find(({ families }) => p instanceof families[0] && q instanceof families[1]);
  if (pair) return pair.of(p, q);
  const known = PAIRS.map(({ families }) => families.map(({ name }) => name).join(" ‖ ")).join(", ");
  throw new TypeError(
    `kl: a ${p.constructor.name} and a ${q.constructor.name} have no samples in common; the pairs are ${known}`,
  );
}
