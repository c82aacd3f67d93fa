import { correlations, eigenvalues } from "./matrix";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";

const K = 1e-5;

/**
 * How little the gradients of different images look alike: v are the eigenvalues of the correlations of the rows of J, the gradient of
 * Σ logits by each image in training mode, k = 1e-5. The first version of Mellor et al.'s score, as Abdelfattah et al. took it over.
 */
export const jacobCov = defineProxy({
  name: "jacob_cov",
  formula: "−Σ (ln(v + k) + 1/(v + k)), v: eigenvalues of the correlations of ∂Σlogits/∂x over images x",
  source: "Mellor et al., Neural Architecture Search without Training, arXiv:2006.04647v1, 2020",
  better: "higher",
  cost: "a forward and backward pass",
  needs: ["images"],
  reads: ["jacobian"],
  score({ jacobian }) {
    const matrix = correlations(jacobian);
    if (!matrix)
      throw new NoScore("the logits do not depend on the images, so that their gradients have no correlation");
    return -eigenvalues(matrix).reduce((sum, v) => sum + Math.log(v + K) + 1 / (v + K), 0);
  },
});
