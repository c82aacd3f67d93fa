import * as tf from "@tensorflow/tfjs";
import { defineProxy } from "./proxy";
import { euclidean } from "./total";

/** The norm of the fresh weights: a baseline that sees no more than the layers' sizes. */
export const l2Norm = defineProxy({
  name: "l2_norm",
  formula: "Σ over layers ‖w‖₂",
  source: "Abdelfattah et al., Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
  better: "higher",
  cost: "no pass",
  needs: [],
  score: ({ filters }) => tf.tidy(() => tf.addN(filters.map((filter) => euclidean(filter))).dataSync()[0]),
});
