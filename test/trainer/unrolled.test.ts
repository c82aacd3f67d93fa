// Second-order gradients of a problem that has them in closed form: Ltrain = ½ wᵀAw − wᵀBθ and Lval = ½ |w − c|² + dᵀθ.
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, useBackend } from "../../src/backend";
import { neumann } from "../../src/trainer/neumann";
import { Sgd } from "../../src/trainer/sgd";
import { type Levels, unrolled } from "../../src/trainer/unrolled";
import { close } from "../supernet/close";

const A = [
  [2, 0.5],
  [0.5, 1],
];
const B = [
  [1, -2, 0.5],
  [0, 1, 3],
];
const w = [0.7, -0.4];
const theta = [0.2, 1.1, -0.6];
const c = [1.5, 0.3];
const d = [0.1, -0.2, 0.4];
const rate = 0.2;

const times = (matrix: number[][], v: number[]) => matrix.map((row) => row.reduce((sum, x, k) => sum + x * v[k], 0));
const transposed = (matrix: number[][]) => matrix[0].map((_, k) => matrix.map((row) => row[k]));
const minus = (a: number[], b: number[]) => a.map((x, k) => x - b[k]);
const scaled = (a: number[], by: number) => a.map((x) => by * x);
/** As ∂θ∂w Ltrain is −Bᵀ: d + ξ Bᵀv. */
const whole = (v: number[]) => minus(d, scaled(times(transposed(B), v), -rate));

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`second-order gradients on ${backend}`, () => {
    before(() => useBackend(backend));

    function compare(compute: (levels: Levels, sgd: Sgd, rate: tf.Scalar) => tf.Tensor, expected: number[]): void {
      const variable = tf.variable(tf.tensor1d(w));
      const unused = tf.variable(tf.scalar(1));
      const sgd = new Sgd([variable, unused], { momentum: 0.9, weightDecay: 0.1, clip: 1e-3 });
      sgd.buffers[0].assign(tf.tensor1d([0.3, 0.6]));
      tf.tidy(() => {
        const row = tf.tensor1d(theta);
        const outcome = (loss: tf.Tensor) => ({ loss: loss as tf.Scalar, correct: tf.scalar(0), running: null });
        const levels: Levels = {
          weights: [variable, unused],
          theta: { valid: row, train: row },
          valid: () => outcome(tf.add(tf.mul(0.5, tf.sum(tf.squaredDifference(variable, c))), tf.sum(tf.mul(row, d)))),
          train: () => {
            const quadratic = tf.sum(tf.mul(variable, tf.dot(tf.tensor2d(A), variable)));
            const bilinear = tf.sum(tf.mul(variable, tf.dot(tf.tensor2d(B), row)));
            return outcome(tf.sub(tf.mul(0.5, quadratic), bilinear));
          },
        };
        close(compute(levels, sgd, tf.scalar(rate)).dataSync(), expected, "dL/dθ");
        close(variable.dataSync(), w, "w");
      });
      sgd.dispose();
      tf.dispose([variable, unused]);
    }

    test("unrolled: of the loss after an unclipped step with momentum and decay", () => {
      const gradient = minus(times(A, w), times(B, theta));
      const ahead = w.map((x, k) => x - rate * (0.9 * [0.3, 0.6][k] + gradient[k] + 0.1 * x));
      compare((levels, sgd, rate) => unrolled(levels, sgd, rate).dTheta, whole(minus(ahead, c)));
    });

    for (const terms of [0, 1, 3]) {
      test(`Neumann's series with ${terms} more terms`, () => {
        let v = minus(w, c);
        let sum = v;
        for (let k = 0; k < terms; k++) {
          v = minus(v, scaled(times(A, v), rate));
          sum = minus(sum, scaled(v, -1));
        }
        compare((levels, _, rate) => neumann(levels, rate, terms).dTheta, whole(sum));
      });
    }

    test("Neumann's series of many terms is the gradient at the optimum's response, A⁻¹", () => {
      const determinant = A[0][0] * A[1][1] - A[0][1] * A[1][0];
      const v = minus(w, c);
      const solved = [(A[1][1] * v[0] - A[0][1] * v[1]) / determinant, (A[0][0] * v[1] - A[1][0] * v[0]) / determinant];
      compare((levels, _, rate) => neumann(levels, rate, 60).dTheta, whole(scaled(solved, 1 / rate)));
    });
  });
}
