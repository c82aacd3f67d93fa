// Architectures under a bound on what they cost, drawn from a learnt distribution as it is given the bound: what DrNAS names as future work
// (section 5 of the paper speaks of hardware; the procedure is ours).
import type { RandomStream } from "../backend/random";
import type { CellDistribution } from "../distributions";
import { UserError } from "../errors";
import { type Architecture, costMeter, type NetworkSize, type SearchSpace } from "../spaces";
import { architectureOf, drawEdge, type EdgeDraw, isProduct, probabilityUnder } from "./draw";
import { latency } from "./latency";

/**
 * "parameters" and "multiplyAdds" (of an image) by count; "latency" as measured here, in milliseconds; or a function of your own. Only
 * under the counted ones is a small space gone through whole.
 */
export type CostMeasure = "parameters" | "multiplyAdds" | "latency" | ((architecture: Architecture) => number);

export interface Budget {
  readonly cost: CostMeasure;
  /** The largest cost that is allowed. */
  readonly most: number;
}

/** Draws under a bound. */
export interface BoundedDraws {
  readonly architectures: readonly Architecture[];
  /** Whether they are independent draws from the exact conditional distribution, or a Markov chain's. */
  readonly exact: boolean;
  /** P(cost ≤ bound) under the distribution; of a chain, the share of its first independent draws. */
  readonly probability: number;
  /** How many independent draws tell as much about the mean cost. */
  readonly effectiveSamples: number;
}

/** What is to be drawn. */
export interface BoundedRequest {
  readonly distribution: CellDistribution;
  readonly space: SearchSpace;
  readonly cost: (architecture: Architecture) => number;
  /** The bound. */
  readonly most: number;
  readonly samples: number;
  /** Whether a small space may be gone through whole: a cost that is not counted may take too long. */
  readonly exhaustive: boolean;
  readonly stream: RandomStream;
  /** Gives way, and throws where the work is to end. */
  readonly turn: () => Promise<void>;
}

/** Spaces of at most so many architectures are gone through whole. */
const SMALL = 20_000;
/** Independent draws that a chain begins with. */
const TRIES = 500;
/** Rounds over all edges: to come below the bound, to forget where it began, between two samples. */
const [DESCENT, BURN_IN, THIN] = [200, 20, 2];

/** What an architecture costs, remembered. */
export function costMeasure(
  cost: CostMeasure,
  space: SearchSpace,
  size: NetworkSize,
): (architecture: Architecture) => number {
  if (cost === "parameters" || cost === "multiplyAdds") {
    const meter = costMeter(space, size);
    return (architecture) => meter(architecture)[cost];
  }
  const known = new Map<string, number>();
  const of = cost === "latency" ? (architecture: Architecture) => latency(architecture, size) : cost;
  return (architecture) => {
    const { key } = architecture;
    if (!known.has(key)) known.set(key, checked(of(architecture), architecture));
    return known.get(key)!;
  };
}

function checked(value: number, architecture: Architecture): number {
  if (Number.isFinite(value)) return value;
  throw new UserError(`budget: the cost of ${architecture} is ${value}; a cost must be a finite number`);
}

/**
 * Draws from the distribution given that cost ≤ most. Where the space is small and its edges independent, exactly: all architectures
 * below the bound, by their probabilities. Else by a Markov chain over the draws on the edges (Metropolis within Gibbs): one edge after
 * the other is drawn anew from its own distribution, and the new draw stands if the architecture keeps to the bound; what the chain
 * converges to is the conditional distribution, of edges that are kept by comparison too.
 * @throws UserError if nothing below the bound is found.
 */
export async function drawBounded(request: BoundedRequest): Promise<BoundedDraws> {
  const { exhaustive, space } = request;
  return exhaustive && isProduct(space) && space.size <= SMALL ? exactDraws(request) : chainDraws(request);
}

async function exactDraws({
  distribution,
  space,
  cost,
  most,
  samples,
  stream,
  turn,
}: BoundedRequest): Promise<BoundedDraws> {
  const probability = probabilityUnder(distribution, space)!;
  const allowed: { architecture: Architecture; until: number }[] = [];
  let total = 0;
  let cheapest = Number.POSITIVE_INFINITY;
  let seen = 0;
  for (const picks of allPicks(distribution.kept)) {
    if (seen++ % 500 === 0) await turn();
    const architecture = space.architecture(picks);
    const p = probability(architecture);
    if (p === 0) continue;
    const own = cost(architecture);
    cheapest = Math.min(cheapest, own);
    if (own > most) continue;
    total += p;
    allowed.push({ architecture, until: total });
  }
  if (total === 0) throw tooTight(most, cheapest);
  const draw = () => {
    const place = stream.uniform() * total;
    let [low, high] = [0, allowed.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (allowed[middle].until < place) low = middle + 1;
      else high = middle;
    }
    return allowed[low].architecture;
  };
  return {
    architectures: Array.from({ length: samples }, draw),
    exact: true,
    probability: Math.min(1, total),
    effectiveSamples: samples,
  };
}

/** All ways to take one of each list. */
function* allPicks(lists: readonly (readonly number[])[]): Generator<number[]> {
  const places = lists.map(() => 0);
  for (;;) {
    yield places.map((place, e) => lists[e][place]);
    let e = lists.length - 1;
    while (e >= 0 && ++places[e] === lists[e].length) places[e--] = 0;
    if (e < 0) return;
  }
}

async function chainDraws({
  distribution,
  space,
  cost,
  most,
  samples,
  stream,
  turn,
}: BoundedRequest): Promise<BoundedDraws> {
  const drawAll = () => space.edges.map((_, e) => drawEdge(distribution, e, stream));
  const first = Array.from({ length: TRIES }, drawAll);
  const costs: number[] = [];
  for (const draws of first) {
    if (costs.length % 20 === 0) await turn();
    costs.push(cost(architectureOf(space, draws)));
  }
  const within = costs.filter((each) => each <= most).length;
  let place = costs.indexOf(Math.min(...costs));
  if (within > 0) place = costs.findIndex((each) => each <= most);
  let [state, now] = [first[place], costs[place]];
  /** Draws each edge anew; the draw stands if the architecture costs at most so much. */
  const round = async (limit: () => number) => {
    await turn();
    for (const e of space.edges.keys()) {
      const other: EdgeDraw[] = state.with(e, drawEdge(distribution, e, stream));
      const its = cost(architectureOf(space, other));
      if (its <= limit()) [state, now] = [other, its];
    }
  };
  for (let k = 0; now > most && k < DESCENT; k++) await round(() => now);
  if (now > most) throw tooTight(most, now);
  for (let k = 0; k < BURN_IN; k++) await round(() => most);
  const architectures: Architecture[] = [];
  const chain: number[] = [];
  while (architectures.length < samples) {
    for (let k = 0; k < THIN; k++) await round(() => most);
    architectures.push(architectureOf(space, state));
    chain.push(now);
  }
  return {
    architectures,
    exact: false,
    probability: within / TRIES,
    effectiveSamples: effectiveSamples(chain),
  };
}

/**
 * n / (1 + 2 Σ autocorrelations), the sum up to the first pair of neighbours that is not positive (Geyer, "Practical Markov chain Monte
 * Carlo", Statistical Science 1992, section 3.3); of a chain that never moved 1.
 */
export function effectiveSamples(chain: readonly number[]): number {
  const n = chain.length;
  const mean = chain.reduce((sum, value) => sum + value, 0) / n;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let k = lag; k < n; k++) sum += (chain[k] - mean) * (chain[k - lag] - mean);
    return sum / n;
  };
  const variance = covariance(0);
  if (variance === 0) return 1;
  let time = -1;
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    time += 2 * pair;
  }
  return Math.min(n, n / Math.max(time, Number.EPSILON));
}

const tooTight = (most: number, cheapest: number) =>
  new UserError(
    `budget: nothing that the distribution draws costs at most ${most}; the cheapest that was found costs ${cheapest}, so allow that at least`,
  );
