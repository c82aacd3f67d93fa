import { logDeterminant } from "./matrix";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";

/**
 * ln |det K|, K_ij the number of ReLU units that two images switch alike, in training mode. The published code adds up one matrix a ReLU
 * and counts, in a second pass, those that the backward pass of the first has met: here those that the output depends on, and a ReLU
 * that several operations begin with once for each, as there. (There the zeros of `none` pass a gradient on, so that ReLUs of branches
 * without effect are met, too.)
 */
export const naswot = defineProxy({
  name: "naswot",
  formula: "ln |det K|, K_ij: ReLU units that are on for both images i and j, or off for both",
  source: "Mellor et al., Neural Architecture Search without Training, ICML 2021",
  better: "higher",
  cost: "a forward pass",
  needs: ["images"],
  reads: ["agreement"],
  score({ agreement, count }) {
    const { units } = agreement;
    if (units === 0) throw new NoScore("the network has no ReLU that its output depends on");
    const matrix = agreement.matrix();
    for (let i = 0; i < count; i++)
      for (let j = 0; j < i; j++)
        if (matrix.get(i, j) === units)
          throw new NoScore(`images ${j} and ${i} switch all ${units} ReLU units alike, so that det K = 0`);
    const score = logDeterminant(matrix);
    if (score === null) throw new NoScore(`the codes of the ${count} images are linearly dependent, so that det K = 0`);
    return score;
  },
});
