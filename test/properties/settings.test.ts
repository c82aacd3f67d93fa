// Readers of settings, words, descriptions and notebooks: of anything they make what they should, or a UserError.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { methodOf } from "../../src/cli/method-file";
import { readNotebook } from "../../src/cli/notebook-file";
import { injectParameters, takeParameters } from "../../src/cli/parameters";
import { readSearchOptions } from "../../src/cli/search-options";
import { methods, type SettingsInput, settingsFor, tabularMethods } from "../../src/methods";
import { defineSpace, spacesByName } from "../../src/spaces";
import type { OwnSpace } from "../../src/spaces/define-space";
import { holds, mutated, orRefused } from "./runs";

const folder = mkdtempSync(join(tmpdir(), "naslab-properties-"));
after(() => rmSync(folder, { recursive: true }));

const method = fc.constantFrom(...Object.values(methods));
const space = fc.constantFrom(...Object.values(spacesByName));

/** Values that people mistype, and those that computers make. */
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      0,
      1,
      2,
      4,
      0.5,
      -1,
      1e9,
      2 ** 53,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "",
      "none",
      true,
      null,
    ),
  },
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double(),
);
const anything = fc.anything({ maxDepth: 3, maxKeys: 4, withNullPrototype: true });

/** The names in a value of plain data, at any depth. */
function namesIn(plain: unknown): string[] {
  if (typeof plain !== "object" || plain === null) return [];
  return Object.entries(plain).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

/** A value of plain data with some parts exchanged, left out or put in. */
const altered = (plain: unknown): fc.Arbitrary<unknown> => {
  const names = [...new Set(namesIn(plain)), "__proto__", "constructor", "nope"].filter((name) => !/^\d+$/.test(name));
  const edit = fc.record({
    name: fc.constantFrom(...names),
    value: fc.oneof(value, anything),
    kind: fc.constantFrom("set", "delete", "add"),
  });
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => edits.reduce(changed, plain));
};

function changed(plain: unknown, edit: { name: string; value: unknown; kind: string }): unknown {
  if (typeof plain !== "object" || plain === null) return plain;
  if (Array.isArray(plain)) return plain.map((inner) => changed(inner, edit));
  const entries = Object.entries(plain).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== edit.name) return [[name, changed(inner, edit)]];
    return edit.kind === "delete" ? [] : [[name, edit.value]];
  });
  return Object.fromEntries(edit.kind === "add" ? [...entries, [edit.name, edit.value]] : entries);
}

const readsSettings = ([method, space, input]: [(typeof methods)[string], (typeof spacesByName)[string], unknown]) => {
  const read = orRefused(() => settingsFor(method, space, input as SettingsInput));
  if (read) assert.deepEqual(settingsFor(method, space, read), read);
};

test("settings of every method, altered", () => {
  const whole = Object.values(methods).map((each) => {
    const [name] = each.spaces;
    return altered(settingsFor(each, spacesByName[name])).map(
      (input) => [each, spacesByName[name], input] as [typeof each, (typeof spacesByName)[string], unknown],
    );
  });
  return holds(fc.oneof(...whole), readsSettings, { runs: 300 });
});

test("settings that are anything", () => holds(fc.tuple(method, space, anything), readsSettings));

test("settings of a search that asks a benchmark", () =>
  holds(fc.tuple(fc.constantFrom(...Object.values(tabularMethods)), anything), ([method, input]) =>
    orRefused(() => method.settings(input as object)),
  ));

const options = [
  "space",
  "method",
  "seed",
  "dataset",
  "data",
  "image-size",
  "images",
  "channels",
  "cells",
  "partial-channels",
  "batch",
  "epochs",
  "steps-per-epoch",
  "backend",
  "set",
  "seeds",
  "evaluations",
  "json",
];

test("words of a search", () => {
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...options).map((name) => `--${name}`) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "0",
        "1",
        "4",
        "darts",
        "drnas",
        "random",
        "cifar10",
        "weights.clip=1",
        "a.b.c=[]",
        "architecture.update.kind=adam",
      ),
    },
    fc.string({ maxLength: 10 }),
  );
  return holds(fc.array(word, { maxLength: 8 }), (words) => orRefused(() => readSearchOptions(words)));
});

test("a setting by its place", () => {
  const name = fc.constantFrom(
    "weights",
    "architecture",
    "update",
    "kind",
    "__proto__",
    "toString",
    "",
    "0",
    "epochs",
    "stages",
  );
  const word = fc.tuple(
    fc.array(name, { minLength: 1, maxLength: 4 }),
    fc.oneof(fc.json(), fc.string({ maxLength: 9 })),
  );
  return holds(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
    const set = words.flatMap(([place, text]) => ["--set", `${place.join(".")}=${text}`]);
    orRefused(() => readSearchOptions(set));
    assert.deepEqual(Object.keys(Object.prototype), [], "a setting came to all objects");
  });
});

const own: OwnSpace = {
  name: "mine",
  operations: ["skip_connect", "nor_conv_3x3"],
  cells: [
    {
      name: "cell",
      inputs: 1,
      nodes: 4,
      edges: [[0, 1], { from: 1, to: 2, operations: ["skip_connect", "nor_conv_3x3"] }, [0, 2], [2, 3]],
      output: [3],
      stride: 1,
      keep: 1,
    },
  ],
  network: [
    { convolution: 3, channels: 1, stride: 1 },
    { cell: "cell", times: "N" },
    "residual",
    { cell: "cell", times: 2 },
  ],
  search: { channels: 8, cells: 1, epochs: 2 },
  final: { channels: 8, cells: 1 },
  image: [32, 32, 3],
  classes: 10,
};

test("a space of one's own, altered", () =>
  holds(altered(own), (description) => {
    const space = orRefused(() => defineSpace(description as OwnSpace));
    if (space) assert.ok(space.size > 0 && space.layers(space.finalSize).length > 0);
  }));

test("a space of one's own that is anything", () =>
  holds(anything, (description) => orRefused(() => defineSpace(description as OwnSpace))));

const definition = { name: "mine", title: "Mine", paper: "", year: 2026, settings: methods.drnas.settings };

test("a method's file", () => {
  const file = join(folder, "mine.json");
  const json = altered(definition).map((plain) => JSON.stringify(plain) ?? "");
  return holds(fc.oneof(json, mutated(fc.constant(JSON.stringify(definition)))), (text) => {
    writeFileSync(file, text);
    orRefused(() => methodOf(file));
  });
});

const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "naslab" } },
  cells: [
    {
      cell_type: "code",
      id: "a",
      metadata: { tags: ["parameters"] },
      source: ["let n = 1;\n", "const m = 2;"],
      outputs: [],
    },
    { cell_type: "markdown", id: "b", metadata: {}, source: "text" },
  ],
};

test("a notebook's file", () => {
  const file = join(folder, "a.ipynb");
  const json = altered(notebook).map((plain) => JSON.stringify(plain) ?? "");
  return holds(fc.oneof(json, mutated(fc.constant(JSON.stringify(notebook)))), (text) => {
    writeFileSync(file, text);
    orRefused(() => injectParameters(readNotebook(file), new Map<string, unknown>([["n", 3]])));
  });
});

test("parameters of a notebook", () =>
  holds(fc.array(fc.oneof(fc.constant("-p"), fc.string({ maxLength: 6 })), { maxLength: 8 }), (words) =>
    orRefused(() => takeParameters(words)),
  ));
