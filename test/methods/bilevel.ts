// A small bilevel problem whose optimum is known, in place of a network: the loss of θ is ½‖θ - target‖², of which the best
// architecture has the operation of the largest target on each edge.
import type { Draw, Moment, Passes } from "../../src/methods";
import type { Choices } from "../../src/spaces";

export const choices: Choices = {
  edges: [
    { from: 0, to: 1, name: "1<-0" },
    { from: 0, to: 2, name: "2<-0" },
  ].map((edge) => ({ ...edge, cell: "cell", candidates: [0, 1, 2], picks: 1, carries: true })),
  operations: ["none", "skip_connect", "nor_conv_3x3"],
  groups: [],
  costs: [0, 0, 1],
};
export const target = [
  [0.1, 0.2, 0.7],
  [0.6, 0.3, 0.1],
];
export const best = [[2], [0]];

export const moment: Moment = { epoch: 0, epochs: 10, step: 3, images: 100 };

const flat = (rows: readonly ArrayLike<number>[]) => rows.flatMap((row) => Array.from(row));

export const lossOf = (theta: readonly ArrayLike<number>[], goal = target): number =>
  flat(theta).reduce((sum, x, k) => sum + 0.5 * (x - flat(goal)[k]) ** 2, 0);

/** @param seen receives every draw that is asked for. @param goal another target. */
export function problem(seen: Draw[] = [], goal = target): Passes {
  const gradient = (draw: Draw) => {
    seen.push(draw);
    return { loss: lossOf(draw.theta, goal), dTheta: flat(draw.theta).map((x, k) => x - flat(goal)[k]) };
  };
  return {
    batch: 2,
    cells: 1,
    gradient: (_, draw) => gradient(draw),
    curvature: (_, draw, v) => ({ gradient: gradient(draw).dTheta, product: Array.from(v) }),
    byImage: (draw) => {
      const { loss, dTheta } = gradient(draw);
      return { loss, dTheta: [0.5, 1.5].map((share) => Float64Array.from(dTheta, (x) => share * x)) };
    },
    outcome: (_, draw) => ({ loss: lossOf(draw.theta), accuracy: 1 - lossOf(draw.theta) }),
    unrolled: gradient,
    neumann: gradient,
  };
}
