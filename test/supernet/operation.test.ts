import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { type Operation, operationNamed, type Step } from "../../src/spaces";
import { Pass } from "../../src/supernet/layers";
import { PlacedOperation } from "../../src/supernet/operation";
import { Parameters } from "../../src/supernet/parameters";
import { close } from "./close";

const random = new RandomStream(7);
const place = { name: "op", inputs: 8, outputs: 8 } as const;
const made = (...steps: Step[]): Operation => ({ name: "own", title: "own", steps: () => steps });

function features(height: number, width: number): tf.Tensor4D {
  const stream = random.split("x");
  return tf.tensor4d(
    Float32Array.from({ length: 2 * height * width * 8 }, () => stream.normal()),
    [2, height, width, 8],
  );
}

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`operations on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const [window, stride] of [
      [[3, 3], 1],
      [[3, 3], 2],
      [[1, 3], 1],
      [[1, 3], 2],
    ] as const) {
      test(`a convolution of ${window.join("×")} in groups at stride ${stride} is one whose filter is zero between groups`, () => {
        tf.tidy(() => {
          const x = features(6, 8);
          const whole = new Parameters(random);
          const grouped = new Parameters(random);
          const step = { kind: "convolution", window } as const;
          const ours = PlacedOperation.own(made({ ...step, groups: 4 }), grouped, { ...place, stride })!;
          const theirs = PlacedOperation.own(made(step), whole, { ...place, stride })!;
          const [filter] = grouped.trainable;
          assert.deepEqual(filter.shape, [...window, 2, 8]);
          const parts = tf.split(filter as tf.Tensor4D, 4, 3);
          const blocks = parts.map((part, k) =>
            tf.pad(part, [
              [0, 0],
              [0, 0],
              [2 * k, 6 - 2 * k],
              [0, 0],
            ]),
          );
          whole.trainable[0].assign(tf.concat(blocks, 3));
          const pass = new Pass("evaluation");
          const [y, expected] = [ours, theirs].map((operation) => operation.apply(x, pass));
          assert.deepEqual(y.shape, expected.shape);
          close(y.dataSync(), expected.dataSync(), "grouped");
          grouped.dispose();
          whole.dispose();
        });
      });
    }

    test("an inverted residual block adds what comes in where the maps stay as they are, and only there", () => {
      tf.tidy(() => {
        const x = features(6, 6);
        const of = (residual: boolean, other: object = {}) => {
          const operation = { ...operationNamed("mbconv_5x5_3"), residual };
          const parameters = new Parameters(random);
          const at = { ...place, stride: 1, ...other } as const;
          const y = PlacedOperation.candidate(operation, parameters, at)!.apply(x, new Pass("training"));
          parameters.dispose();
          return y;
        };
        close(of(true).dataSync(), tf.add(of(false), x).dataSync(), "residual");
        for (const other of [{ stride: 2 }, { outputs: 16 }])
          close(of(true, other).dataSync(), of(false, other).dataSync(), JSON.stringify(other));
      });
    });

    test("a function of one's own that gives another shape is refused with what it has to give", () => {
      const parameters = new Parameters(random);
      const operation = made({ kind: "function", own: { run: (x) => x } });
      const strided = PlacedOperation.own(operation, parameters, { ...place, stride: 2 })!;
      tf.tidy(() =>
        assert.throws(
          () => strided.apply(features(5, 6), new Pass("evaluation")),
          /op: your function gives \[2,5,6,8\] of \[2,5,6,8\] at stride 2; it must give \[2,3,3,8\]/,
        ),
      );
    });
  });
}
