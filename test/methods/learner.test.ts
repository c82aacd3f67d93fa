import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { z } from "zod";
import { RandomStream } from "../../src/backend";
import { softmax } from "../../src/distributions";
import {
  completeSettings,
  type Draw,
  defineMethod,
  type Judge,
  type Method,
  methods,
  part,
  type SettingsInput,
} from "../../src/methods";
import { axes } from "../../src/methods/axes";
import { strongest } from "../../src/spaces";
import { best, choices, lossOf, moment, problem, target } from "./bilevel";

function learner(method: Method, architecture: SettingsInput["architecture"] = {}) {
  const settings = completeSettings(method.settings, { architecture }).architecture;
  return method.learner(choices, settings, new RandomStream(0, "initial"));
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) =>
  Array.from(expected).forEach((x, k) => {
    assert.ok(Math.abs(actual[k] - x) <= tolerance, `[${k}]: ${actual[k]} instead of ${x}`);
  });

/** ∂f/∂x by central differences. */
const slope = (f: (x: number[]) => number, x: number[], h = 1e-6) =>
  x.map((_, k) => {
    const at = (d: number) => f(x.map((value, i) => (i === k ? value + d : value)));
    return (at(h) - at(-h)) / (2 * h);
  });

const rowsOf = (x: number[]) => [x.slice(0, 3), x.slice(3)];

suite("every method finds the best architecture of a problem whose optimum is known", () => {
  // RSPS draws architectures, and learns nothing; BayesNAS has no weights on a simplex, and tests of its own.
  const learning = Object.values(methods).filter(({ name }) => !["rsps", "bayesnas"].includes(name));
  for (const method of learning) {
    test(method.name, () => {
      const kind = method.axes.update;
      const faster = kind === "adam" || kind === "natural-gradient" ? { update: { learningRate: 0.02 } } : {};
      const soon = method.axes.pruning === "stages" ? { pruning: { warmup: 0 } } : {};
      const subject = learner(method, { ...faster, ...soon });
      for (let step = 0; step < 1500; step++)
        subject.learn(problem(), new RandomStream(step, "draw"), { ...moment, step });
      assert.deepEqual(strongest(choices, subject.distribution(moment).mean()), best);
      const draws = subject.weightDraws(problem(), new RandomStream(0, "weights"), moment);
      close([draws.reduce((sum, { weight }) => sum + weight, 0)], [1], 1e-12);
    });
  }
});

suite("updates", () => {
  test("DARTS: Adam on the gradient through softmax with coupled decay, three steps by hand", () => {
    const subject = learner(methods.darts, { regulariser: { weight: 0.5 } });
    const x = subject.eta.flatMap((row) => Array.from(row));
    const m = x.map(() => 0);
    const v = x.map(() => 0);
    for (let t = 1; t <= 3; t++) {
      const g = slope((x) => lossOf(rowsOf(x).map(softmax)) + 0.25 * x.reduce((sum, y) => sum + y * y, 0), [...x]);
      x.forEach((_, k) => {
        m[k] = 0.5 * m[k] + 0.5 * g[k];
        v[k] = 0.999 * v[k] + 0.001 * g[k] ** 2;
        x[k] -= (3e-4 * (m[k] / (1 - 0.5 ** t))) / (Math.sqrt(v[k] / (1 - 0.999 ** t)) + 1e-8);
      });
      subject.learn(problem(), new RandomStream(t, "draw"), moment);
    }
    close(
      subject.eta.flatMap((row) => Array.from(row)),
      x,
      1e-8,
    );
  });

  test("GAEA multiplies θ by exp(-lr ∂L/∂θ)", () => {
    const subject = learner(methods.gaea);
    const before = subject.distribution(moment).mean();
    subject.learn(problem(), new RandomStream(0, "draw"), moment);
    before.forEach((row, e) => {
      const grown = row.map((p, o) => p * Math.exp(-0.1 * (p - target[e][o])));
      const total = grown.reduce((sum, p) => sum + p, 0);
      close(
        subject.distribution(moment).mean()[e],
        grown.map((p) => p / total),
        1e-15,
      );
    });
  });

  test("DSNAS moves along credit times the score, and the weights learn along the same path", () => {
    const seen: Draw[] = [];
    const subject = learner(methods.dsnas, { regulariser: { kind: "none" }, update: { betas: [0, 0] } });
    const before = subject.eta;
    subject.learn(problem(seen), new RandomStream(3, "draw"), moment);
    const path = seen[0].path!;
    const [{ draw }] = subject.weightDraws(problem(), new RandomStream(3, "weights"), moment);
    assert.deepEqual(draw.path, path);
    // Without memory Adam moves each logit by its rate against the sign of (1 - target) (onehot - p).
    before.forEach((row, e) => {
      close(
        subject.eta[e],
        row.map((x, o) => x - 3e-4 * (o === path[e][0] ? 1 : -1)),
        1e-8,
      );
    });
  });

  test("GDAS runs one path and takes the gradient of the relaxed draw at θ's one-hot", () => {
    const seen: Draw[] = [];
    const subject = learner(methods.gdas, { regulariser: { kind: "none" } });
    subject.learn(problem(seen), new RandomStream(1, "draw"), moment);
    const [{ theta, path }] = seen;
    theta.forEach((row, e) => {
      assert.deepEqual(
        Array.from(row),
        [0, 1, 2].map((o) => (o === path![e][0] ? 1 : 0)),
      );
    });
  });

  for (const variant of ["vadam", "vprop", "von", "vogn"] as const) {
    test(`BaLeNAS by ${variant}: three steps by hand`, () => {
      const objective = { kind: "first-order", byImage: variant === "vogn" };
      const subject = learner(methods.balenas, { update: { variant, learningRate: 0.01 }, objective });
      const N = moment.images;
      const mu = subject.eta.flatMap((row) => Array.from(row));
      const m = mu.map(() => 0);
      const s = mu.map(() => 0); // σ = 1 and λ0 = 1
      for (let t = 1; t <= 3; t++) {
        const stream = new RandomStream(t, "draw");
        const noise = mu.map(() => stream.normal());
        const sigma = s.map((x) => 1 / Math.sqrt(N * x + 1));
        const g = slope(
          (x) => lossOf(rowsOf(x).map(softmax)),
          mu.map((x, k) => x + sigma[k] * noise[k]),
        );
        mu.forEach((_, k) => {
          const force = g[k] + mu[k] / N;
          if (variant === "von" || variant === "vogn") {
            // Two images with half and one and a half of the gradient: their mean square is 1.25 g².
            const hessian = variant === "von" ? (g[k] * noise[k]) / sigma[k] : 1.25 * g[k] ** 2;
            const precision = Math.max(1, 0.999 * (N * s[k] + 1) + 0.001 * (N * hessian + 1));
            s[k] = (precision - 1) / N;
            mu[k] -= (0.01 * N * force) / precision;
            return;
          }
          s[k] = 0.999 * s[k] + 0.001 * g[k] ** 2;
          if (variant === "vprop") mu[k] -= (0.01 * force) / (Math.sqrt(s[k]) + 1 / N);
          else {
            m[k] = 0.5 * m[k] + 0.5 * force;
            mu[k] -= (0.01 * (m[k] / (1 - 0.5 ** t))) / (Math.sqrt(s[k] / (1 - 0.999 ** t)) + 1 / N);
          }
        });
        subject.learn(problem(), new RandomStream(t, "draw"), moment);
      }
      close(
        subject.eta.flatMap((row) => Array.from(row)),
        mu,
        1e-7,
      );
    });
  }
});

suite("ProxylessNAS", () => {
  test("moves two logits of an edge by their gates' gradients, and leaves the other operation its probability", () => {
    const seen: Draw[] = [];
    const subject = learner(methods.proxylessnas, { regulariser: { kind: "none" } });
    const [before, eta] = [subject.distribution(moment).mean(), subject.eta];
    subject.learn(problem(seen), new RandomStream(5, "draw"), moment);
    const after = subject.distribution(moment).mean();
    seen[0].theta.forEach((theta, e) => {
      assert.deepEqual(Array.from(theta).sort(), [0, 0, 1]);
      const pair = [0, 1, 2].filter((o) => subject.eta[e][o] !== eta[e][o]);
      const [other] = [0, 1, 2].filter((o) => !pair.includes(o));
      assert.equal(pair.length, 2);
      close([after[e][other]], [before[e][other]], 1e-15);
      // Down the loss ½‖θ - target‖²: of the two the one of the smaller ∂L/∂θ gains.
      const [low, high] = pair.toSorted((a, b) => theta[a] - target[e][a] - (theta[b] - target[e][b]));
      assert.ok(after[e][low] > before[e][low] && after[e][high] < before[e][high]);
    });
  });
});

suite("ENAS's controller", () => {
  const { edges } = choices;
  const family = axes.distribution.make({ kind: "controller", hidden: 4 });
  const parameters = family.initial(choices, new RandomStream(0, "controller")).map((x) => 10 * x);
  const kept = edges.map(({ candidates }) => candidates);
  const at = (x: ArrayLike<number>) => family.at(Float64Array.from(x), choices, kept, moment);

  test("the score is the numerical derivative of the log probability", () => {
    const path = [[2], [1]];
    const expected = slope((x) => at(x).logProbability!(path), Array.from(parameters));
    assert.ok(Math.hypot(...expected) > 0.1);
    close(at(parameters).score!(path, [1, 1]), expected, 1e-8);
  });

  test("the probabilities of all architectures sum to 1, and its draws have them", () => {
    const all = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [[a], [b]]));
    const member = at(parameters);
    const p = all.map((path) => Math.exp(member.logProbability!(path)));
    close([p.reduce((sum, x) => sum + x, 0)], [1], 1e-12);
    const counts = new Map<string, number>();
    const stream = new RandomStream(0, "draws");
    for (let k = 0; k < 4000; k++) {
      const path = member.path!(stream).join();
      counts.set(path, (counts.get(path) ?? 0) + 1);
    }
    // Five standard deviations of a share are at most 0.04.
    close(
      all.map((path) => (counts.get(path.join()) ?? 0) / 4000),
      p,
      0.04,
    );
  });
});

suite("read-outs", () => {
  const judge: Judge = {
    accuracy: async (path, images) => (images === "all" ? 1 : 0.9) * (path.join() === best.join() ? 1 : 0.5),
    trainingFree: async (paths) => paths.map((path) => (path.join() === "1,1" ? 2 : 1)),
  };

  test("RSPS and ENAS: the sample of the highest validation accuracy", async () => {
    for (const method of [methods.rsps, methods.enas])
      assert.deepEqual(await learner(method).derive(judge, new RandomStream(0, "derive"), moment), best);
  });

  test("BaLeNAS-TF: the sample of the highest score; BaLeNAS: the mean's argmax", async () => {
    const read = (method: Method) => learner(method).derive(judge, new RandomStream(0, "derive"), moment);
    assert.deepEqual(await read(methods["balenas-tf"]), [[1], [1]]);
    assert.deepEqual(
      await read(methods.balenas),
      strongest(choices, learner(methods.balenas).distribution(moment).mean()),
    );
  });
});

suite("perturbations", () => {
  const perturbed = (method: Method) => {
    const subject = learner(method, { perturbation: { radius: [0.05, 0.05] } });
    const [{ draw }] = subject.weightDraws(problem(), new RandomStream(1, "weights"), moment);
    return { theta: draw.theta, mean: subject.distribution(moment).mean() };
  };

  test("random: θ stays on the simplex, near its mean", () => {
    const { theta, mean } = perturbed(methods["sdarts-rs"]);
    assert.notDeepEqual(theta, mean);
    theta.forEach((row, e) => {
      close([row.reduce((sum, x) => sum + x, 0)], [1], 1e-12);
      close(row, mean[e], 0.1);
    });
  });

  test("adversarial: the loss is greater than at the mean", () => {
    const { theta, mean } = perturbed(methods["sdarts-adv"]);
    assert.ok(lossOf(theta) > lossOf(mean));
  });
});

suite("combinations", () => {
  const impossible: [SettingsInput["architecture"], RegExp][] = [
    [{ distribution: { kind: "categorical" }, sampler: { kind: "relaxed" } }, /has none; take the sampler "path"/],
    [{ distribution: { kind: "point-mass" }, sampler: { kind: "one-hot" } }, /a "point-mass" has none/],
    [
      { distribution: { kind: "gaussian" }, sampler: { kind: "path" } },
      /draws operations, and a "gaussian" is over weights/,
    ],
    [
      { distribution: { kind: "gaussian" }, sampler: { kind: "relaxed" }, update: { kind: "exponentiated-gradient" } },
      /moves a point of the simplex/,
    ],
    [
      {
        distribution: { kind: "gaussian" },
        sampler: { kind: "relaxed" },
        update: { kind: "natural-gradient", variant: "vogn" },
      },
      /needs the images' own gradients/,
    ],
  ];
  for (const [architecture, reason] of impossible) {
    test(`${JSON.stringify(architecture)} is refused with the reason`, () => {
      assert.throws(
        () => defineMethod({ name: "mine", title: "Mine", paper: "None", year: 2026, settings: { architecture } }),
        (error) => (error as Error).name === "UserError" && reason.test((error as Error).message),
      );
    });
  }

  test("the KL anchor with the weight 1/N is the mean loss's share of the evidence bound", () => {
    const penalty = (weight: number | "1/N") =>
      learner(methods.drnas, { regulariser: { kind: "anchor-kl", weight } }).learn(
        problem(),
        new RandomStream(0, "draw"),
        moment,
      )!;
    assert.equal(penalty("1/N"), penalty(1 / moment.images));
    assert.notEqual(penalty("1/N"), penalty(0));
  });
});

test("normalised edges: γ sums to 1 into a node, and its logits get the gradient through θ = γ p", () => {
  const [edge] = choices.edges;
  const edges = ["1<-0", "2<-0", "2<-1"].map((name, k) => ({ ...edge, name, from: [0, 0, 1][k], to: [1, 2, 2][k] }));
  const settings = completeSettings(methods["gaea-pc"].settings).architecture;
  const subject = methods["gaea-pc"].learner({ ...choices, edges }, settings, new RandomStream(0, "initial"));
  const draw = () => subject.weightDraws(problem(), new RandomStream(0, "weights"), moment)[0].draw.theta;
  const total = (row: Float64Array) => row.reduce((sum, x) => sum + x, 0);
  const p = subject.distribution(moment).mean();
  close(draw().map(total), [1, 0.5, 0.5], 1e-12);
  const dTheta = [0.1, 0.2, 0.3, 1, 2, 3, -1, 0, 1];
  subject.learn({ ...problem(), gradient: () => ({ loss: 1, dTheta }) }, new RandomStream(0, "draw"), moment);
  // ∂L/∂γ = Σ p ∂L/∂θ, and γ ← γ exp(-0.1 ∂L/∂γ), normalised over the edges into a node.
  const byEdge = p.map((row, e) => row.reduce((sum, x, o) => sum + x * dTheta[3 * e + o], 0));
  const gamma = softmax([-0.1 * byEdge[1], -0.1 * byEdge[2]]);
  close(draw().map(total), [1, ...gamma], 1e-12);
  // ∂L/∂p = γ ∂L/∂θ
  const grown = p[1].map((x, o) => x * Math.exp(-0.1 * 0.5 * dTheta[3 + o]));
  const mean = subject.distribution(moment).mean()[1];
  close(
    mean,
    Array.from(grown, (x) => x / total(grown)),
    1e-12,
  );
});

suite("a part of a user's own", () => {
  const lasso = part({
    kind: "lasso",
    settings: z.strictObject({ weight: z.number().default(2) }),
    make:
      ({ weight }) =>
      ({ parameters }: { parameters: Float64Array }) => ({
        value: weight * parameters.reduce((sum, x) => sum + Math.abs(x), 0),
        gradient: parameters.map((x) => weight * Math.sign(x)),
      }),
  });

  test("is used like a built-in one, and its cell may run again", () => {
    axes.regulariser.add(lasso);
    axes.regulariser.add(lasso);
    const subject = learner(methods.darts, { regulariser: { kind: "lasso" }, update: { learningRate: 0.01 } });
    for (let step = 0; step < 200; step++) subject.learn(problem(), new RandomStream(step, "draw"), moment);
    assert.ok(subject.eta.every((row) => row.every((x) => Math.abs(x) < 0.02))); // stronger than the loss, whose slopes are below 1
    assert.throws(
      () => learner(methods.darts, { regulariser: { kind: "lasso", weight: "1" } }),
      /regulariser\.weight: "1"/,
    );
  });

  test("cannot take a built-in one's name", () => {
    assert.throws(() => axes.regulariser.add({ ...lasso, kind: "entropy" }), /NASLab has a part of the kind "entropy"/);
  });
});
