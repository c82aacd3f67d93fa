// The weights of three operations of an edge on the simplex: where their density is high, draws of them, the path of their mean.
//
// A point of the triangle is the three weights divided by their sum, the sub-composition, whatever the other operations weigh. Of a
// Dirichlet it is Dirichlet again, with these three concentrations (the sub-composition is independent of the sum); of the softmax of
// logits, Gumbel-perturbed (Concrete) or Gaussian (logistic-normal), it is the softmax of these three logits.
import { RandomStream } from "../backend";
import {
  type CellDistribution,
  Concrete,
  Dirichlet,
  distributionOf,
  type EdgeDistribution,
  Gaussian,
  recordOf,
} from "../distributions";
import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { thin } from "./chart";
import { type Labels, pickEdge } from "./edges";
import { withoutDensity } from "./ridgelines";
import type { Look } from "./theme";

/** Weights that add up to 1. */
export type Shares = readonly [a: number, b: number, c: number];

export const CORNERS: readonly Shares[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export interface SimplexOptions {
  /** The edge, as the space names it; without it the first. */
  readonly edge?: string;
  /** Three of its operations, as the space names them; without them those of the largest mean weights. */
  readonly operations?: readonly [string, string, string];
}

/** The distribution of three weights divided by their sum. */
export interface SubComposition {
  /** ln of the density with respect to two of the shares. */
  logDensity(shares: Shares): number;
  sample(stream: RandomStream): Shares;
  readonly mean: Shares;
}

/** Whether the weights of an edge have a density on the simplex. */
const hasDensity = (row: EdgeDistribution): row is Dirichlet | Concrete | Gaussian =>
  row instanceof Dirichlet || row instanceof Concrete || row instanceof Gaussian;

/** @param categories numbers of the three among the row's. Of Concrete and Gaussian the mean is the weights at the mean logits. */
export function subComposition(row: Dirichlet | Concrete | Gaussian, categories: readonly number[]): SubComposition {
  const shares = (values: Float64Array) => Array.from(values) as unknown as Shares;
  const part = row.subcomposition(categories);
  if (part instanceof Gaussian)
    return {
      logDensity: (point) => part.logWeightDensity(point),
      sample: (stream) => shares(part.weights(part.sample(stream))),
      mean: shares(part.centre()),
    };
  return {
    logDensity: (point) => part.logDensity(point),
    sample: (stream) => shares(part.sample(stream)),
    mean: shares(part instanceof Concrete ? part.centre() : part.mean()),
  };
}

/** What is drawn of an edge's three operations. */
export interface Choice {
  readonly edge: number;
  /** Their numbers in the space. */
  readonly operations: readonly number[];
  readonly looks: readonly Look[];
}

/** @param place the figure that asks. @throws UserError for an unknown edge or operation, or fewer than three. */
export function choose(
  place: string,
  { edge, operations }: SimplexOptions,
  distribution: CellDistribution,
  labels: Labels,
): Choice {
  const e = edge === undefined ? 0 : pickEdge(place, labels, edge);
  const kept = distribution.kept[e];
  const name = labels.edges[e].name;
  const names = kept.map((o) => distribution.operations[o]).join(", ");
  if (kept.length < 3)
    throw new UserError(`display.${place}: edge ${name} has only the operations ${names}; a simplex is of three`);
  const mean = distribution.mean()[e];
  const largest = () =>
    kept
      .toSorted((a, b) => mean[b] - mean[a])
      .slice(0, 3)
      .sort((a, b) => a - b);
  const chosen = operations ? operations.map((each) => distribution.operations.indexOf(each)) : largest();
  const wrong = operations?.find((_, k) => !kept.includes(chosen[k]));
  if (wrong !== undefined)
    throw new UserError(`display.${place}: edge ${name} has no operation "${wrong}"; it has ${names}`);
  if (new Set(chosen).size !== 3)
    throw new UserError(`display.${place}: operations must be three different ones of ${names}`);
  if (!hasDensity(distribution.rows[e])) throw withoutDensity(place, recordOf(distribution.rows[e]).kind);
  return { edge: e, operations: chosen, looks: chosen.map((o) => labels.operations[o]) };
}

/** The sub-composition of the chosen operations; null where one of them has been pruned, or there is no density. */
export function partOf(row: EdgeDistribution, kept: readonly number[], { operations }: Choice): SubComposition | null {
  const categories = operations.map((o) => kept.indexOf(o));
  return hasDensity(row) && categories.every((k) => k >= 0) ? subComposition(row, categories) : null;
}

/** A region that holds a share of the probability where the density is highest. */
export interface Region {
  readonly share: number;
  /** Closed outlines; what lies inside an even number of them is outside. */
  readonly outlines: readonly (readonly Shares[])[];
}

export interface PathRow {
  readonly epoch: number;
  readonly mean: Shares;
}

export interface SimplexRows {
  readonly regions: readonly Region[];
  readonly samples: readonly Shares[];
  readonly path: readonly PathRow[];
}

/** Of the regions, from the outermost. */
const SHARES = [0.95, 0.8, 0.5] as const;
/** Draws that say how high the density is at a region's rim, and those that are drawn. */
const DRAWS = 2000;
const SHOWN = 150;
/** Parts of the triangle's side. */
const SIDE = 48;
/** Epochs of the path. */
const EPOCHS = 100;

/** Towards the middle by so much, where densities are finite: a region that is nearer to the rim has no outline. */
const RIM = 0.01;
const inside = (shares: Shares): Shares => shares.map((share) => (1 - RIM) * share + RIM / 3) as unknown as Shares;

/** @param history for the path; may be empty. */
export function simplexRows(part: SubComposition, history: readonly EpochRecord[], choice: Choice): SimplexRows {
  const stream = new RandomStream(0, "display", "simplex");
  const draws = Array.from({ length: DRAWS }, () => part.sample(stream));
  // Hyndman, "Computing and graphing highest density regions", The American Statistician 1996: the density at the rim of the region
  // that holds a share is that quantile of the density at draws.
  const heights = Float64Array.from(draws, (draw) => part.logDensity(draw)).sort();
  const lattice = latticeOf(SIDE, (shares) => part.logDensity(inside(shares)));
  const path = thin(Array.from(history), EPOCHS).flatMap(({ epoch, rows, kept }) => {
    const then = partOf(distributionOf(rows[choice.edge]), kept[choice.edge], choice);
    return then ? [{ epoch, mean: rounded(then.mean) }] : [];
  });
  return {
    regions: SHARES.map((share) => ({
      share,
      outlines: outlinesOf(lattice, heights[Math.floor((1 - share) * DRAWS)]),
    })),
    samples: draws.slice(0, SHOWN).map(rounded),
    path,
  };
}

const rounded = (shares: Shares): Shares => shares.map((share) => Number(share.toFixed(4))) as unknown as Shares;

/** Values on a triangular lattice. */
export interface Lattice {
  readonly points: readonly Shares[];
  readonly values: readonly number[];
  /** Numbers of three points each, all the same way round. */
  readonly triangles: readonly (readonly [number, number, number])[];
}

export function latticeOf(side: number, value: (shares: Shares) => number): Lattice {
  const points: Shares[] = [];
  const number = new Map<string, number>();
  for (let c = 0; c <= side; c++)
    for (let b = 0; b <= side - c; b++) {
      number.set(`${b},${c}`, points.length);
      points.push([(side - b - c) / side, b / side, c / side]);
    }
  const at = (b: number, c: number) => number.get(`${b},${c}`)!;
  const triangles: [number, number, number][] = [];
  for (let c = 0; c < side; c++)
    for (let b = 0; b < side - c; b++) {
      triangles.push([at(b, c), at(b + 1, c), at(b, c + 1)]);
      if (b + c < side - 1) triangles.push([at(b + 1, c), at(b + 1, c + 1), at(b, c + 1)]);
    }
  return { points, values: points.map(value), triangles };
}

/** The outlines of the region where a function on a lattice, linear in each triangle, is at least `level`. */
export function outlinesOf({ points, values, triangles }: Lattice, level: number): Shares[][] {
  const named = new Map<string, Shares>();
  const nameOf = (shares: Shares) => {
    const name = rounded(shares).join(" ");
    if (!named.has(name)) named.set(name, rounded(shares));
    return name;
  };
  // What two neighbours share is passed once in each direction, and cancels. Rounding may lay several ways over each other.
  const next = new Map<string, string[]>();
  const pass = (from: string, to: string) => {
    const back = next.get(to)?.indexOf(from) ?? -1;
    if (back >= 0) next.get(to)!.splice(back, 1);
    else if (from !== to) next.set(from, [...(next.get(from) ?? []), to]);
  };
  for (const triangle of triangles) {
    const corners = clipped(triangle, points, values, level).map(nameOf);
    corners.forEach((corner, k) => {
      pass(corner, corners[(k + 1) % corners.length]);
    });
  }
  const outlines: Shares[][] = [];
  for (const [start, ends] of next)
    while (ends.length > 0) {
      const outline: Shares[] = [];
      let at = start;
      do {
        outline.push(named.get(at)!);
        at = next.get(at)!.pop()!;
      } while (at !== start);
      outlines.push(outline);
    }
  return outlines;
}

/** The part of a triangle where the linear function through its corners is at least `level`. */
function clipped(
  triangle: readonly number[],
  points: readonly Shares[],
  values: readonly number[],
  level: number,
): Shares[] {
  return triangle.flatMap((from, k) => {
    const to = triangle[(k + 1) % 3];
    const [low, high] = from < to ? [from, to] : [to, from]; // the same point for both neighbours
    const crossing = values[from] >= level !== values[to] >= level;
    const place = (level - values[low]) / (values[high] - values[low]);
    const between = crossing ? [points[low].map((p, i) => p + place * (points[high][i] - p)) as unknown as Shares] : [];
    return values[from] >= level ? [points[from], ...between] : between;
  });
}
