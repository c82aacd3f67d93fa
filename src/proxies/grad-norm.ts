import { defineProxy } from "./proxy";
import { euclidean, total } from "./total";

/** The gradient's norm, layer by layer (Abdelfattah et al., ICLR 2021, section 3.2). */
export const gradNorm = defineProxy({
  name: "grad_norm",
  formula: "Σ over layers ‖∂L/∂w‖₂",
  source: "Abdelfattah et al., Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
  better: "higher",
  cost: "a forward and backward pass",
  needs: ["images", "labels"],
  reads: ["gradients"],
  score: ({ weights }) => total(weights, ({ gradient }) => gradient && euclidean(gradient)),
});
