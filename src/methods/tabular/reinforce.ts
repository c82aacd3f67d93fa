// REINFORCE (Williams 1992) as NAS-Bench-201 has it: a softmax table for each edge, and the average reward as a baseline.
import { z } from "zod";
import { Adam, emptyAdam } from "../adam";
import { Policy } from "./policy";
import { needsAllEdges, tabularMethod } from "./tabular-method";

/** Defaults: those of NAS-Bench-201's REINFORCE. */
const schema = z.strictObject({
  /** Adam's step size; its betas are 0.9 and 0.999. */
  learningRate: z.number().nonnegative().default(0.001),
  /** How much of the baseline stays at each reward. */
  momentum: z.number().min(0).lt(1).default(0.9),
});

export const reinforce = tabularMethod({
  name: "reinforce",
  title: "REINFORCE",
  paper: "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning",
  year: 1992,
  axes: { strategy: "policy gradient" },
  schema,
  unfit: needsAllEdges,
  explore(evaluator, { learningRate, momentum }, stream) {
    const policy = new Policy(evaluator.space.edges, stream);
    const adam = new Adam({ learningRate, betas: [0.9, 0.999], weightDecay: 0 }, emptyAdam(policy.logits.length));
    const baseline = new MovingAverage(momentum);
    while (evaluator.open) {
      const draw = policy.sample(stream);
      const { accuracy: reward } = evaluator.evaluate(evaluator.space.architecture(draw));
      const advantage = reward - baseline.add(reward);
      adam.step(
        policy.logits,
        policy.logGradient(draw).map((g) => -advantage * g), // Adam descends
      );
    }
  },
});

/** An exponential moving average without the pull of its start towards 0. */
class MovingAverage {
  #sum = 0;
  #weight = 0;

  constructor(readonly momentum: number) {}

  /** Takes a value in, and answers the average with it. */
  add(value: number): number {
    this.#sum = this.momentum * this.#sum + (1 - this.momentum) * value;
    this.#weight = this.momentum * this.#weight + (1 - this.momentum);
    return this.#sum / this.#weight;
  }
}
