import { defineProxy } from "./proxy";

/**
 * How much the loss feels the loss of each channel a of a convolution or the classifier, to the second order (Theis et al., 2018), counted
 * once for each weight that leads to it, as Abdelfattah et al.'s code does.
 */
export const fisher = defineProxy({
  name: "fisher",
  formula: "Σ over channels a of (weights to a) · ½ mean over images (Σ over pixels a ∂L/∂a)²",
  source: "Turner et al., BlockSwap: Fisher-Guided Block Substitution for Network Compression on a Budget, ICLR 2020",
  better: "higher",
  cost: "a forward and backward pass",
  needs: ["images", "labels"],
  reads: ["sensitivities"],
  score: ({ sensitivities }) => sensitivities,
});
