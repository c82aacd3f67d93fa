// The commands that need no set-up beyond the compiled code, each in a process of its own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";

const command = `require(${JSON.stringify(join(packageRoot, "dist/src/cli/main.js"))})
  .main(process.argv.slice(1)).then((code) => { process.exitCode = code; })`;

/** What a command prints; it must succeed and tell nothing else. */
function naslab(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", command, "--", ...words], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  return stdout;
}

test("many seeds give means, deviations and every run's architecture", () => {
  const document = JSON.parse(naslab("search", "--method", "evolution", "--seeds", "20", "--json"));
  assert.deepEqual(Object.keys(document), ["space", "method", "settings", "benchmark", "summary", "runs"]);
  assert.deepEqual(document.settings, { seeds: 20, evaluations: 100, population: 10, tournament: 3 });
  assert.deepEqual(Object.keys(document.summary), ["cifar10", "cifar100", "imagenet16"]);
  assert.equal(document.runs.length, 20);
  for (const data of ["cifar10", "cifar100", "imagenet16"]) {
    for (const split of ["valid", "test"]) {
      const values: number[] = document.runs.map(
        (run: { accuracies: Record<string, Record<string, number>> }) => run.accuracies[data][split],
      );
      const mean = values.reduce((a, b) => a + b) / 20;
      assert.ok(Math.abs(document.summary[data][split].mean - mean) < 1e-9);
      assert.ok(document.summary[data][split].std > 0);
    }
  }
  document.runs.forEach(({ seed, architecture }: { seed: number; architecture: string }, k: number) => {
    assert.equal(seed, k);
    assert.equal(String(spaces.nasBench201().parse(architecture)), architecture);
  });
});

test("one seed is the run that many seeds have too, with its way", () => {
  const one = JSON.parse(naslab("search", "--method", "smbo", "--seed", "2", "--evaluations", "30", "--json"));
  const many = JSON.parse(naslab("search", "--method", "smbo", "--seeds", "3", "--evaluations", "30", "--json"));
  assert.equal(one.settings.seed, 2);
  assert.deepEqual(one.runs, [many.runs[2]]);
  assert.equal(one.architecture, one.runs[0].architecture);
  assert.equal(one.trajectory.length, 30);
  assert.equal(Math.max(...one.trajectory.map(({ accuracy }: { accuracy: number }) => accuracy)), one.runs[0].reward);
});

test("without --json, a short table", () => {
  const many = naslab("search", "--method", "local-search", "--seeds", "5");
  assert.match(many, /^local-search: 5 runs of 100 evaluations\n/);
  assert.match(many, /\ncifar10 +\d\d\.\d\d ± \d\.\d\d +\d\d\.\d\d ± \d\.\d\d\n/);
  assert.match(
    naslab("search", "--method", "random"),
    /^Architecture: \|.*\n.*\n.*\ncifar10 +\d\d\.\d\d +\d\d\.\d\d\n/,
  );
});

const tabular = ["random", "evolution", "reinforce", "smbo", "local-search"];

test("methods lists what there is", () => {
  const list: Record<string, unknown>[] = JSON.parse(naslab("methods", "--json"));
  assert.deepEqual(
    list.map(({ name }) => name),
    [
      "drnas",
      "drnas-without-progressive",
      "drnas-nasbench201",
      "drnas-cifar10",
      "drnas-imagenet",
      "balenas",
      "balenas-tf",
      "darts",
      "darts-second",
      "snas",
      "gdas",
      "dsnas",
      "pc-darts",
      "p-darts",
      "sdarts-rs",
      "sdarts-adv",
      "gaea",
      "gaea-pc",
      "r-darts",
      "darts-es",
      "darts-ada",
      "parsec",
      "proxylessnas",
      "bayesnas",
      "enas",
      "rsps",
      "idarts",
      "random",
      "evolution",
      "reinforce",
      "smbo",
      "local-search",
    ],
  );
  for (const method of list) {
    assert.deepEqual(Object.keys(method), ["name", "title", "paper", "year", "axes", "spaces", "supernet"]);
    assert.ok(Object.values(method.axes as object).every((word) => typeof word === "string"));
    assert.ok((method.spaces as string[]).includes("nasbench201"));
    assert.equal(method.supernet, !tabular.includes(method.name as string));
  }
  const table = naslab("methods");
  for (const { name, title, paper } of list) {
    for (const text of [name, title, paper]) assert.ok(table.includes(text as string));
  }
});
