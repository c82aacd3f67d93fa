import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { benchmarks } from "../../src/benchmarks";
import { benchmarkBundle } from "../../src/display/benchmark";
import { draw } from "../../src/display/draw";
import { trainingRows, trainingsFigure } from "../../src/display/trainings";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";

const open = () => benchmarks.nasBench201({ folder: join(packageRoot, "test/golden/nasbench201") });
const space = spaces.nasBench201();

test("trainings are drawn as means over their seeds, a point where one epoch was measured", async () => {
  const trainings = (await open()).trainings(space.at(1));
  const rows = trainingRows(trainings);
  const of = (set: string, images: string) => rows.filter((row) => row.set === set && row.images === images);
  const seeds = trainings.filter(({ set }) => set === "cifar100");
  assert.equal(seeds.length, 2);
  for (const { epoch, accuracy, alone } of of("CIFAR-100", "training")) {
    const mean = (seeds[0].train.accuracy[epoch - 1] + seeds[1].train.accuracy[epoch - 1]) / 2;
    assert.ok(Math.abs(accuracy - mean) < 1e-3 && !alone);
  }
  const [last, ...others] = of("CIFAR-100", "test");
  assert.deepEqual([last.epoch, last.alone, others.length], [4, true, 0]);
  assert.equal(of("CIFAR-100", "validation and test").length, 4);
  assert.equal(of("CIFAR-10", "validation").length, 0);
  const figure = trainingsFigure(trainings);
  assert.deepEqual(draw(figure.specification!).warnings, []);
  assert.match(figure.text, /^ImageNet16-120 +888 +4 +[\d.]+ +[\d.]+/m);
});

test("what was not measured is a dash", async () => {
  const trainings = (await open()).trainings(space.at(1));
  for (const { train } of trainings) train.seconds.fill(Number.NaN);
  assert.match(trainingsFigure(trainings).text, /^ImageNet16-120 +888 +4 .* –$/m);
});

test("of long trainings some epochs are drawn, the last among them", () => {
  const curve = (length: number) => {
    const accuracy = Float64Array.from({ length }, (_, k) => k);
    return { accuracy, loss: accuracy, seconds: accuracy };
  };
  const training = {
    set: "cifar10",
    seed: 0,
    epochs: 200,
    train: curve(200),
    valid: null,
    test: null,
    validAndTest: null,
  } as const;
  const rows = trainingRows([{ ...training, parameters: 1, multiplyAdds: 1, latency: null }]);
  assert.equal(rows.length, 50);
  assert.deepEqual([rows[0].epoch, rows[49].epoch], [4, 200]);
});

test("no trainings are refused, and a benchmark says what it has", async () => {
  const none = (await open()).trainings(space.at(0));
  none.length = 0;
  assert.throws(() => trainingsFigure(none), /ask for another data set/);
  const text = String(benchmarkBundle(benchmarks.nasBenchMacro())["text/plain"]);
  assert.match(text, /^architectures +6,561$/m);
  assert.match(text, /^a simulated search picks by +CIFAR-10 test, 50 epochs$/m);
});
