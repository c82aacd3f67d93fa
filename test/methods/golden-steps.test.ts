// Methods' first three steps against PyTorch's (test/golden/bilevel.py), the trainer's own steps on a network of two edges.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import { completeSettings, methods, type SettingsInput } from "../../src/methods";
import { packageRoot } from "../../src/root";
import type { Choices } from "../../src/spaces";
import type { Supernet } from "../../src/supernet";
import { passesOf } from "../../src/trainer/passes";
import { Steps } from "../../src/trainer/steps";

interface Half {
  readonly images: number[][];
  readonly labels: number[];
}

interface Golden {
  readonly problem: {
    readonly search: Half;
    readonly train: Half;
    readonly w: number[][][];
    readonly b: number;
    readonly rates: number[];
    readonly momentum: number;
    readonly weightDecay: number;
    readonly clip: number;
    readonly images: number;
  };
  readonly methods: {
    readonly method: string;
    readonly architecture: SettingsInput["architecture"];
    readonly start: number[];
    readonly steps: {
      /** What the step of the distribution and that of the weights draw. */
      readonly noise: { readonly search: number[]; readonly train: number[] };
      readonly loss: number;
      /** Of the distribution; of GAEA the point of the simplex itself. */
      readonly parameters: number[];
      readonly w: number[];
      readonly b: number;
    }[];
  }[];
}

const golden: Golden = JSON.parse(readFileSync(join(packageRoot, "test/golden/bilevel.json"), "utf8"));
const { problem } = golden;
const choices: Choices = {
  edges: [
    { from: 0, to: 2, name: "2<-0" },
    { from: 1, to: 2, name: "2<-1" },
  ].map((edge) => ({ ...edge, cell: "cell", candidates: [0, 1, 2], picks: 1, carries: true })),
  operations: ["a", "b", "c"],
  groups: [],
  costs: [0, 0, 0],
};

/** A stream that gives PyTorch's draws, of whatever kind, as they come, whatever names it is split by. */
class Draws extends RandomStream {
  constructor(readonly left: number[]) {
    super(0);
  }

  override split(): RandomStream {
    return this;
  }

  override uniform(): number {
    assert.ok(this.left.length > 0, "more draws than PyTorch made");
    return this.left.shift()!;
  }

  override normal(): number {
    return this.uniform();
  }

  /** A Dirichlet's draw is of gamma variables divided by their sum: of the draw itself. */
  override logGamma(): number {
    return Math.log(this.uniform());
  }
}

/** The script's network: Σ θ_eo (w_eo · x) + b, half the squared error; operations that do not run add their weight. */
function network() {
  const w = tf.variable(tf.tensor3d(problem.w));
  const b = tf.variable(tf.scalar(problem.b));
  const running = tf.variable(tf.tensor1d([0]), false);
  const evaluate: Supernet["evaluate"] = (images, labels, { theta, path }) => {
    const [count] = images.shape;
    const [edges, operations, features] = w.shape;
    const each = tf.matMul(
      tf.reshape(images, [count, features]),
      tf.reshape(w, [edges * operations, features]),
      false,
      true,
    );
    const all = tf.reshape(each, [count, edges, operations]);
    const runs = path && tf.oneHot(path, operations);
    const outputs = runs ? tf.add(tf.mul(runs, all), tf.sub(1, runs)) : all;
    const answers = tf.add(tf.sum(tf.mul(theta, outputs), [1, 2]), b);
    const loss = tf.mul(0.5, tf.mean(tf.squaredDifference(answers, tf.cast(labels, "float32"))));
    return { loss: loss as tf.Scalar, correct: tf.scalar(0), running: running.clone() as tf.Tensor1D };
  };
  const size = { image: [1, 1, 2], cells: 1 };
  const parameters = { trainable: [w, b], running, batchesTracked: 0n };
  return { w, b, toy: { evaluate, size, parameters, space: { ...choices, catalogue: [] } } as unknown as Supernet };
}

const batch = ({ images, labels }: Half) => ({
  images: Float32Array.from(images.flat()),
  labels: Int32Array.from(labels),
});

/** Single precision, and half the digits of the smallest gradient after Adam. */
const TOLERANCE = 2e-5;

function close(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((x, k) => {
    assert.ok(Math.abs(actual[k] - x) < TOLERANCE, `${what}[${k}]: ${actual[k]} instead of ${x}`);
  });
}

suite("three steps as PyTorch's", () => {
  before(() => useBackend("wasm"));

  for (const { method, architecture, start, steps: expected } of golden.methods) {
    test(`${method}, ${JSON.stringify(architecture)}`, () => {
      const settings = completeSettings(methods[method].settings, { architecture }).architecture;
      const learner = methods[method].learner(choices, settings, new RandomStream(0));
      learner.restore({ ...learner.state(), parameters: Float64Array.from(start) });
      const { w, b, toy } = network();
      const { momentum, weightDecay, clip, images } = problem;
      const steps = new Steps(toy, { momentum, weightDecay, clip });
      expected.forEach(({ noise, loss, parameters, ...weights }, epoch) => {
        const rate = problem.rates[epoch];
        const moment = { epoch, epochs: problem.rates.length, step: 0, images };
        const search = new Draws(noise.search);
        const train = new Draws(noise.train);
        const passes = passesOf(steps, batch(problem.search), batch(problem.train), rate, () => new Error("diverged"));
        const told = learner.learn(passes, search, moment)!;
        const learnt =
          method === "gaea"
            ? learner
                .distribution(moment)
                .mean()
                .flatMap((row) => Array.from(row))
            : (learner.state() as { parameters: Float64Array }).parameters;
        steps.weights(batch(problem.train), learner.weightDraws(passes, train, moment), rate);
        const step = `step ${epoch + 1}: `;
        close([told], [loss], `${step}loss`);
        close(learnt, parameters, `${step}parameters`);
        close(w.dataSync(), weights.w, `${step}w`);
        close(b.dataSync(), [weights.b], `${step}b`);
        assert.deepEqual([search.left, train.left], [[], []], "fewer draws than PyTorch made");
      });
      steps.dispose();
      tf.dispose([w, b, toy.parameters.running]);
    });
  }
});
