import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readSearchOptions } from "../../src/cli/search-options";
import { UserError } from "../../src/errors";

test("a search without words trains DrNAS's network", () => {
  const options = readSearchOptions([]);
  assert.ok(options.kind === "supernet");
  assert.equal(options.method.name, "drnas");
  assert.equal(options.dataset, "fashion-mnist");
  assert.deepEqual(options.settings, {});
});

test("a search that asks a benchmark has seeds and a budget", () => {
  const read = (...words: string[]) => {
    const options = readSearchOptions(["--method", "random", ...words]);
    assert.ok(options.kind === "tabular");
    return [options.seeds, options.evaluations];
  };
  assert.deepEqual(read(), [[0], 100]);
  assert.deepEqual(read("--seed", "7", "--evaluations", "30"), [[7], 30]);
  assert.deepEqual(read("--seeds", "3"), [[0, 1, 2], 100]);
});

suite("words that make no sense are refused in one line", () => {
  const refused: [words: string, line: RegExp][] = [
    ["--method evoluton", /^--method evoluton is unknown; did you mean evolution\?/],
    ["--method xy", /^--method xy is unknown; use drnas or balenas or balenas-tf or/],
    ["--method random --epochs 3 --dataset cifar10", /^--dataset, --epochs: random trains no network.*; leave/],
    ["--method smbo --backend cpu", /^--backend: smbo trains no network/],
    ["--set epochs", /^--set epochs: give NAME=VALUE/],
    ["--channels 8 --set channels.x=1", /^--set channels\.x=1: channels is one value/],
    ["--method drnas --seeds 5", /^--seeds: drnas trains a network/],
    ["--evaluations 5", /^--evaluations: drnas trains a network/],
    ["--method random --seed 1 --seeds 5", /^--seed 1 --seeds 5: .*leave one of them out$/],
    ["--method random --seeds 0", /^--seeds 0 is not a whole number of at least 1/],
    ["--method random --evaluations many", /^--evaluations many is not a whole number of at least 1/],
  ];
  for (const [words, line] of refused) {
    test(words, () => {
      assert.throws(
        () => readSearchOptions(words.split(" ")),
        (error) => error instanceof UserError && line.test(error.message) && !error.message.includes("\n"),
      );
    });
  }
});

test("--set reaches any setting, in JSON or as a word", () => {
  const words =
    "--set architecture.update.learningRate=0.01 --set architecture.update.betas=[0.9,0.99] --set split=half";
  const options = readSearchOptions(words.split(" "));
  assert.ok(options.kind === "supernet");
  assert.deepEqual(options.settings, {
    architecture: { update: { learningRate: 0.01, betas: [0.9, 0.99] } },
    split: "half",
  });
});
