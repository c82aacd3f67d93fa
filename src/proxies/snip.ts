import * as tf from "@tensorflow/tfjs";
import { defineProxy } from "./proxy";
import { total } from "./total";

/** How much the loss feels the loss of each weight, to the first order: ∂L/∂m of a mask m that multiplies it, at m = 1. */
export const snip = defineProxy({
  name: "snip",
  formula: "Σ |w ∂L/∂w|",
  source: "Lee et al., SNIP: Single-Shot Network Pruning Based on Connection Sensitivity, ICLR 2019",
  better: "higher",
  cost: "a forward and backward pass",
  needs: ["images", "labels"],
  reads: ["gradients"],
  score: ({ weights }) => total(weights, ({ value, gradient }) => gradient && tf.sum(tf.abs(tf.mul(value, gradient)))),
});
