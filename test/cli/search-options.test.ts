import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { readSearchOptions } from "../../src/cli/search-options";
import { packageRoot } from "../../src/root";

test("a search without words trains DrNAS's network", () => {
  const options = readSearchOptions([]);
  assert.ok(options.kind === "supernet");
  assert.equal(options.method.name, "drnas");
  assert.deepEqual(options.images, { dataset: "fashion-mnist", folder: undefined });
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

test("a data set is one of ours, or a folder of classes", () => {
  const read = (...words: string[]) => {
    const options = readSearchOptions(words);
    assert.ok(options.kind === "supernet");
    return options.images;
  };
  assert.deepEqual(read("--dataset", "imagenet16"), { dataset: "imagenet16", folder: undefined });
  assert.deepEqual(read("--dataset", "cifar100", "--data", "/c"), { dataset: "cifar100", folder: "/c" });
  const folder = tmpdir();
  assert.deepEqual(read("--dataset", folder), { dataset: "folder", folder, size: undefined });
  assert.deepEqual(read("--dataset", folder, "--image-size", "32"), { dataset: "folder", folder, size: 32 });
});

suite("a method of a user's own", () => {
  const folder = mkdtempSync(join(tmpdir(), "naslab-method-"));
  after(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const file = join(folder, "mine.json");
    writeFileSync(file, text);
    return readSearchOptions(["--method", file, "--epochs", "3"]);
  };
  const definition = {
    name: "mine",
    title: "Mine",
    paper: "",
    year: 2026,
    settings: { architecture: { distribution: { kind: "gaussian" }, sampler: { kind: "relaxed" } } },
  };

  test("comes from a file", () => {
    const options = read(JSON.stringify(definition));
    assert.ok(options.kind === "supernet");
    assert.equal(options.method.name, "mine");
    assert.equal(options.method.axes.distribution, "gaussian");
    assert.deepEqual(options.settings, { epochs: 3 });
  });

  const load = (text: string) => {
    const file = join(folder, `${text.length}.js`);
    writeFileSync(
      file,
      `const { axes, defineMethod, part } = require(${JSON.stringify(packageRoot)});
const { z } = require(${JSON.stringify(require.resolve("zod"))});
${text}`,
    );
    return readSearchOptions(["--method", file, "--set", "architecture.regulariser.weight=2"]);
  };
  const pulls = "({ weight }) => ({ parameters }) => ({ value: weight, gradient: parameters })";

  test("comes from a module, with a part of its own", () => {
    const settings = { architecture: { ...definition.settings.architecture, regulariser: { kind: "mine" } } };
    const options = load(
      `axes.regulariser.add(part({ kind: "mine", settings: z.strictObject({ weight: z.number().default(1) }), make: ${pulls} }));
       module.exports = defineMethod(${JSON.stringify({ ...definition, settings })});`,
    );
    assert.ok(options.kind === "supernet");
    assert.equal(options.method.axes.regulariser, "mine");
    assert.deepEqual(options.settings, { architecture: { regulariser: { weight: 2 } } });
  });
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
