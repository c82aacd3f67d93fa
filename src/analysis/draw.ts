// Architectures drawn from a distribution over the operations of a space's edges, whatever kind it is, and how probable they are.
import type { RandomStream } from "../backend/random";
import { argmaxProbabilities, Categorical, type CellDistribution, Concrete, Gaussian } from "../distributions";
import { UserError } from "../errors";
import { type Architecture, type SearchSpace, strongest } from "../spaces";

/** What a draw has on an edge, [operations] each. */
export interface EdgeDraw {
  /** The operation of the largest is taken; -∞ for pruned ones. */
  readonly weights: Float64Array;
  /** By their largest the edges of a group are kept. */
  readonly ranking: Float64Array;
}

/**
 * A draw on one edge: the sampled weights. A categorical distribution's weights are its logits with Gumbel noise, whose largest is a
 * draw, and whose n largest are n draws without replacement; which edges of a group are kept is then left to chance, but for those that
 * drew "none".
 */
export function drawEdge(distribution: CellDistribution, edge: number, stream: RandomStream): EdgeDraw {
  const { rows, kept, operations } = distribution;
  const row = rows[edge];
  const spread = (values: ArrayLike<number>) => {
    const all = new Float64Array(operations.length).fill(Number.NEGATIVE_INFINITY);
    kept[edge].forEach((operation, k) => {
      all[operation] = values[k];
    });
    return all;
  };
  if (row instanceof Categorical) {
    const weights = spread(new Concrete(row.logits, 1).sampleLog(stream));
    const isNone = operations[weights.indexOf(Math.max(...weights))] === "none";
    const chance = stream.uniform();
    return { weights, ranking: weights.map(() => (isNone ? -1 : chance)) };
  }
  const weights = spread(row instanceof Gaussian ? row.weights(row.sample(stream)) : row.sample(stream));
  return { weights, ranking: weights };
}

/** The architecture of a draw on every edge: what the most probable one is read out by (DARTS, section 2.4). */
export const architectureOf = (space: SearchSpace, draws: readonly EdgeDraw[]): Architecture =>
  space.architecture(
    strongest(
      space,
      draws.map(({ weights }) => weights),
      draws.map(({ ranking }) => ranking),
    ),
  );

/** An architecture drawn from a distribution. */
export const drawArchitecture = (
  distribution: CellDistribution,
  space: SearchSpace,
  stream: RandomStream,
): Architecture =>
  architectureOf(
    space,
    space.edges.map((_, e) => drawEdge(distribution, e, stream)),
  );

/** Whether an architecture's operations are independent by edge, so that its probability is a product. */
export const isProduct = ({ groups, edges }: SearchSpace): boolean =>
  groups.length === 0 && edges.every(({ picks }) => picks === 1);

/**
 * P(a draw is the architecture), exact; null where edges or several operations are kept by comparison, for which there is no closed form.
 */
export function probabilityUnder(
  distribution: CellDistribution,
  space: SearchSpace,
): ((architecture: Architecture) => number) | null {
  if (!isProduct(space)) return null;
  const byEdge = distribution.rows.map(argmaxProbabilities);
  return ({ operations }) =>
    operations.reduce((product, operation, e) => {
      const place = distribution.kept[e].indexOf(operation);
      return place < 0 ? 0 : product * byEdge[e][place];
    }, 1);
}

/** @throws UserError if the distribution has other edges or operations than the space. */
export function requireFit(distribution: CellDistribution, space: SearchSpace, asked: string): void {
  const names = space.edges.map(({ name }) => name);
  if (names.join() === distribution.edges.join() && space.operations.join() === distribution.operations.join()) return;
  throw new UserError(
    `${asked}: the distribution is over ${distribution.edges.length} edges with ${distribution.operations.join(", ")}, ${space.title} has ${names.length} with ${space.operations.join(", ")}; give the space that it was learnt on`,
  );
}
