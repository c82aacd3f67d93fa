// Regularised evolution (Real et al., AAAI 2019, algorithm 1): parents win tournaments, the oldest dies.
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { Architecture } from "../../spaces";
import type { Evaluation } from "./evaluator";
import { tabularMethod } from "./tabular-method";

/** Defaults: those of NAS-Bench-201's regularised evolution. */
const schema = z.strictObject({
  /** P: architectures alive at a time; as many random ones begin. */
  population: z.int().positive().default(10),
  /** S: candidates of a tournament, drawn with replacement. */
  tournament: z.int().positive().max(10_000).default(3),
});

export const evolution = tabularMethod({
  name: "evolution",
  title: "Regularised evolution",
  paper: "Regularized Evolution for Image Classifier Architecture Search",
  year: 2019,
  axes: { strategy: "evolution" },
  schema,
  explore(evaluator, { population, tournament }, stream) {
    const alive: Evaluation[] = []; // the oldest first
    while (evaluator.open) {
      const child =
        alive.length < population
          ? evaluator.space.sample(stream)
          : mutate(winner(alive, tournament, stream).architecture, stream);
      if (alive.length === population) alive.shift();
      alive.push(evaluator.evaluate(child));
    }
  },
});

/** The most accurate of some random members. */
function winner(alive: readonly Evaluation[], tournament: number, stream: RandomStream): Evaluation {
  const candidates = Array.from({ length: tournament }, () => alive[stream.below(alive.length)]);
  return candidates.reduce((best, candidate) => (candidate.accuracy > best.accuracy ? candidate : best));
}

/** Another operation on one edge: all neighbours are equally likely. */
function mutate(parent: Architecture, stream: RandomStream): Architecture {
  const neighbours = parent.neighbours();
  return neighbours[stream.below(neighbours.length)];
}
