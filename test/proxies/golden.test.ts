// Every proxy against PyTorch's value for the same weights and batch (test/golden/proxies.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type BackendName, RandomStream, useBackend } from "../../src/backend";
import { proxies, Trial } from "../../src/proxies";
import { patternsOf } from "../../src/proxies/linear-regions";
import { zenScore } from "../../src/proxies/zen";
import { packageRoot } from "../../src/root";
import { type Architecture, designOf, spaces } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { batchOf, fill, uniform } from "../supernet/formula";

type Values = Readonly<Record<string, number>>;
const golden: Readonly<Record<string, Values>> = JSON.parse(
  readFileSync(join(packageRoot, "test/golden/proxies.json"), "utf8"),
);

const architectures: readonly [name: string, architecture: Architecture, cells: number][] = [
  [
    "whole",
    spaces
      .nasBench201()
      .parse("|nor_conv_1x1~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_1x1~2|"),
    1,
  ],
  [
    "dead",
    spaces
      .nasBench201()
      .parse("|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|none~2|"),
    1,
  ],
  [
    "darts",
    spaces
      .darts()
      .parse(
        "Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1), ('max_pool_3x3', 0), ('dil_conv_5x5', 2), ('avg_pool_3x3', 1), ('sep_conv_5x5', 3), ('dil_conv_3x3', 0), ('skip_connect', 3)], normal_concat=range(2, 6), reduce=[('skip_connect', 0), ('sep_conv_3x3', 1), ('max_pool_3x3', 0), ('dil_conv_3x3', 1), ('avg_pool_3x3', 1), ('skip_connect', 2), ('sep_conv_5x5', 0), ('dil_conv_5x5', 1)], reduce_concat=range(2, 6))",
      ),
    3,
  ],
];

const SIDE = 16;
const COUNT = 8;
const { images } = batchOf(COUNT, SIDE);
const batch = { images, labels: Int32Array.from({ length: COUNT }, (_, k) => k % 3) };

function closeTo(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-3 * Math.abs(expected), `${what}: ${actual}, PyTorch has ${expected}`);
}

/** A trial at the formula's weights. */
function trialOf(architecture: Architecture, cells: number, classes = 10): Trial {
  const size = { channels: 4, cells, image: [SIDE, SIDE, 3], classes } as const;
  const trial = new Trial({ design: designOf(architecture), size, ...batch }, new RandomStream(0));
  fill(trial.network.parameters);
  return trial;
}

const suites = [
  ...architectures.map((each) => ["native", ...each] as const),
  ["wasm", ...architectures[0]] as const,
] satisfies (readonly [BackendName, ...unknown[]])[];

for (const [backend, name, architecture, cells] of suites)
  suite(`proxies of "${name}" on ${backend}`, () => {
    const expected = golden[name];
    let trial: Trial;
    let tensors: number;
    before(async () => {
      await useBackend(backend);
      tensors = tf.memory().numTensors;
      trial = trialOf(architecture, cells);
    });
    after(() => {
      trial.dispose();
      assert.equal(tf.memory().numTensors, tensors);
    });

    const byTrial = Object.keys(expected).filter((key) => Object.hasOwn(proxies, key) && key !== "zen");
    for (const key of byTrial)
      test(key, () => closeTo(proxies[key as keyof typeof proxies].score(trial), expected[key], key));

    test("zen, at the formula's weights and images", () => {
      const epsilon = uniform("epsilon", [COUNT, SIDE, SIDE, 3]);
      const shape = [COUNT, SIDE, SIDE, 3] as [number, number, number, number];
      const [x, moved] = [images, images.map((value, k) => value + 0.01 * epsilon[k])].map((values) =>
        tf.tensor4d(values, shape),
      );
      closeTo(zenScore(trial.network, x, moved), expected.zen, "zen");
      tf.dispose([x, moved]);
    });

    test("epe_nas of more than a hundred classes", () => {
      const many = trialOf(architecture, cells, 120);
      const own = { labels: trial.labels, jacobian: trial.jacobian, size: many.size };
      closeTo(proxies.epe_nas.score(own as unknown as Trial), expected["epe_nas, 120 classes"], "epe_nas");
      many.dispose();
    });

    test("linear regions, of the formula's samples", () => {
      const size = { channels: 1, cells, image: [4, 4, 3], classes: 10 } as const;
      const network = new Network(designOf(architecture), size, new RandomStream(0));
      fill(network.parameters);
      const [base, noise] = [uniform("base", [4, 4, 3]), uniform("samples", [200, 4, 4, 3])];
      const samples = Array.from({ length: 200 }, (_, k) =>
        Float32Array.from(base, (value, p) => value + 0.05 * noise[k * base.length + p]),
      );
      assert.equal(new Set(patternsOf(network, samples)).size, expected.regions);
      network.dispose();
    });
  });
