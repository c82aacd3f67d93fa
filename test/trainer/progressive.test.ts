// DrNAS's progressive scheme in a run: pruning and widening between stages.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { RandomStream, useBackend } from "../../src/backend";
import type { ImageDataset } from "../../src/datasets";
import { datasets } from "../../src/datasets";
import { Dirichlet } from "../../src/distributions";
import { methods, plannedShares, type SettingsInput, settingsFor } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";
import { rateOf } from "../../src/trainer/schedule";

const space = spaces.nasBench201();
const small = { channels: 4, cells: 1, batch: 8, stepsPerEpoch: 2, epochs: 4 } as const;
let data: ImageDataset;

const drnas = (settings: SettingsInput = {}) => new SearchRun(methods.drnas, space, data, { ...small, ...settings });
const refused = (run: Promise<unknown>, message: RegExp) => assert.rejects(run, message);

suite("progressive learning", () => {
  before(async () => {
    await useBackend("native");
    data = (await datasets.fashionMnist()).take({ train: 32, test: 0 });
  });

  test("prunes and widens between two stages, and tells of it", async () => {
    const run = drnas();
    const changes: number[] = [];
    run.on("change", ({ epoch }) => changes.push(epoch));
    await run.stage({ epochs: 1, partialChannels: 4 });
    const eta = run.eta;
    await run.stage({ epochs: 1, keep: 3, partialChannels: 2 });
    assert.deepEqual(changes, [1, 2]);
    const [first, second] = run.stages;
    assert.deepEqual([first.partialChannels, first.pruned, first.widened], [4, false, false]);
    assert.deepEqual([second.partialChannels, second.pruned, second.widened, second.epoch], [2, true, true, 2]);
    second.kept.forEach((row, e) => {
      assert.equal(row.length, 3);
      const least = Math.min(...row.map((o) => eta[e][o]));
      eta[e].forEach((x, o) => {
        if (!row.includes(o)) assert.ok(x <= least, `edge ${e}`);
      });
    });
    const { rows, kept } = run.distribution;
    assert.deepEqual(kept, second.kept);
    assert.ok(rows.every((row) => row instanceof Dirichlet && row.concentration.length === 3));
    assert.ok(run.history.at(-1)!.train.loss > 0);
    await run.stage({ epochs: 1, keep: 3, partialChannels: 2 }); // nothing to change
    assert.equal(run.stages.length, 2);
    run.dispose();
  });

  test("gives the same numbers from the same seed, through a change", async () => {
    const numbers = async () => {
      const run = drnas();
      await run.stage({ epochs: 1, partialChannels: 4 });
      await run.stage({ epochs: 1, keep: 2, partialChannels: 1 });
      run.dispose();
      return run.steps.map(({ trainLoss, searchLoss }) => [trainLoss, searchLoss]);
    };
    assert.deepEqual(await numbers(), await numbers());
  });

  test("planned stages run one after the other", async () => {
    const stages = [
      { epochs: 1, keep: null, partialChannels: 2 },
      { epochs: 2, keep: 4, partialChannels: { paper: 1, code: 2 } },
    ];
    const run = drnas({ epochs: 3, stages, follow: "paper", architecture: { warmup: 1 } });
    while (!run.finished) await run.stage();
    assert.deepEqual(
      run.stages.map(({ epoch, partialChannels, kept }) => [epoch, partialChannels, kept[0].length]),
      [
        [1, 2, 5],
        [2, 1, 4],
      ],
    );
    // The distribution's warm-up begins again with the second stage.
    assert.deepEqual(
      run.steps.map(({ searchLoss }) => searchLoss === null),
      [true, true, true, true, false, false],
    );
    run.dispose();
  });

  test("what makes no sense is refused with the remedy, and nothing changes", async () => {
    const run = drnas();
    await refused(run.stage({ epochs: 1, partialChannels: 3 }), /must divide the 4 channels .* got 3/);
    await refused(run.stage({ epochs: 1, keep: 1 }), /keep must be a whole number of at least 2 operations .*, got 1/);
    await run.stage({ epochs: 1, partialChannels: 2 });
    await refused(run.stage({ epochs: 1, partialChannels: 4 }), /partialChannels 4 would mix fewer channels/);
    assert.equal(run.stages.length, 1);
    run.dispose();
    const plan = (stages: object[]) => () => settingsFor(methods.drnas, space, { epochs: 2, stages } as SettingsInput);
    assert.throws(plan([{ epochs: 1, partialChannels: 1 }]), /settings\.stages: .*its epochs are 1 in sum.* is 2/);
    assert.throws(plan([{ epochs: 2, partialChannels: 3 }]), /partialChannels 3 must divide the 16 channels/);
  });
});

test("the kept operations of a pruned Dirichlet have its conditional law", () => {
  // Of θ ~ Dir(β), θ_kept / Σ θ_kept is Dir(β_kept), whatever the others are.
  const beta = [0.7, 2.5, 1.3, 4];
  const kept = [1, 3];
  const stream = new RandomStream(5);
  const [whole, part] = [new Dirichlet(beta), new Dirichlet(kept.map((o) => beta[o]))];
  const draws = 40_000;
  const moments = (draw: () => number) => {
    const values = Array.from({ length: draws }, draw);
    const mean = values.reduce((sum, x) => sum + x, 0) / draws;
    return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws];
  };
  const conditional = moments(() => {
    const theta = whole.sample(stream);
    return theta[kept[0]] / (theta[kept[0]] + theta[kept[1]]);
  });
  const direct = moments(() => part.sample(stream)[0]);
  const exact = [part.mean()[0], part.variance()[0]];
  for (const found of [conditional, direct])
    found.forEach((x, k) => {
      assert.ok(Math.abs(x - exact[k]) < 0.005, `${found} for ${exact}`);
    });
});

test("the presets hold the papers' schedules; where paper and code differ, both", () => {
  const of = (name: string, over: SettingsInput = {}) => settingsFor(methods[name], spaces.darts(), over);
  const cifar = of("drnas-cifar10");
  assert.deepEqual([cifar.channels, cifar.cells, cifar.epochs, cifar.architecture.warmup], [36, 20, 50, 10]);
  assert.deepEqual(plannedShares(cifar), [6, 4]);
  assert.deepEqual(plannedShares(of("drnas-cifar10", { follow: "paper" })), [6, 3]);
  const imageNet = of("drnas-imagenet");
  assert.deepEqual([imageNet.batch, imageNet.weights.warmup, imageNet.architecture.clip], [512, 5, 5]);
  assert.deepEqual(plannedShares(of("drnas-nasbench201")), [4, 2]);
});

test("learning rates: warm-up, cosine, and the authors' restart by PyTorch's recursion", () => {
  const weights = { ...settingsFor(methods["drnas-imagenet"], spaces.darts()).weights, minimumLearningRate: 0.01 };
  const rate = (epoch: number, changed = 0, restart = false) => rateOf({ ...weights, restart }, epoch, 50, changed);
  assert.deepEqual(
    [0, 4].map((epoch) => rate(epoch)),
    [0.1, 0.5],
  );
  assert.equal(rate(30, 25), rate(30));
  assert.equal(rate(25, 25, true), 0.5);
  // PyTorch's CosineAnnealingLR.get_lr: lr ← (1 + cos πt/T) / (1 + cos π(t-1)/T) (lr - min) + min.
  let expected = 0.5;
  for (let t = 26; t < 50; t++) {
    const term = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / 50);
    expected = (term(t) / term(t - 1)) * (expected - 0.01) + 0.01;
    assert.ok(Math.abs(rate(t, 25, true) - expected) < 1e-12, `epoch ${t}`);
  }
});
