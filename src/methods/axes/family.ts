// What a part on the axis of distributions is: a family of distributions over a cell's operations, with its parameters in one flat vector.
import type { RandomStream } from "../../backend";
import type { CellDistribution, EdgeDistribution } from "../../distributions";
import { CellDistribution as Distribution } from "../../distributions";
import type { Choices, Picks } from "../../spaces";
import type { Draw, Moment } from "../method";

/** The operations that each edge still has, numbers in ascending order. */
export type Kept = readonly (readonly number[])[];

/** A draw, and how a gradient by its θ becomes one by the distribution's parameters. */
export interface Sample {
  readonly draw: Draw;
  /** The path as it was drawn, where the draw's leaves edges out of it: that is what has a probability. */
  readonly drawn?: Picks;
  /** ∂L/∂parameters from ∂L/∂θ [edges · operations], the noise held; only where a pathwise derivative exists. */
  readonly pull?: (dTheta: ArrayLike<number>) => Float64Array;
  /** ∂L/∂θ in the parameters' places: the gradient by points of the simplex, for updates that multiply; only of a point mass. */
  readonly onSimplex?: (dTheta: ArrayLike<number>) => Float64Array;
  /** What is to be done to the parameters after the update, in place. @param before what they were before it. */
  readonly settle?: (parameters: Float64Array, before: Float64Array) => void;
}

/** A member of a family: the distribution at some parameters. */
export interface Member {
  readonly distribution: CellDistribution;
  /** How many there are in the space. */
  readonly operations: number;
  /** The mean weights; for the families without one in closed form, the weights at the mean logits. */
  mean(): Sample;
  /** A draw of weights inside the simplex, with its pathwise derivative. */
  relaxed?(stream: RandomStream): Sample;
  /** An operation of each edge; where a choice takes several, in the order in which they were drawn without replacement. */
  path?(stream: RandomStream): Picks;
  /** ln of a path's probability; edges that are left out count for nothing. */
  logProbability?(path: Picks): number;
  /** Σ over edges of credit_e · ∂ log p(path_e)/∂parameters. */
  score?(path: Picks, credit: ArrayLike<number>): Float64Array;
}

export interface Family {
  /** The initial parameters. */
  initial(choices: Choices, stream: RandomStream): Float64Array;
  at(parameters: Float64Array, choices: Choices, kept: Kept, moment: Moment): Member;
  /** The free parameters by edge and operation [edges][operations], for records. */
  eta(parameters: Float64Array, choices: Choices): Float64Array[];
}

/** Weights of one edge's kept operations, with the gradients of a loss by the edge's parameters. */
export interface EdgeSample {
  readonly weights: Float64Array;
  pull(dWeights: Float64Array): Float64Array;
}

/** A distribution on one edge. */
export interface EdgeMember {
  readonly row: EdgeDistribution;
  mean(): EdgeSample;
  relaxed?(stream: RandomStream): EdgeSample;
  /** Categories drawn without replacement, ln of their probability, and its gradient by the parameters. */
  choose?(stream: RandomStream, count: number): number[];
  logProbability?(chosen: readonly number[]): number;
  score?(chosen: readonly number[]): Float64Array;
  /** Whether ∂L/∂weights itself may stand for the gradient by the logits, as exponentiated gradients take it. */
  readonly simplex?: boolean;
}

/** A distribution that is independent on each edge, from one on an edge. */
interface EdgeFamily {
  /** Blocks of parameters, each with a number for every operation: 1, or 2 (means and log deviations). */
  readonly blocks: number;
  /** The initial parameters of an edge [blocks · operations]. */
  initial(operations: number, stream: RandomStream): Float64Array;
  /** @param parameters of the kept operations [blocks · kept]. */
  at(parameters: Float64Array, moment: Moment): EdgeMember;
}

/** Parameters [edges][blocks][operations]. Pruned operations have the weight 0 and get no gradient. */
export function independentEdges({ blocks, initial, at }: EdgeFamily): Family {
  return {
    initial: ({ edges, operations }, stream) =>
      Float64Array.from(edges.flatMap(() => Array.from(initial(operations.length, stream)))),

    eta: (parameters, { edges, operations }) =>
      edges.map((_, e) => parameters.slice(e * blocks * operations.length, (e * blocks + 1) * operations.length)),

    at(parameters, { edges, operations }, kept, moment) {
      const columns = operations.length;
      const places = kept.map((row, e) =>
        Array.from({ length: blocks }, (_, b) => row.map((o) => (e * blocks + b) * columns + o)).flat(),
      );
      const members = places.map((row) =>
        at(
          Float64Array.from(row, (k) => parameters[k]),
          moment,
        ),
      );
      const scatter = (rows: readonly ArrayLike<number>[]) => {
        const all = new Float64Array(parameters.length);
        rows.forEach((row, e) => {
          places[e].forEach((place, k) => {
            all[place] = row[k];
          });
        });
        return all;
      };
      const of = (dTheta: ArrayLike<number>, e: number) => Float64Array.from(kept[e], (o) => dTheta[e * columns + o]);
      const sampleOf = (samples: readonly EdgeSample[]): Sample => ({
        draw: { theta: samples.map(({ weights }, e) => spread(weights, kept[e], columns)) },
        pull: (dTheta) => scatter(samples.map((sample, e) => sample.pull(of(dTheta, e)))),
        ...(members.every(({ simplex }) => simplex) && {
          onSimplex: (dTheta: ArrayLike<number>) => scatter(samples.map((_, e) => of(dTheta, e))),
        }),
      });
      const categories = (row: readonly number[], e: number) => row.map((o) => kept[e].indexOf(o));
      const [first] = members;
      const names = edges.map(({ name }) => name);
      return {
        distribution: new Distribution(
          names,
          operations,
          members.map(({ row }) => row),
          kept,
        ),
        operations: columns,
        mean: () => sampleOf(members.map((member) => member.mean())),
        ...(first.relaxed && { relaxed: (stream) => sampleOf(members.map((member) => member.relaxed!(stream))) }),
        ...(first.choose && {
          path: (stream) =>
            members.map((member, e) => member.choose!(stream, edges[e].picks).map((category) => kept[e][category])),
          logProbability: (path) =>
            members.reduce((sum, member, e) => sum + member.logProbability!(categories(path[e], e)), 0),
          score: (path, credit) =>
            scatter(members.map((member, e) => member.score!(categories(path[e], e)).map((x) => credit[e] * x))),
        }),
      };
    },
  };
}

function spread(weights: Float64Array, kept: readonly number[], columns: number): Float64Array {
  const all = new Float64Array(columns);
  kept.forEach((operation, k) => {
    all[operation] = weights[k];
  });
  return all;
}
