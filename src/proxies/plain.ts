import * as tf from "@tensorflow/tfjs";
import { defineProxy } from "./proxy";
import { total } from "./total";

/** SNIP without absolute values. The weights before a batch norm add nothing: the loss does not depend on their scale. */
export const plain = defineProxy({
  name: "plain",
  formula: "Σ w ∂L/∂w",
  source: "Abdelfattah et al., Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
  better: "higher",
  cost: "a forward and backward pass",
  needs: ["images", "labels"],
  reads: ["gradients"],
  score: ({ weights }) => total(weights, ({ value, gradient }) => gradient && tf.sum(tf.mul(value, gradient))),
});
