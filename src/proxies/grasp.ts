import * as tf from "@tensorflow/tfjs";
import { hessianVector } from "../backend";
import { defineProxy } from "./proxy";

/**
 * How much the gradient flow gᵀg feels the loss of each weight, to the first order; H g is exact, by differentiating twice, and both g are
 * of the same batch. The sign is that of Abdelfattah et al.'s code, the opposite of the paper's, whose pruning keeps low scores.
 */
export const grasp = defineProxy({
  name: "grasp",
  formula: "−Σ w · (H g), g = ∂L/∂w, H = ∂²L/∂w²",
  source: "Wang et al., Picking Winning Tickets Before Training by Preserving Gradient Flow, ICLR 2020",
  better: "higher",
  cost: "two forward and backward passes and the gradient of one",
  needs: ["images", "labels"],
  reads: ["gradients"],
  score: (trial) =>
    tf.tidy(() => {
      const weights = trial.weights.flatMap(({ value, gradient }) => (gradient ? [{ value, gradient }] : []));
      const values = weights.map(({ value }) => value);
      const gradients = weights.map(({ gradient }) => gradient);
      const { product } = hessianVector(() => trial.loss(), values, gradients);
      return -tf.addN(product.map((h, k) => tf.sum(tf.mul(values[k], h)))).dataSync()[0];
    }),
});
