import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { completeSettings, methods } from "../../src/methods";
import { hessianProduct, logitsOf } from "../../src/methods/hessian";
import { spectrum } from "../../src/methods/spectrum";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { Supernet } from "../../src/supernet";
import { readSafetensors } from "../../src/supernet/safetensors";
import { passesOf } from "../../src/trainer/passes";
import { Steps } from "../../src/trainer/steps";
import { close, closeState } from "./close";

/** What PyTorch computed from the same weights, θ and images: test/golden/supernet.py. */
function reference(file: string, channels: number, partialChannels: number) {
  const golden = readSafetensors(join(packageRoot, `test/golden/${file}.safetensors`));
  const value = (name: string): Float32Array => golden.get(name)!.data as Float32Array;
  const under = (prefix: string) =>
    new Map([...golden].filter(([name]) => name.startsWith(prefix)).map(([name, x]) => [name.slice(prefix.length), x]));
  const size = { channels, cells: 1, partialChannels, image: [16, 16, 3], classes: 10 } as const;
  const theta = Array.from({ length: 6 }, (_, e) => Float64Array.from(value("theta").subarray(5 * e, 5 * e + 5)));
  const batch = {
    images: value("images"),
    labels: Int32Array.from(golden.get("labels")!.data as unknown as bigint[], Number),
  };
  return { value, under, size, theta, batch };
}

const allChannels = reference("supernet", 4, 1);
const partialChannels = reference("supernet-partial", 8, 4);

const backends = ["native", "wasm"] satisfies BackendName[];
for (const [backend, { value, under, size, theta, batch }] of backends.flatMap((name) => [
  [name, allChannels] as const,
  [name, partialChannels] as const,
])) {
  suite(`supernet on ${backend}, K = ${size.partialChannels}`, () => {
    let network: Supernet;
    before(async () => {
      await useBackend(backend);
      network = new Supernet(spaces.nasBench201(), size, new RandomStream(0));
      network.parameters.loadStateDict(under("before."));
    });
    after(() => network.dispose());

    test("logits agree with PyTorch in evaluation and training mode", () => {
      for (const mode of ["evaluation", "training"] as const) {
        const logits = tf.tidy(() => {
          const images = tf.tensor4d(batch.images, [8, 16, 16, 3]);
          return network.forward(images, { theta: tf.tensor2d(value("theta"), [6, 5]) }, mode).logits.dataSync();
        });
        close(logits, value(`logits.${mode}`), mode);
      }
    });

    test("loss, ∂L/∂θ and running statistics agree with PyTorch", () => {
      network.parameters.loadStateDict(under("before."));
      const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
      const { loss, dTheta } = steps.architecture(batch, { theta });
      close([loss], value("loss"), "loss");
      close(dTheta, value("gradient.theta"), "∂L/∂θ");
      closeState(network.parameters.stateDict(), under("after."));
      steps.dispose();
    });

    test("weight gradients agree with PyTorch", () => {
      network.parameters.loadStateDict(under("before."));
      const { parameters } = network;
      // the gradient in the weights' place, so that the state_dict names and lays it out
      tf.tidy(() => {
        const images = tf.tensor4d(batch.images, [8, 16, 16, 3]);
        const labels = tf.tensor1d(batch.labels, "int32");
        const { grads } = tf.variableGrads(
          () => network.evaluate(images, labels, { theta: tf.tensor2d(value("theta"), [6, 5]) }, "training").loss,
          parameters.trainable,
        );
        for (const variable of parameters.trainable) variable.assign(grads[variable.name]);
      });
      const expected = under("gradient.");
      expected.delete("theta");
      closeState(parameters.stateDict(), expected);
    });

    test("the Hessian and its dominant eigenvalue agree with PyTorch's double backward", async () => {
      network.parameters.loadStateDict(under("before."));
      const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
      const hessian = value("hessian.theta");
      const scale = hessian.reduce((largest, h) => Math.max(largest, Math.abs(h)), 0);
      for (let k = 0; k < (backend === "native" ? 4 : 1); k++) {
        const { gradient, product } = steps.curvature(batch, { theta }, new Float64Array(30).fill(1, k, k + 1));
        if (k === 0) close(gradient, value("gradient.theta"), "∂L/∂θ");
        const error = Math.max(...product.map((h, j) => Math.abs(h - hessian[30 * k + j])));
        assert.ok(error < 1e-4 * scale, `column ${k}: ${error} of ${scale}`);
      }
      if (backend === "native" && size.partialChannels === 1) {
        const passes = passesOf(steps, batch, batch, 0.1, (loss) => new Error(`loss ${loss}`));
        const chart = logitsOf(
          { theta },
          theta.map(() => [0, 1, 2, 3, 4]),
        );
        const ofAlpha = Array.from({ length: 30 }, (_, k) =>
          Array.from(value("hessian.alpha").slice(30 * k, 30 * k + 30)),
        );
        const expected = Math.max(...new EigenvalueDecomposition(new Matrix(ofAlpha)).realEigenvalues);
        const product = hessianProduct(chart, passes, "exact", null);
        const found = await spectrum(30, product, async () => false);
        assert.ok(Math.abs(found!.eigenvalue - expected) < 1e-3 * expected, `${found!.eigenvalue}, not ${expected}`);
      }
      const expected = under("before.");
      for (const name of [...expected.keys()]) if (/tracked|_arch/.test(name)) expected.delete(name);
      closeState(network.parameters.stateDict(), expected);
      steps.dispose();
    });

    test("a step of SGD, clipped, agrees with PyTorch", () => {
      network.parameters.loadStateDict(under("before."));
      const steps = new Steps(network, completeSettings(methods.drnas.settings, { weights: { clip: 0.5 } }).weights);
      const { norm } = steps.weights(batch, [{ draw: { theta }, weight: 1 }], 0.025);
      close([norm], value("norm"), "norm");
      closeState(network.parameters.stateDict(), under("step."));
      closeState(network.parameters.stateDict(), under("after."));
      steps.dispose();
    });

    test("an image that is not finite leaves the state as it was", () => {
      network.parameters.loadStateDict(under("before."));
      const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
      const bad = { ...batch, images: batch.images.map((x, k) => (k === 5 ? Number.NaN : x)) };
      assert.equal(steps.weights(bad, [{ draw: { theta }, weight: 1 }], 0.025).healthy, false);
      assert.equal(steps.architecture(bad, { theta }).healthy, false);
      const expected = under("before.");
      for (const name of [...expected.keys()]) if (/tracked|_arch/.test(name)) expected.delete(name);
      closeState(network.parameters.stateDict(), expected);
      steps.dispose();
    });

    test("padding with label -1 changes neither the loss's sum nor the hits", () => {
      network.parameters.loadStateDict(under("before."));
      const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
      const whole = steps.evaluate(batch, { theta });
      const part = steps.evaluate(
        { images: batch.images.subarray(0, 5 * 768), labels: batch.labels.subarray(0, 5) },
        { theta },
      );
      const padded = steps.evaluate(
        { images: batch.images, labels: batch.labels.map((label, k) => (k < 5 ? label : -1)) },
        { theta },
      );
      close([padded.loss * 8], [part.loss * 5], "summed loss");
      assert.equal(padded.correct, part.correct);
      assert.ok(whole.loss > padded.loss);
      steps.dispose();
    });
  });
}

suite("weights as safetensors", () => {
  const { under, size, theta } = allChannels;
  let folder: string;
  before(async () => {
    await useBackend("native");
    folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  test("are written under PyTorch's names, shapes and types, and read back exactly", () => {
    const network = new Supernet(spaces.nasBench201(), size, new RandomStream(3));
    const eta = theta.map((row) => row.map((x) => Math.fround(x)));
    network.save(join(folder, "a.safetensors"), eta);
    const written = readSafetensors(join(folder, "a.safetensors"));
    const expected = under("before.");
    assert.deepEqual(new Set(written.keys()), new Set(expected.keys()));
    for (const [name, { shape }] of expected) assert.deepEqual(written.get(name)!.shape, shape, name);
    const other = new Supernet(spaces.nasBench201(), size, new RandomStream(4));
    assert.deepEqual(other.load(join(folder, "a.safetensors")), eta);
    assert.deepEqual(other.parameters.stateDict(), network.parameters.stateDict());
    other.dispose();
    network.dispose();
  });

  test("of another size are refused, and nothing changes", () => {
    const network = new Supernet(spaces.nasBench201(), { ...size, channels: 8 }, new RandomStream(3));
    const before = network.parameters.stateDict();
    assert.throws(
      () => network.parameters.loadStateDict(under("before.")),
      /"stem.0.weight" has shape \[4,3,3,3\], this network wants \[8,3,3,3\]/,
    );
    assert.deepEqual(network.parameters.stateDict(), before);
    network.dispose();
  });
});

test("weights by image and cell are taken in this order", async () => {
  await useBackend("native");
  const { size, under, theta, batch, value } = allChannels;
  const network = new Supernet(spaces.nasBench201(), size, new RandomStream(3));
  network.parameters.loadStateDict(under("before."));
  const steps = new Steps(network, completeSettings(methods.drnas.settings).weights);
  steps.weights(batch, [{ draw: { theta }, weight: 1 }], 0.1); // no statistic and no offset is zero then
  steps.dispose();
  const { numTensors } = tf.memory();
  tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [8, 16, 16, 3]);
    const rows = theta.map((row) => Array.from(row));
    /** With all operations of one cell dropped for one image. */
    const logits = (image: number, cell: number) => {
      const none = rows.map((row) => row.map(() => 0));
      const own = Array.from({ length: 8 }, (_, i) =>
        Array.from({ length: 3 }, (_, c) => (i === image && c === cell ? none : rows)),
      );
      return network.forward(images, { theta: tf.tensor4d(own) }, "evaluation").logits.arraySync();
    };
    const plain = network
      .forward(images, { theta: tf.tensor2d(value("theta"), [6, 5]) }, "evaluation")
      .logits.arraySync();
    for (const [image, cell] of [
      [3, 2],
      [6, 0],
    ]) {
      logits(image, cell).forEach((row, i) => {
        if (i === image) assert.notDeepEqual(row, plain[i]);
        else close(row, plain[i], `image ${i}`);
      });
    }
    // after an empty last cell there is only the last batch norm's constant
    const state = network.parameters.stateDict();
    const of = (name: string) => Array.from(state.get(name)!.data as Float32Array);
    const [scale, offset, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((name) =>
      of(`lastact.0.${name}`),
    );
    const features = scale.map((s, k) => Math.max(0, offset[k] - (s * mean[k]) / Math.sqrt(variance[k] + 1e-5)));
    const matrix = of("classifier.weight");
    const expected = of("classifier.bias").map((bias, n) =>
      features.reduce((sum, x, k) => sum + x * matrix[n * features.length + k], bias),
    );
    close(logits(3, 2)[3], expected, "logits of the image whose last cell is empty");
  });
  assert.equal(tf.memory().numTensors, numTensors);
  network.dispose();
});

test("a choice of operations that leaves an edge without any is refused", () => {
  const network = new Supernet(spaces.nasBench201(), allChannels.size, new RandomStream(0));
  const { kept } = network;
  assert.throws(
    () => network.keep(kept.map((row, e) => (e === 2 ? row.map(() => false) : row))),
    /^RangeError: Supernet.keep: want a list of 5 booleans for each of the 6 edges, at least one of them true/,
  );
  assert.equal(network.kept, kept);
  network.dispose();
});

test("a share of the channels that is not whole is refused", () => {
  assert.throws(
    () => new Supernet(spaces.nasBench201(), { ...allChannels.size, partialChannels: 3 }, new RandomStream(0)),
    /^RangeError: Supernet: partialChannels must divide the 4 channels; take one of 1, 2, 4, not 3/,
  );
});
