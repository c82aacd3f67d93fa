// DARTS (Liu et al., ICLR 2019), second order: the validation loss is taken one step of the weights ahead.
import { defineMethod } from "./define-method";

/** ∂/∂α of L_val(w - ξ ∂L_train/∂w, softmax(α)), ξ the learning rate of w (eqs. 6-8). */
export const dartsSecond = defineMethod({
  name: "darts-second",
  title: "DARTS (second order)",
  paper: "DARTS: Differentiable Architecture Search",
  year: 2019,
  settings: {
    architecture: {
      distribution: { kind: "point-mass" },
      sampler: { kind: "mean" },
      objective: { kind: "unrolled" },
      regulariser: { kind: "weight-decay", weight: 1e-3 },
    },
  },
});
