// Searches of NAS-Bench-1Shot1's spaces, whose θ has rows for operations and for inputs.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { type BackendName, useBackend } from "../../src/backend";
import { datasets, type ImageDataset } from "../../src/datasets";
import { methods, settingsFor } from "../../src/methods";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";

let images: ImageDataset;
before(async () => {
  images = (await datasets.fashionMnist()).take({ train: 96, test: 0 });
});

const settings = { channels: 4, cells: 3, batch: 8, epochs: 1, stepsPerEpoch: 5 };
const all = ([1, 2, 3] as const).map(spaces.oneShot1);

for (const backend of ["native", "wasm"] satisfies BackendName[]) {
  suite(`five steps on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const [space, method] of [
      ...all.flatMap((space) => [methods.drnas, methods.gdas].map((method) => [space, method] as const)),
      [all[2], methods.rsps] as const,
    ]) {
      test(`${method.name} searches ${space.name}`, async () => {
        const readOut = method === methods.rsps ? { architecture: { readOut: { samples: 3, finalists: 1 } } } : {};
        const run = new SearchRun(method, space, images, { ...settings, ...readOut });
        const before = run.eta;
        await run.stage();
        assert.equal(run.steps.length, 5);
        assert.ok(run.steps.every(({ trainLoss }) => Number.isFinite(trainLoss)));
        // Every row has learnt: operations, inputs, output.
        const learnt = run.eta.map((row, e) => row.some((x, o) => x !== before[e][o]));
        assert.deepEqual(
          learnt,
          space.edges.map(() => method !== methods.rsps),
        );
        const architecture = await run.derive();
        assert.ok(space.parse(String(architecture)).equals(architecture));
        run.dispose();
      });
    }
  });
}

test("a stage prunes to as many inputs as an architecture takes, and widens", async () => {
  await useBackend("native");
  const [, space] = all; // its output takes 3
  const run = new SearchRun(methods.drnas, space, images, {
    ...settings,
    epochs: 2,
    partialChannels: 2,
    stepsPerEpoch: 2,
  });
  await run.stage({ epochs: 1 });
  await run.stage({ epochs: 1, keep: 2, partialChannels: 1 });
  assert.deepEqual(
    run.distribution.kept.map((row) => row.length),
    space.edges.map(({ picks }) => Math.max(2, picks)),
  );
  assert.ok(run.steps.every(({ trainLoss }) => Number.isFinite(trainLoss)));
  run.dispose();
});

test("methods that take one of each choice, or weigh edges themselves, refuse the spaces with a reason", () => {
  const refusal = {
    enas: /"controller" takes one of each choice, and this space has choices that take several \(NAS-Bench-1Shot1, space 1\)/,
    proxylessnas: /"two-paths" takes one of each choice/,
    bayesnas: /"switches" takes one of each choice/,
    "pc-darts": /"normalised" weighs edges, and this space has distributions over inputs for that/,
  } as const;
  for (const [name, message] of Object.entries(refusal))
    assert.throws(() => settingsFor(methods[name as keyof typeof refusal], all[0]), message);
});
