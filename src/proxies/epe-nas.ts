import type { Matrix } from "ml-matrix";
import { correlations } from "./matrix";
import { NoScore } from "./no-score";
import { defineProxy } from "./proxy";

const K = 1e-5;

/** Up to so many classes the classes' values are added, beyond that their differences. */
const CLASSES = 100;

/**
 * How alike the gradients of the images of one class are (eqs. 3 and 4): e_c = Σ_ij ln(|ρ_ij| + k) over the correlations ρ of class c's rows of
 * J, the gradient of Σ logits by each image in training mode, k = 1e-5. The score is Σ |e_c|; with more than 100 classes
 * Σ_cd |e_c − e_d| / classes that are there, each e_c over its images.
 */
export const epeNas = defineProxy({
  name: "epe_nas",
  formula: "Σ_c |Σ_ij ln(|ρ_ij| + k)|, ρ: correlations of ∂Σlogits/∂x over the images x of class c",
  source:
    "Lopes et al., EPE-NAS: Efficient Performance Estimation without Training for Neural Architecture Search, ICANN 2021",
  better: "higher",
  cost: "a forward and backward pass",
  needs: ["images", "labels"],
  reads: ["jacobian"],
  score({ jacobian, labels, size }) {
    const many = size.classes > CLASSES;
    const values = [...new Set(labels)].map((label) => {
      const matrix = correlations(jacobian.filter((_, image) => labels[image] === label));
      if (!matrix)
        throw new NoScore("the logits do not depend on the images, so that their gradients have no correlation");
      return logarithms(matrix) / (many ? matrix.rows : 1);
    });
    if (!many) return values.reduce((sum, e) => sum + Math.abs(e), 0);
    const differences = values.flatMap((e) => values.map((other) => Math.abs(e - other)));
    return differences.reduce((sum, x) => sum + x, 0) / values.length;
  },
});

const logarithms = (matrix: Matrix): number =>
  matrix.to1DArray().reduce((sum, rho) => sum + Math.log(Math.abs(rho) + K), 0);
