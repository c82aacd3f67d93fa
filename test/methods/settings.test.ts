import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../src/errors";
import { completeSettings, methods, type SettingsInput } from "../../src/methods";

test("the defaults are the DrNAS authors' NAS-Bench-201 search", () => {
  assert.deepEqual(completeSettings(methods.drnas.settings), {
    seed: 0,
    channels: 16,
    cells: 5,
    partialChannels: 1,
    batch: 64,
    epochs: 100,
    stepsPerEpoch: null,
    stages: null,
    follow: "code",
    split: "half",
    weights: {
      learningRate: 0.025,
      minimumLearningRate: 0.001,
      momentum: 0.9,
      weightDecay: 3e-4,
      clip: 5,
      warmup: 0,
      restart: false,
    },
    architecture: {
      distribution: { kind: "dirichlet" },
      sampler: { kind: "relaxed" },
      weightSampler: null,
      edges: { kind: "sum" },
      perturbation: { kind: "none" },
      objective: { kind: "first-order", samples: 1, byImage: false },
      update: { kind: "adam", learningRate: 3e-4, betas: [0.5, 0.999] },
      regulariser: { kind: "anchor-l2", weight: 1e-3 },
      pruning: { kind: "none" },
      earlyStop: { kind: "none" },
      readOut: { kind: "argmax", by: "softmax" },
      warmup: 0,
      clip: null,
    },
  });
});

test("a part of a group leaves the rest of it at its defaults", () => {
  const { architecture } = completeSettings(methods.drnas.settings, { architecture: { regulariser: { weight: 0.5 } } });
  assert.deepEqual(architecture, {
    ...completeSettings(methods.drnas.settings).architecture,
    regulariser: { kind: "anchor-l2", weight: 0.5 },
  });
});

const refused: [SettingsInput, RegExp][] = [
  [{ chanels: 8 } as SettingsInput, /^settings: unknown name "chanels"; the names are seed, channels, cells/],
  [{ weights: { lr: 1 } } as SettingsInput, /^settings\.weights: unknown name "lr"; the names are learningRate/],
  [{ batch: 0 }, /^settings\.batch: 0 does not fit/],
  [
    { architecture: { regulariser: { kind: "anchor-l1" } } },
    /^settings\.architecture\.regulariser\.kind: "anchor-l1" does not fit: the kinds of regulariser are "none", "weight-decay"/,
  ],
  [
    { architecture: { distribution: { kind: "categorical" }, regulariser: { kind: "none" } } },
    /^settings\.architecture\.sampler: "relaxed" needs a pathwise derivative, and a draw of a "categorical" has none/,
  ],
  [
    { architecture: { distribution: { kind: "gaussian" } } },
    /^settings\.architecture\.regulariser: "anchor-l2" draws a "dirichlet" to the uniform one/,
  ],
  [{ weights: { momentum: 1 } }, /^settings\.weights\.momentum: 1 does not fit/],
  [{ partialChannels: 3 }, /^settings\.partialChannels: 3 does not fit: it must divide the channels/],
  [{ seed: 0.5 }, /^settings\.seed: 0\.5 does not fit/],
];
for (const [input, message] of refused) {
  test(`${JSON.stringify(input)} is refused by one line that names it`, () => {
    assert.throws(
      () => completeSettings(methods.drnas.settings, input),
      (error) => error instanceof UserError && message.test(error.message) && !error.message.includes("\n"),
    );
  });
}
