// What each proxy claims: invariances, degenerate networks and batches, and that what is shared changes nothing.
import assert from "node:assert/strict";
import { afterEach, before, beforeEach, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import {
  defineProxy,
  NoScore,
  type ProxyBatch,
  proxies,
  requireProxy,
  scores,
  Trial,
  type ZeroCostProxy,
} from "../../src/proxies";
import { type Architecture, defineSpace, designOf, nasBench101Design, published, spaces } from "../../src/spaces";

const space = spaces.nasBench201();
const size = { channels: 4, cells: 1, image: [8, 8, 3] as [number, number, number], classes: 3 };
const all: readonly ZeroCostProxy[] = Object.values(proxies);
const mixed = space.parse(
  "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|",
);
const of = (operation: string) => space.architecture(new Array(6).fill(space.operations.indexOf(operation)));

function batchOf(count: number, seed = 0, [height, width, channels] = size.image): Required<ProxyBatch> {
  const stream = new RandomStream(seed, "images");
  return {
    images: Float32Array.from({ length: count * height * width * channels }, () => stream.normal()),
    labels: Int32Array.from({ length: count }, (_, k) => k % 3),
  };
}
const batch = batchOf(6);

/** Images in another order. */
function ordered(order: readonly number[]): Required<ProxyBatch> {
  const length = batch.images.length / batch.labels.length;
  return {
    images: Float32Array.from(order.flatMap((k) => [...batch.images.subarray(k * length, (k + 1) * length)])),
    labels: Int32Array.from(order, (k) => batch.labels[k]),
  };
}

/** Scores of one network whose weights are changed first. */
function changed(change: (weight: tf.Variable, k: number) => tf.Tensor, ...names: (keyof typeof proxies)[]): number[] {
  const trial = new Trial({ design: designOf(mixed), size, ...batch }, new RandomStream(0, "proxies"));
  tf.tidy(() => trial.filters.forEach((weight, k) => void weight.assign(change(weight, k))));
  const values = names.map((name) => proxies[name].score(trial));
  trial.dispose();
  return values;
}

const near = (actual: number, expected: number, tolerance = 1e-4) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual}, not ${expected}`);

suite("proxies", () => {
  before(() => useBackend("native"));
  let tensors: number;
  beforeEach(() => {
    ({ numTensors: tensors } = tf.memory());
  });
  afterEach(() => assert.equal(tf.memory().numTensors, tensors, "tensors are left over"));

  test("scores by all are those by each alone, and the same for the same seed alone", async () => {
    const together = await scores(mixed, all, batch, { size });
    for (const proxy of all) near(await proxy(mixed, batch, { size }), together[proxy.name].value!, 1e-5);
    const [again, other] = [
      await scores(mixed, all, batch, { size }),
      await scores(mixed, all, batch, { size, seed: 1 }),
    ];
    const same = all.filter(({ name }) => together[name].value === other[name].value).map(({ name }) => name);
    assert.deepEqual(same, ["params", "flops"]);
    for (const { name } of all) assert.equal(again[name].value, together[name].value, name);
  });

  test("what needs no labels takes none, and what needs no images neither", async () => {
    const needs = (need: "images" | "labels") =>
      all.filter((proxy) => proxy.needs.includes(need)).map(({ name }) => name);
    const { images } = batch;
    for (const proxy of all.filter(({ name }) => !needs("labels").includes(name)))
      assert.equal(await proxy(mixed, { images }, { size }), await proxy(mixed, batch, { size }), proxy.name);
    for (const proxy of all.filter(({ name }) => !needs("images").includes(name)))
      assert.equal(await proxy(mixed, undefined, { size }), await proxy(mixed, batchOf(3, 1), { size }), proxy.name);
    for (const name of needs("labels"))
      await assert.rejects(requireProxy(name)(mixed, { images }, { size }), /needs labels, and the batch has none/);
  });

  test("an architecture that lets nothing through: zero, or none in words", async () => {
    const found = await scores(of("none"), all, batch, { size });
    const reasons = Object.entries(found).filter(([, { value }]) => value === null);
    assert.deepEqual(reasons.map(([name]) => name).sort(), ["epe_nas", "jacob_cov", "naswot", "ntk", "synflow", "zen"]);
    for (const [name, { reason }] of reasons)
      assert.match(reason!, new RegExp(`^${name}: .*(nothing|do not depend|alike)`));
    for (const name of ["snip", "grad_norm", "grasp", "plain"]) assert.equal(Math.abs(found[name].value!), 0, name);
    assert.equal(found.linear_regions.value, 1);
    await assert.rejects(proxies.naswot(of("none"), batch, { size }), NoScore);
  });

  test("skip connections alone have every score, and less than convolutions by those that count what is there", async () => {
    const [skips, convolutions] = [
      await scores(of("skip_connect"), all, batch, { size }),
      await scores(of("nor_conv_3x3"), all, batch, { size }),
    ];
    for (const { name } of all) assert.ok(Number.isFinite(skips[name].value), `${name}: ${skips[name].reason}`);
    for (const name of [
      "synflow",
      "snip",
      "fisher",
      "grad_norm",
      "l2_norm",
      "naswot",
      "linear_regions",
      "zen",
      "params",
      "flops",
    ])
      assert.ok(skips[name].value! < convolutions[name].value!, name);
  });

  test("two equal images: naswot names them, jacob_cov and ntk say it by their size", async () => {
    const twice = ordered([0, 1, 2, 3, 1, 5]);
    const different = await scores(mixed, [proxies.jacob_cov, proxies.naswot], batch, { size });
    const equal = await scores(mixed, [proxies.jacob_cov, proxies.naswot, proxies.ntk], twice, { size });
    assert.equal(equal.naswot.value, null);
    assert.match(equal.naswot.reason!, /^naswot: images 1 and 4 switch all \d+ ReLU units alike, so that det K = 0$/);
    assert.ok(equal.jacob_cov.value! < different.jacob_cov.value! - 5e4, `${equal.jacob_cov.value}`); // 1/k more
    assert.equal(equal.ntk.value, null);
    assert.match(equal.ntk.reason!, /singular/);
  });

  test("a batch of one image has finite scores", async () => {
    const found = await scores(mixed, all, batchOf(1), { size });
    for (const { name } of all) assert.ok(Number.isFinite(found[name].value), `${name}: ${found[name].reason}`);
    assert.equal(found.ntk.value, 1);
    assert.ok(found.naswot.value! > 0); // the logarithm of how many units there are
  });

  test("the order of images counts for nothing", async () => {
    const other = await scores(mixed, all, ordered([3, 0, 5, 1, 4, 2]), { size });
    const found = await scores(mixed, all, batch, { size });
    // samples of linear_regions are drawn by an image's place
    for (const { name } of all.filter(({ name }) => name !== "linear_regions"))
      near(other[name].value!, found[name].value!, 1e-3);
  });

  test("synflow looks at no data and no signs, and follows a filter's scale", () => {
    const [plain] = changed(tf.clone, "synflow");
    const [turned] = changed((weight, k) => (k % 2 ? tf.neg(weight) : tf.clone(weight)), "synflow");
    near(turned, plain, 1e-6);
    const [scaled] = changed((weight, k) => (k === 0 ? tf.mul(weight, 8) : tf.clone(weight)), "synflow"); // the stem's: all paths begin there
    near(scaled - plain, Math.log(8), 1e-5);
  });

  test("synflow stays finite where float32 ends", async () => {
    const deep = await proxies.synflow(of("nor_conv_3x3"), undefined, { size: { channels: 16, cells: 5 } });
    assert.ok(deep > Math.log(3.4e38) && deep < 200, `${deep}`);
  });

  test("naswot does not feel the scale of images and of filters", async () => {
    const larger = { images: batch.images.map((value) => 4 * value) };
    near(await proxies.naswot(mixed, larger, { size }), await proxies.naswot(mixed, batch, { size }), 1e-3);
    const [found] = changed(tf.clone, "naswot");
    const [scaled] = changed((weight) => tf.mul(weight, 4), "naswot");
    near(scaled, found, 0.02); // the residual blocks' shortcuts have no batch norm
  });

  test("gradients: snip bounds plain, and filters before a batch norm add nothing to plain", async () => {
    const found = await scores(mixed, [proxies.snip, proxies.plain, proxies.fisher, proxies.grad_norm], batch, {
      size,
    });
    assert.ok(Math.abs(found.plain.value!) < found.snip.value!);
    assert.ok(found.fisher.value! > 0 && found.grad_norm.value! > 0);
    const trial = new Trial({ design: designOf(mixed), size, ...batch }, new RandomStream(0, "proxies"));
    const { trainable, names } = trial.network.parameters;
    const free = trial.weights.filter(({ value }) => /downsample|classifier/.test(names[trainable.indexOf(value)]));
    assert.equal(free.length, 3);
    const sum = free.reduce(
      (sum, { value, gradient }) => sum + tf.tidy(() => tf.sum(tf.mul(value, gradient!)).dataSync()[0]),
      0,
    );
    trial.dispose();
    near(found.plain.value!, sum, 1e-3);
  });

  test("counts are the architecture's own", async () => {
    const found = await scores(mixed, [proxies.params, proxies.flops, proxies.l2_norm]);
    assert.equal(found.params.value, mixed.cost().parameters);
    assert.equal(found.flops.value, mixed.cost().multiplyAdds);
  });

  test("one of a user's own, which may have no score either", async () => {
    const own = { formula: "", source: "", better: "higher", cost: "", needs: ["images"] } as const;
    const spread = defineProxy({
      ...own,
      name: "spread",
      score: (trial) => tf.tidy(() => tf.moments(trial.forward().logits).variance.sqrt().dataSync()[0]),
    });
    const none = defineProxy({
      ...own,
      name: "none",
      score() {
        throw new NoScore("there is none");
      },
    });
    const ratio = defineProxy({ ...own, name: "ratio", needs: [], score: () => 0 / 0 });
    const found = await scores(mixed, [spread, none, ratio], batch, { size });
    assert.equal(found.spread.value, await spread(mixed, batch, { size }));
    assert.ok(found.spread.value! > 0);
    assert.deepEqual([found.none.value, found.none.reason], [null, "none: there is none"]);
    assert.deepEqual([found.ratio.value, found.ratio.reason], [null, "ratio is NaN"]);
    await assert.rejects(ratio(mixed), /^UserError: ratio is NaN$/);
    const greedy = defineProxy({ ...own, name: "greedy", score: (trial) => trial.labels.length });
    await assert.rejects(greedy(mixed, { images: batch.images }, { size }), /name "labels" among what it needs/);
  });

  suite("every space", () => {
    const own = defineSpace({
      name: "own",
      operations: [
        "skip_connect",
        "nor_conv_3x3",
        {
          name: "double",
          run: (x: tf.Tensor4D, stride: 1 | 2) => (stride === 1 ? tf.mul(x, 2) : tf.avgPool(x, 2, 2, "valid")),
        },
      ],
      cells: [{ name: "cell", nodes: 3 }],
      network: "nasbench201",
    });
    const subjects: readonly [string, Architecture, object][] = [
      ["DARTS's, with noise", spaces.s4().sample(new RandomStream(2)), { cells: 3, image: [16, 16, 3] }],
      ["DARTS's for ImageNet", spaces.dartsImageNet().sample(new RandomStream(0)), { cells: 3, image: [64, 64, 3] }],
      ["operations on nodes", spaces.oneShot1(3).sample(new RandomStream(0)), { channels: 8, image: [16, 16, 3] }],
      ["a chain", spaces.chain({ layers: 1 }).sample(new RandomStream(0)), { image: [16, 16, 3] }],
      ["a user's own", own.parse("1<-0 nor_conv_3x3, 2<-0 double, 2<-1 nor_conv_3x3"), {}],
    ];
    const cheap = all.filter(({ name }) => name !== "ntk" && name !== "grasp");
    for (const [name, architecture, differing] of subjects)
      test(name, async () => {
        const own = { ...size, ...differing } as typeof size;
        const found = await scores(architecture, cheap, batchOf(4, 0, own.image), { size: own });
        for (const [name, { value, reason }] of Object.entries(found))
          assert.ok(Number.isFinite(value), `${name}: ${reason}`);
      });

    test("what is no architecture of a space: a published genotype, NAS-Bench-101's module", async () => {
      const images = { images: batchOf(2, 0, [16, 16, 3]).images };
      const module = nasBench101Design({
        matrix: [
          [0, 1, 1],
          [0, 0, 1],
          [0, 0, 0],
        ],
        ops: ["input", "conv3x3-bn-relu", "output"],
      });
      for (const design of [module, published["darts-v2"]])
        assert.ok((await proxies.naswot(design, images, { size: { ...size, cells: 3, image: [16, 16, 3] } })) > 0);
    });
  });
});
