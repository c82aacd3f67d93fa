import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { RandomStream } from "../../src/backend";
import { CellDistribution, PointMass } from "../../src/distributions";
import { completeSettings, type Moment, methods, type SettingsInput } from "../../src/methods";
import { axes } from "../../src/methods/axes";
import type { Reading } from "../../src/methods/axes/early-stop";
import { choices, lossOf, moment, problem } from "./bilevel";

function learner(name: string, architecture: SettingsInput["architecture"] = {}) {
  const { settings } = methods[name];
  const complete = completeSettings(settings, { architecture }).architecture;
  return methods[name].learner(choices, complete, new RandomStream(0, "initial"));
}

const at = (epoch: number, epochs = 9): Moment => ({ ...moment, epoch, epochs });
const stream = (name: string) => new RandomStream(0, name);

suite("P-DARTS", () => {
  const pruning = { kind: "stages", keep: [2, 2], depth: [0.3, 0.6, 1], warmup: 1 };

  test("drops the weakest operations between stages, begins anew, and learns after the warm-up", () => {
    const subject = learner("p-darts", { pruning, update: { learningRate: 0.05 } });
    const all = [
      [0, 1, 2],
      [0, 1, 2],
    ];
    assert.deepEqual(subject.begin(stream("a"), at(0)), { kept: all, depth: 0.3, epochs: 3 });
    assert.equal(subject.begin(stream("a"), at(1)), null);
    assert.equal(subject.learn(problem(), stream("draw"), at(0)), null);
    for (let step = 0; step < 400; step++) subject.learn(problem(), stream("draw"), at(1));
    const before = subject.eta;

    // Of the targets (0.1, 0.2, 0.7) and (0.6, 0.3, 0.1) the smallest is dropped.
    const change = subject.begin(stream("b"), at(3));
    assert.deepEqual(change, {
      kept: [
        [1, 2],
        [0, 1],
      ],
      depth: 0.6,
      epochs: 3,
    });
    assert.notDeepEqual(subject.eta, before);
    assert.equal(subject.learn(problem(), stream("draw"), at(3)), null);
    for (let step = 0; step < 400; step++) subject.learn(problem(), stream("draw"), at(4));
    const mean = subject.distribution(at(4)).mean();
    assert.deepEqual([mean[0][0], mean[1][2]], [0, 0]);
    assert.deepEqual(subject.begin(stream("c"), at(6))!.kept, change!.kept);
  });

  test("a search of fewer epochs than stages ends with the last one", () => {
    const subject = learner("p-darts", { pruning });
    subject.begin(stream("a"), at(0, 2));
    assert.equal(subject.begin(stream("b"), at(1, 2))!.depth, 1);
  });

  test("reads out no more skip connections than allowed, of the strongest edges", async () => {
    const rows = [
      [0.1, 0.8, 0.1],
      [0.2, 0.5, 0.3],
      [0.3, 0.6, 0.1],
    ].map((row) => new PointMass(row.map(Math.log)));
    const distribution = new CellDistribution(["a", "b", "c"], choices.operations, rows);
    const read = (skips: number) =>
      axes.readOut.make({ kind: "limited-skips", skips, by: "mean" })({
        member: { distribution },
        choices: { ...choices, edges: [...choices.edges, choices.edges[0]] },
      } as never);
    assert.deepEqual(await read(3), [[1], [1], [1]]);
    assert.deepEqual(await read(2), [[1], [2], [1]]);
    assert.deepEqual(await read(0), [[0], [2], [0]]);
  });

  test("its stages must fit together", () => {
    const refused = (over: object) => () => completeSettings(methods["p-darts"].settings, { architecture: over });
    assert.throws(refused({ pruning: { keep: [4] } }), /`depth`.*a number for each after the first, 2; it has 1/);
    assert.throws(refused({ pruning: { keep: [3, 4] } }), /more operations later: \[3,4\]/);
    assert.throws(refused({ earlyStop: { kind: "eigenvalue" } }), /take the pruning "none"/);
  });
});

suite("drop path", () => {
  const gates = (architecture: SettingsInput["architecture"], epoch: number) => {
    const passes = { ...problem(), batch: 400, cells: 2 };
    const [{ draw }] = learner("darts", architecture).weightDraws(passes, stream("weights"), at(epoch, 5));
    return draw.gates!;
  };

  test("drops whole edges, with a probability that grows to what was asked for", () => {
    const perturbation = { kind: "drop-path", probability: 0.4 };
    assert.ok(gates({ perturbation }, 0).every((gate) => gate === 1));
    const last = gates({ perturbation }, 4);
    assert.equal(last.length, 400 * 2 * 2 * 3);
    for (let edge = 0; edge < last.length; edge += 3) {
      assert.deepEqual(last.subarray(edge, edge + 3), new Float32Array(3).fill(last[edge]));
      assert.ok([0, Math.fround(1 / 0.6)].includes(last[edge]));
    }
    const dropped = last.filter((gate) => gate === 0).length / last.length;
    assert.ok(Math.abs(dropped - 0.4) < 0.05, `${dropped}`); // 1600 edges: a standard deviation is 0.012
  });

  test("drops skip connections alone, the less the longer the stage lasts", () => {
    const perturbation = { kind: "drop-skip", probability: [0.5] };
    const share = (epoch: number) => {
      const all = gates({ perturbation }, epoch);
      all.forEach((gate, k) => {
        if (k % 3 !== 1) assert.equal(gate, 1);
      });
      return (3 * all.filter((gate) => gate === 0).length) / all.length;
    };
    assert.ok(Math.abs(share(0) - 0.5) < 0.05);
    assert.ok(Math.abs(share(4) - 0.5 * Math.exp(-0.8)) < 0.05);
  });
});

suite("early stop", () => {
  const settings = { kind: "eigenvalue", every: 2, window: 5, from: 10, ratio: 1.3, action: "stop" };
  const stop = axes.earlyStop.make(settings)!.stop!;
  const readings = (values: number[]): Reading[] => values.map((eigenvalue, k) => ({ epoch: 2 * k, eigenvalue }));

  test("compares the averages of five readings, four readings apart, and goes back to the earlier one's middle", () => {
    const flat = new Array(11).fill(1);
    assert.equal(stop.verdict(readings([...flat, 1])), null);
    assert.equal(stop.verdict(readings([...flat, 2.4])), null); // the average rises by 1.28
    assert.equal(stop.verdict(readings([...flat, 2.6])), 10); // by 1.32; the 12 readings' 8 first have their middle at epoch 10
    assert.equal(stop.verdict(readings([...new Array(10).fill(1), 9])), null); // it would go back to before epoch 10
  });

  test("the Hessian is that of the loss by α, the regulariser in it", async () => {
    const subject = learner("darts-es", { regulariser: { weight: 0.25 } });
    const x = subject.eta;
    const softmax = (row: ArrayLike<number>) => {
      const e = Array.from(row, Math.exp);
      return e.map((y) => y / e.reduce((sum, z) => sum + z, 0));
    };
    const f = (a: number[]) => lossOf([softmax(a.slice(0, 3)), softmax(a.slice(3))]);
    // The edges are independent: the largest curvature, along directions of an edge, is an eigenvalue of one block.
    const centre = x.flatMap((row) => Array.from(row));
    const along = (direction: number[]) => {
      const move = (h: number) => f(centre.map((y, k) => y + h * direction[k]));
      return (move(1e-3) - 2 * move(0) + move(-1e-3)) / 1e-6;
    };
    let best = Number.NEGATIVE_INFINITY;
    for (const edge of [0, 3])
      for (let angle = 0; angle < Math.PI; angle += 0.002) {
        // Within an edge, across (1, 1, 1), along which softmax does not change.
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const row = [c / Math.SQRT2 + s / Math.sqrt(6), -c / Math.SQRT2 + s / Math.sqrt(6), (-2 * s) / Math.sqrt(6)];
        best = Math.max(best, along([0, 0, 0, 0, 0, 0].map((_, k) => row[k - edge] ?? 0)));
      }
    const review = await subject.review(problem(), at(0), async () => false);
    assert.ok(
      Math.abs(review!.spectrum!.eigenvalue - (best + 0.25)) < 1e-4,
      `${review!.spectrum!.eigenvalue} and ${best + 0.25}`,
    );
    assert.equal((await subject.review(problem(), at(1), async () => false))!.spectrum, null);
  });

  /** The largest eigenvalue of f's Hessian, by second differences. */
  const largest = (f: (x: number[]) => number, x: readonly number[]) => {
    const h = 1e-3;
    const moved = (...by: [number, number][]) =>
      f(x.map((value, k) => by.reduce((sum, [j, d]) => sum + (j === k ? d : 0), value)));
    const rows = x.map((_, j) =>
      x.map(
        (_, k) =>
          (moved([j, h], [k, h]) - moved([j, h], [k, -h]) - moved([j, -h], [k, h]) + moved([j, -h], [k, -h])) /
          (4 * h * h),
      ),
    );
    return Math.max(...new EigenvalueDecomposition(new Matrix(rows)).realEigenvalues);
  };
  const shares = (weights: readonly number[]) => weights.map((w) => w / weights.reduce((sum, y) => sum + y, 0));
  const softmax = (row: readonly number[]) => shares(row.map(Math.exp));
  const concentration = (row: readonly number[]) => row.map((eta) => (eta > 0 ? eta + 1 : Math.exp(eta)));
  const edges = (x: readonly number[]) => [x.slice(0, 3), x.slice(3)];

  for (const derivatives of ["exact", "differences"] as const)
    test(`the Hessian of DrNAS is that by η or by the logits of the mean weights: ${derivatives}`, async () => {
      const subject = learner("drnas", { regulariser: { weight: 0.25 } });
      for (let step = 0; step < 300; step++) subject.learn(problem(), stream(`draw ${step}`), moment);
      const read = (options: Parameters<typeof subject.spectrum>[2]) =>
        subject.spectrum(problem(), moment, options, async () => false).then((found) => found!.eigenvalue);
      const eta = subject.eta.flatMap((row) => Array.from(row));
      const byEta = largest((x) => lossOf(edges(x).map((row) => shares(concentration(row)))), eta);
      const mu = edges(eta).flatMap((row) => concentration(row).map(Math.log));
      const byMu = largest((x) => lossOf(edges(x).map(softmax)), mu);
      const tolerance = derivatives === "exact" ? 1e-6 : 1e-4;
      const close = (found: number, expected: number) =>
        assert.ok(Math.abs(found - expected) < tolerance, `${found}, not ${expected}`);
      close(await read({ of: "parameters", regulariser: false, derivatives }), byEta);
      close(await read({ of: "parameters", regulariser: true, derivatives }), byEta + 0.25);
      close(await read({ of: "logits", regulariser: false, derivatives }), byMu);
      assert.ok(Math.abs(byEta - byMu) > 1e-3);
    });

  test("watching reads every so many epochs, and never goes back", async () => {
    const subject = learner("darts", { earlyStop: { kind: "watch", every: 3 } });
    for (const epoch of [0, 1, 2, 3, 4]) {
      const review = await subject.review(problem(), at(epoch, 5), async () => false);
      assert.deepEqual(
        [review!.spectrum !== null, review!.back, review!.oldest],
        [epoch % 3 === 0 || epoch === 4, null, null],
      );
    }
    const refused = (architecture: object, words: RegExp) => assert.throws(() => learner("drnas", architecture), words);
    refused(
      { earlyStop: { kind: "watch", regulariser: true } },
      /earlyStop: "watch" cannot be read: the regulariser is a function of the parameters/,
    );
    refused({ distribution: { kind: "switches" }, earlyStop: { kind: "watch" } }, /./);
  });

  test("a learner goes back to a state, the optimiser's memory in it", () => {
    const subject = learner("balenas");
    const step = (k: number) => subject.learn(problem(), new RandomStream(k, "draw"), moment);
    for (let k = 0; k < 3; k++) step(k);
    const state = subject.state();
    for (let k = 3; k < 6; k++) step(k);
    const after = subject.eta;
    subject.restore(state);
    assert.notDeepEqual(subject.eta, after);
    for (let k = 3; k < 6; k++) step(k);
    assert.deepEqual(subject.eta, after);
  });
});

suite("BayesNAS", () => {
  /** An edge whose operations are all useless, and one with a convolution that is needed. */
  const goal = [
    [0, 0, 0],
    [0, 0, 0.8],
  ];

  test("prunes an edge of no use to none, and keeps the operation that is needed", () => {
    const subject = learner("bayesnas");
    for (let step = 0; step < 400; step++) subject.learn(problem([], goal), stream("draw"), moment);
    assert.deepEqual(subject.distribution(moment).argmax(), [0, 2]);
    const [useless, needed] = subject.eta;
    assert.ok(Math.abs(useless[2]) < 0.05 && Math.abs(needed[2] - 0.8) < 0.1, `${useless} ${needed}`);
  });

  test("two steps by hand", () => {
    const subject = learner("bayesnas");
    const edge = 1;
    const [lr, momentum, lambda] = [0.1, 0.9, 0.01];
    // Of the second edge the convolution's switch and the edge's own; the skip connection's is needed for the edge's gradient.
    const s = { skip: 1, conv: 1, edge: 1 };
    const v = { skip: 0, conv: 0, edge: 0 };
    const omega = { skip: 1, conv: 1, edge: 1 };
    const gamma = { skip: 1, conv: 1, edge: 1 };
    const h = { skip: 0, conv: 0, edge: 0 };
    for (let step = 1; step <= 2; step++) {
      const slope = { skip: s.edge * s.skip - goal[edge][1], conv: s.edge * s.conv - goal[edge][2] };
      const g = {
        skip: slope.skip * s.edge,
        conv: slope.conv * s.edge,
        edge: slope.skip * s.skip + slope.conv * s.conv,
      };
      for (const name of ["skip", "conv", "edge"] as const) {
        v[name] = momentum * v[name] + g[name] + lambda * omega[name] * Math.sign(s[name]);
        s[name] -= lr * v[name];
        h[name] = 0.9 * h[name] + 0.1 * 1.25 * g[name] ** 2; // two images with half and one and a half of the gradient
        const curvature = h[name] / (1 - 0.9 ** step) / lambda;
        const C = 1 / (1 / gamma[name] + curvature);
        omega[name] = Math.sqrt(1 / gamma[name] - C / gamma[name] ** 2);
        gamma[name] = Math.abs(s[name]) / omega[name];
      }
      subject.learn(problem([], goal), stream("draw"), moment);
    }
    const [, skip, conv] = subject.eta[edge];
    assert.ok(Math.abs(skip - s.skip * s.edge) < 1e-9 && Math.abs(conv - s.conv * s.edge) < 1e-9);
    const [none, , shown] = subject.distribution(moment).mean()[edge];
    const variance = 1 / (1 / gamma.conv + 1 / gamma.edge);
    assert.ok(Math.abs(shown / none - variance * 2 * Math.PI * Math.E) < 1e-6);
  });
});
