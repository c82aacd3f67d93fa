// The commands as a user types them: exit codes, one JSON document for a search. Of bad input: test/bad-input.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { naslab } from "./naslab";

const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(folder, { recursive: true }));

const small = [
  "--dataset",
  "fashion-mnist",
  "--channels",
  "4",
  "--cells",
  "1",
  "--batch",
  "256",
  "--steps-per-epoch",
  "2",
  "--json",
];

suite("search", () => {
  test("prints exactly one JSON document", async () => {
    const { code, stdout, stderr } = await naslab(["search", "--epochs", "1", ...small]);
    assert.equal(code, 0, stderr);
    const document = JSON.parse(stdout);
    assert.deepEqual(Object.keys(document), [
      "space",
      "method",
      "settings",
      "backend",
      "device",
      "epochs",
      "distribution",
      "architecture",
      "benchmark",
      "peakMemoryBytes",
    ]);
    assert.equal(document.epochs.length, 1);
    assert.deepEqual(Object.keys(document.epochs[0]), ["epoch", "train", "valid", "seconds", "secondsPerStep"]);
    assert.equal(document.settings.weights.momentum, 0.9);
    assert.equal(document.distribution.mean.length, 6);
    assert.ok(document.benchmark.accuracies.cifar10.test > 9);
  });

  test("writes what it has when interrupted, and ends with 130", async () => {
    const { code, stdout, stderr } = await naslab(["search", "--epochs", "100000", ...small], "step");
    assert.equal(code, 130, stderr);
    assert.equal(JSON.parse(stdout).interrupted, true);
  });
});

test("run executes a notebook, names the cell that fails, ends with 1, and writes the output all the same", async () => {
  const cell = (source: string, tags: string[] = []) => ({
    cell_type: "code",
    id: `c${source.length}`,
    metadata: { tags },
    source,
    outputs: [],
    execution_count: null,
  });
  const notebook = {
    cells: [cell("let n = 1;", ["parameters"]), cell("n + 1"), cell("throw new RangeError('n is ' + n)")],
    metadata: { kernelspec: { name: "naslab", display_name: "NASLab (TypeScript)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const [input, output] = [join(folder, "in.ipynb"), join(folder, "out.ipynb")];
  writeFileSync(input, JSON.stringify(notebook));
  const { code, stderr } = await naslab(["run", input, "--output", output, "-p", "n", "41"]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /cell 4 of 4 failed: RangeError: n is 41/);
  const written = JSON.parse(readFileSync(output, "utf8"));
  assert.equal(written.cells[2].outputs[0].data["text/plain"].toString(), "42");
  assert.equal(written.cells[3].outputs[0].ename, "RangeError");
});
