// The profile of a compiled function: which nodes ran, of which kind, and for how long.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose, compile, profile, useBackend } from "../../src/backend";

before(() => useBackend("native"));

test("a profile has the nodes of the graph that ran, and their times", () => {
  const product = compile((x: tf.Tensor2D) => tf.matMul(x, x), { name: "product" });
  const x = tf.ones([400, 400]) as tf.Tensor2D;
  product(x).dispose(); // nothing collects this
  const started = performance.now();
  const nodes = profile(() => product(x).dispose());
  const elapsed = (performance.now() - started) / 1000;
  const products = nodes.filter(({ operation }) => /MatMul/.test(operation));
  assert.equal(products.length, 1);
  assert.equal(products[0].graph, "product");
  assert.ok(products[0].seconds > 0 && products[0].seconds < elapsed);
  product.dispose();
  x.dispose();
});

test("only the chosen branch runs", () => {
  const branches = [(x: tf.Tensor) => [tf.sin(x)], (x: tf.Tensor) => [tf.cos(x)]];
  const f = compile((index: tf.Scalar, x: tf.Tensor) => choose(index, branches, [x])[0], { name: "chosen" });
  const x = tf.tensor1d([0.1, 0.2]);
  for (const [index, ran, not] of [
    [0, "Sin", "Cos"],
    [1, "Cos", "Sin"],
  ] as const) {
    const operations = profile(() => tf.tidy(() => void f(tf.scalar(index, "int32"), x))).map((node) => node.operation);
    assert.ok(operations.includes(ran), `${operations}`);
    assert.ok(!operations.includes(not));
  }
  f.dispose();
  x.dispose();
});

test("a call that throws ends the profile", () => {
  assert.throws(() => profile(() => assert.fail("stop")), /stop/);
  const f = compile((x: tf.Tensor) => tf.exp(x), { name: "exponential" });
  const x = tf.scalar(1);
  assert.equal(f(x).arraySync(), Math.fround(Math.E));
  f.dispose();
  x.dispose();
});
