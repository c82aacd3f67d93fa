// The search cell against one that is spelt out in TensorFlow.js's own operations and their gradients.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { spaces } from "../../src/spaces";
import { EdgeCell, type SearchCell } from "../../src/supernet/cell";
import { Pass, type Weight } from "../../src/supernet/layers";
import { Parameters } from "../../src/supernet/parameters";
import { close } from "./close";

const space = spaces.nasBench201();
const { edges, operations } = space;
const channels = 4;
const batch = 3;
const map = { height: 5, width: 6, channels };
const layer = {
  kind: "cell",
  name: "cell",
  cell: "cell",
  channels,
  stride: 1,
  inputs: [map],
  input: map,
  output: map,
} as const;
const path = [2, 0, 3, 1, 4, 2];
const kept = edges.map((_, e) => operations.map((_, o) => e !== 0 && (o + e) % 3 !== 0));
kept[0][0] = true; // of the first edge, and so of the first node, nothing is left

function normalised(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2], true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
}

/** An operation by number. @param filters of the edge: 1×1 and 3×3. */
function operation(o: number, x: tf.Tensor4D, filters: readonly tf.Tensor[]): tf.Tensor {
  if (o === 0) return tf.mul(x, 0);
  if (o === 1) return x;
  if (o === 4) return tf.avgPool(x, 3, 1, "same");
  return normalised(tf.conv2d(tf.relu(x), filters[o - 2] as tf.Tensor4D, 1, "same"));
}

/** @param mixture what an edge makes of the mixed channels of a node. */
function naiveCell(x: tf.Tensor, share: number, mixture: (e: number, x: tf.Tensor4D) => tf.Tensor): tf.Tensor {
  const nodes = [x];
  for (const to of [1, 2, 3]) {
    const terms = edges.flatMap((edge, e) => {
      if (edge.to !== to) return [];
      const [mixed, bypass] = tf.split(nodes[edge.from], [channels / share, channels - channels / share], 3);
      const all = tf.concat([mixture(e, mixed as tf.Tensor4D), bypass], 3);
      const groups = tf.transpose(tf.reshape(all, [-1, share, channels / share]), [0, 2, 1]);
      return [tf.reshape(groups, x.shape)];
    });
    nodes.push(tf.addN(terms));
  }
  return nodes[3];
}

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  for (const share of [1, 2]) {
    suite(`a search cell on ${backend}, K = ${share}`, () => {
      before(() => useBackend(backend));

      /** Output and gradients of x, θ and the filters, of the cell and of the naive one. */
      function compare(
        shape: number[],
        ours: (cell: SearchCell, x: tf.Tensor4D, theta: tf.Tensor) => tf.Tensor,
        naive: (e: number, x: tf.Tensor4D, theta: tf.Tensor, filters: readonly tf.Tensor[]) => tf.Tensor,
      ): void {
        const { numTensors } = tf.memory();
        const stream = new RandomStream(share);
        const parameters = new Parameters(stream.split("weights"));
        const cell = new EdgeCell(parameters, layer, space, share);
        tf.tidy(() => {
          const random = (shape: number[]) =>
            tf.tensor(
              Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.normal()),
              shape,
            );
          const x = random([batch, 5, 6, channels]);
          const dy = random(x.shape);
          const theta = random(shape);
          const inputs = [x, theta, ...parameters.trainable];
          const all = (f: () => tf.Tensor) => {
            const value = f();
            const { grads } = tf.engine().gradients(() => tf.sum(tf.mul(f(), dy)), inputs, undefined, true);
            return [value, ...grads.map((gradient, k) => gradient ?? tf.zerosLike(inputs[k]))];
          };
          const actual = all(() => ours(cell, x as tf.Tensor4D, theta));
          const expected = all(() =>
            naiveCell(x, share, (e, x) => naive(e, x, theta, parameters.trainable.slice(2 * e, 2 * e + 2))),
          );
          const names = ["output", "∂/∂x", "∂/∂θ", ...parameters.trainable.map((_, k) => `∂/∂ filter ${k}`)];
          names.forEach((name, k) => {
            close(actual[k].dataSync(), expected[k].dataSync(), name);
          });
        });
        parameters.dispose();
        assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
      }

      /** The weights by edge and operation, of θ [..., edges, operations]. */
      const weights = (theta: tf.Tensor) => {
        const axis = theta.rank - 2;
        const shape = axis === 0 ? [] : [batch, 1, 1, 1];
        return tf
          .unstack(theta, axis)
          .map((row) => tf.unstack(row, axis).map((weight) => tf.reshape(weight, shape) as Weight));
      };

      for (const [whose, shape] of [
        ["one θ", [6, 5]],
        ["an image's own θ", [batch, 6, 5]],
      ] as const) {
        for (const [which, isKept] of [
          ["all operations", () => true],
          ["the kept operations", (e: number, o: number) => kept[e][o]],
        ] as const) {
          test(`${which} mix under ${whose}`, () => {
            compare(
              [...shape],
              (cell, x, theta) => {
                cell.keep(edges.map((_, e) => operations.map((_, o) => isKept(e, o))));
                return cell.forward([x], { theta: weights(theta) }, new Pass("training"));
              },
              (e, x, theta, filters) => {
                const terms = operations.flatMap((_, o) =>
                  isKept(e, o) ? [tf.mul(operation(o, x, filters), weights(theta)[e][o])] : [],
                );
                return tf.addN(terms);
              },
            );
          });
        }
      }

      test("along a path, the weights of the other operations get GDAS's gradients", () => {
        const others = tf.sub(1, tf.oneHot(tf.tensor1d(path, "int32"), operations.length));
        compare(
          [6, 5],
          (cell, x, theta) => {
            const indices = path.map((o) => tf.scalar(o, "int32"));
            const zeros = tf.unstack(tf.sum(tf.mul(theta, others), 1)) as tf.Scalar[];
            return cell.forwardPath(
              [x],
              { indices, theta: tf.unstack(theta) as tf.Tensor1D[], zeros },
              new Pass("training"),
            );
          },
          (e, x, theta, filters) => {
            const sum = tf.sum(tf.mul(tf.slice(theta, [e, 0], [1, -1]), tf.slice(others, [e, 0], [1, -1])));
            const zero = tf.sub(sum, sum.dataSync()[0]); // in value only
            return tf.add(tf.mul(operation(path[e], x, filters), weights(theta)[e][path[e]]), zero);
          },
        );
        others.dispose();
      });
    });
  }
}
