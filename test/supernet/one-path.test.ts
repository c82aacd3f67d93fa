import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, compile, RandomStream, useBackend } from "../../src/backend";
import { spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";
import { close } from "./close";

const space = spaces.nasBench201();
const edges = space.edges.length;
const operations = space.operations.length;
const batch = 4;

/** Every operation is on some path, at each edge. */
const paths = Array.from({ length: operations }, (_, k) =>
  Array.from({ length: edges }, (_, e) => (2 * e + k) % operations),
);

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  for (const partialChannels of [1, 2]) {
    suite(`one path on ${backend}, K = ${partialChannels}`, () => {
      before(() => useBackend(backend));

      test("it gives what the mixture gives whose other weights are zero, with all gradients, and without a new trace", () => {
        const { numTensors } = tf.memory();
        const random = new RandomStream(1);
        const size = { channels: 4, cells: 1, partialChannels, image: [8, 8, 3], classes: 10 } as const;
        const network = new Supernet(space, size, random.split("weights"));
        const { parameters } = network;
        const { running } = parameters;
        const names = [...parameters.stateDict().keys()].filter((name) => !/running|tracked/.test(name));
        let traces = 0;

        const step = (images: tf.Tensor4D, labels: tf.Tensor1D, theta: tf.Tensor2D, path?: tf.Tensor1D) => {
          traces++;
          let after!: tf.Tensor;
          const gradient = tf.valueAndGrad((theta: tf.Tensor) => {
            const { loss, running } = network.evaluate(
              images,
              labels,
              { theta: theta as tf.Tensor2D, path },
              "training",
            );
            after = tf.keep(running!);
            return loss;
          })(theta);
          const mean = after.clone();
          after.dispose();
          const { grads } = tf.variableGrads(
            () => network.evaluate(images, labels, { theta, path }, "training").loss,
            parameters.trainable,
          );
          const logits = network.forward(images, { theta, path }, "evaluation").logits;
          return [gradient.value, logits, mean, gradient.grad, ...parameters.trainable.map(({ name }) => grads[name])];
        };
        const compiled = compile(step, { name: "one path" });

        tf.tidy(() => {
          const stream = random.split("images");
          const images = tf.tensor4d(
            Float32Array.from({ length: batch * 192 }, () => stream.uniform()),
            [batch, 8, 8, 3],
          );
          const labels = tf.tensor1d([1, 7, 0, 3], "int32");
          paths.forEach((path, n) => {
            const weight = (e: number, o: number) => (path[e] === o ? 0.5 + 0.1 * e : 0);
            const theta = tf.tensor2d(path.map((_, e) => Array.from({ length: operations }, (_, o) => weight(e, o))));
            const [loss, logits, statistics, dTheta, ...dWeights] = compiled(
              images,
              labels,
              theta,
              tf.tensor1d(path, "int32"),
            );
            const whole = step(images, labels, theta);
            close(loss.dataSync(), whole[0].dataSync(), `loss of path ${n}`);
            close(logits.dataSync(), whole[1].dataSync(), `logits of path ${n}`);

            const eager = step(images, labels, theta, tf.tensor1d(path, "int32"));
            close(dTheta.dataSync(), eager[3].dataSync(), `∂L/∂θ of path ${n}, compiled`);
            const all = whole[3].dataSync();
            const used = all.map((x, k) => (path[Math.floor(k / operations)] === k % operations ? x : 0));
            const mine = dTheta.dataSync().map((x, k) => (path[Math.floor(k / operations)] === k % operations ? x : 0));
            close(mine, used, `∂L/∂θ of path ${n}`); // the others' are GDAS's: cell.test.ts
            dWeights.forEach((gradient, k) => {
              close(gradient.dataSync(), whole[4 + k].dataSync(), `gradient of ${names[k]}, path ${n}`);
            });

            const [before, now, mixed] = [running, statistics, whole[2]].map((x) => Array.from(x.dataSync()));
            const kept = now.filter((x, k) => x === before[k] && x !== mixed[k]).length;
            assert.ok(kept > 0, "statistics of norms that did not run stay");
            const ran = now.map((x, k) => (x === before[k] ? x : mixed[k]));
            close(now, ran, `running statistics of path ${n}`);
          });
        });
        const calls = paths.length;
        assert.equal(traces - 2 * calls, backend === "native" ? 2 : calls, "traces of the compiled step");
        compiled.dispose();
        network.dispose();
        assert.equal(tf.memory().numTensors, numTensors, "tensors are left over");
      });
    });
  }
}
