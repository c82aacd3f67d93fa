// How well one number orders architectures as another does: Spearman's ρ and Kendall's τ, with bootstrap intervals.
import { RandomStream } from "../backend/random";
import { UserError } from "../errors";
import { ranks } from "../proxies/ranks";

/** A statistic with the interval that holds it with a probability of 95 %. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface RankCorrelation {
  /** Architectures. */
  readonly count: number;
  readonly spearman: Estimate;
  readonly kendall: Estimate;
}

/**
 * Both rank correlations of pairs, with percentile intervals of the bootstrap (Efron and Tibshirani, "An introduction to the bootstrap",
 * 1993, section 13.3): the pairs drawn anew with replacement.
 * @throws UserError for fewer than three pairs, lists of two lengths, or a number that is not finite.
 */
export function rankCorrelation(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  { seed = 0, draws = 1000 }: { readonly seed?: number; readonly draws?: number } = {},
): RankCorrelation {
  check(xs, ys);
  // The ranks of the whole order each draw's pairs as the values do, and sort faster than those.
  const [a, b] = [dense(xs), dense(ys)];
  const stream = new RandomStream(seed, "rank correlation");
  const drawn = Array.from({ length: draws }, () => {
    const chosen = Int32Array.from(a, () => stream.below(a.length));
    const [p, q] = [chosen.map((k) => a[k]), chosen.map((k) => b[k])];
    return { spearman: spearman(p, q), kendall: kendall(p, q) };
  });
  const estimate = (of: (of: { spearman: number; kendall: number }) => number, value: number): Estimate => {
    const sorted = Float64Array.from(drawn, of).filter(Number.isFinite).sort(); // a draw whose values are all the same has no correlation
    const at = (probability: number) => sorted[Math.round(probability * (sorted.length - 1))] ?? value;
    return { value, low: at(0.025), high: at(0.975) };
  };
  return {
    count: xs.length,
    spearman: estimate((each) => each.spearman, spearman(xs, ys)),
    kendall: estimate((each) => each.kendall, kendall(xs, ys)),
  };
}

/** Spearman's ρ: Pearson's correlation of the ranks, equal values sharing the mean of theirs. NaN where all values of a list are equal. */
export function spearman(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const [a, b] = [ranks(xs), ranks(ys)];
  const middle = (a.length + 1) / 2;
  const product = (p: Float64Array, q: Float64Array) =>
    p.reduce((sum, value, k) => sum + (value - middle) * (q[k] - middle), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/**
 * Kendall's τ-b, which counts a pair that is equal in one list for neither side, in n log n steps: after sorting by the first list, the
 * pairs that the second orders otherwise are the exchanges of a merge sort (Knight, "A computer method for calculating Kendall's tau with
 * ungrouped data", JASA 1966). NaN where all values of a list are equal.
 */
export function kendall(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const order = Uint32Array.from(xs, (_, k) => k).sort((i, j) => xs[i] - xs[j] || ys[i] - ys[j]);
  const x = Float64Array.from(order, (k) => xs[k]);
  const y = Float64Array.from(order, (k) => ys[k]);
  const tiedX = tied(x.length, (k) => x[k] === x[k - 1]);
  const tiedBoth = tied(x.length, (k) => x[k] === x[k - 1] && y[k] === y[k - 1]);
  const discordant = exchanges(y); // sorts y
  const tiedY = tied(y.length, (k) => y[k] === y[k - 1]);
  const pairs = (x.length * (x.length - 1)) / 2;
  return (pairs - tiedX - tiedY + tiedBoth - 2 * discordant) / Math.sqrt((pairs - tiedX) * (pairs - tiedY));
}

/** 0 for the smallest of the different values, 1 for the next. */
function dense(values: ArrayLike<number>): Int32Array {
  const places = new Map(
    [...new Set(Array.from(values))].sort((a, b) => a - b).map((value, place) => [value, place] as const),
  );
  return Int32Array.from(values, (value) => places.get(value)!);
}

/** Pairs within runs of equal neighbours. @param same whether a value equals the one before it. */
function tied(count: number, same: (k: number) => boolean): number {
  let pairs = 0;
  for (let k = 1, run = 0; k < count; k++) {
    run = same(k) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts, and counts the pairs that stood the wrong way round. */
function exchanges(values: Float64Array): number {
  let count = 0;
  let [from, to] = [new Float64Array(values), new Float64Array(values.length)];
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      for (let k = start, left = start, right = middle; k < end; k++) {
        if (left < middle && (right >= end || from[left] <= from[right])) to[k] = from[left++];
        else {
          count += middle - left;
          to[k] = from[right++];
        }
      }
    }
    [from, to] = [to, from];
  }
  values.set(from);
  return count;
}

function check(xs: ArrayLike<number>, ys: ArrayLike<number>): void {
  const refuse = (what: string) => {
    throw new UserError(`rankCorrelation: ${what}`);
  };
  if (xs.length !== ys.length) refuse(`${xs.length} and ${ys.length} numbers; give two lists of the same length`);
  if (xs.length < 3) refuse(`${xs.length} pairs; give three at least`);
  for (const list of [xs, ys]) {
    const wrong = Array.from(list).findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) refuse(`number ${wrong} is ${list[wrong]}; leave such pairs out`);
  }
}
