import assert from "node:assert/strict";
import { test } from "node:test";
import { benchmarks, type PublishedRow, publishedTables, simulate, summarise } from "../../src/benchmarks";
import "../../src/display"; // gives classes their pictures
import { DISPLAY, type MimeBundle } from "../../src/display/bundle";
import { tabularMethods } from "../../src/methods";
import { published, spaces } from "../../src/spaces";

const benchmark = benchmarks.nasBench201();
const { drnas2, drnas3, drnas4, drnas5 } = publishedTables;

/** A row's numbers in the order of the columns, as they are printed. */
const printed = (row: ReturnType<typeof drnas4.row>) =>
  Object.values(row.values).map((value) => value!.mean.toFixed(2));
/** What the benchmark says of an architecture, in the same order. */
const known = (index: number) =>
  Object.values(benchmark.query(benchmark.at(index)).accuracies).flatMap(({ valid, test }) => [
    valid.toFixed(2),
    test.toFixed(2),
  ]);

test("table 4's rows of single architectures are the benchmark's", () => {
  assert.deepEqual(printed(drnas4.row("DrNAS")), known(9930));
  const best = benchmark.data.flatMap((data) =>
    (["valid", "test"] as const).map((split) => Math.max(...benchmark.all(data, split)).toFixed(2)),
  );
  const optimal = printed(drnas4.row("optimal"));
  assert.deepEqual([optimal[4], best[4]], ["46.77", "46.73"]); // of the data's versions 1.0 and 1.1, as the row's note says
  assert.match(drnas4.row("optimal").note, /46\.77 .* 1\.0.*46\.73/);
  assert.deepEqual(optimal.toSpliced(4, 1), best.toSpliced(4, 1));
  assert.deepEqual(printed(drnas4.row("DARTS (1st)")).slice(0, 2), known(1835).slice(0, 2));
  assert.deepEqual(printed(drnas4.row("DARTS (2nd)")).slice(2), known(2299).slice(2));
  assert.deepEqual(printed(drnas4.row("ENAS")).slice(4), known(1835).slice(4));
  assert.deepEqual(printed(drnas4.row("GDAS")).slice(4), known(138).slice(4));
});

test("the ResNet's row is of other numbers than its cell has, which the note tells", () => {
  const cell = spaces
    .nasBench201()
    .parse("|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|");
  assert.equal(cell.index, 11472);
  const row = drnas4.row("ResNet");
  assert.notDeepEqual(printed(row), known(11472));
  assert.ok(row.note.includes(known(11472).join(", ")), row.note);
  for (const [k, value] of printed(row).entries()) assert.ok(Math.abs(Number(value) - Number(known(11472)[k])) < 0.7);
});

/** Of a row over another in percent: the ratio of the averages over all six columns (DrNAS's text does not say how it counts). */
function averageGain(better: PublishedRow, worse: PublishedRow): number {
  const sum = ({ values }: PublishedRow) => Object.values(values).reduce((total, value) => total + value!.mean, 0);
  return 100 * (sum(better) / sum(worse) - 1);
}

test("the average gains that DrNAS claims are those of table 4", () => {
  const gains = { "DARTS (2nd)": 103.8, GDAS: 35.9, DSNAS: 30.4, "PC-DARTS": 6.4, SNAS: 4.3 };
  for (const [method, gain] of Object.entries(gains))
    assert.equal(averageGain(drnas4.row("DrNAS"), drnas4.row(method)).toFixed(1), gain.toFixed(1), method);
});

test("tables agree with each other: λ = 1e-3 and K = 1 are DrNAS on CIFAR-10, and parameters those of the published cells", () => {
  assert.equal(drnas5.row("λ = 1e-3").values["cifar10/test"]!.mean, drnas4.row("DrNAS").values["cifar10/test"]!.mean);
  const ours = publishedTables.drnas1.row("Ours");
  for (const data of ["cifar10", "cifar100"])
    assert.deepEqual(ours.values[`${data}/test`], drnas4.row("DrNAS").values[`${data}/test`]);
  assert.equal(published["drnas-cifar10"].printed, drnas2.row("DrNAS").values.parameters!.mean);
  assert.equal(published["drnas-imagenet"].printed, drnas3.row("DrNAS").values.parameters!.mean);
});

test("every number is one, and every table has rows of both sources where it quotes", () => {
  for (const { title, columns, rows } of Object.values(publishedTables)) {
    assert.match(title, /^DrNAS, table [1-6]$/);
    for (const { method, source, values } of rows) {
      assert.ok(["DrNAS", "quoted by DrNAS"].includes(source));
      assert.deepEqual(
        Object.keys(values),
        columns.map(({ key }) => key),
      );
      for (const value of Object.values(values))
        assert.ok(value === null || (value.mean > 0 && (value.std === null || value.std >= 0)), `${title}, ${method}`);
    }
  }
  const counts = Object.values(publishedTables).map(({ rows }) => rows.length);
  assert.deepEqual(counts, [5, 19, 22, 13, 7, 4]);
});

test("a run's numbers stand beside the paper's", async () => {
  const runs = [0, 1].map((seed) => simulate(benchmark, tabularMethods.random, { seed, evaluations: 10 }));
  const summary = summarise(runs);
  const table = drnas4.beside("random, here", summary);
  assert.equal(table.rows.length, drnas4.rows.length + 1);
  assert.deepEqual(table.row("random, here").values["cifar100/valid"], summary.cifar100.valid);
  const one = table.beside("one", benchmark.query(benchmark.at(9930)).accuracies);
  assert.equal(one.row("one").values["imagenet16/test"]!.std, null);
  const bundle: MimeBundle = await (one as unknown as { [DISPLAY](): Promise<MimeBundle> })[DISPLAY]();
  const { mean, std } = summary.cifar10.valid;
  assert.ok(
    String(bundle["text/markdown"]).includes(`| **random, here** | **${mean.toFixed(2)} ± ${std.toFixed(2)}** |`),
  );
  assert.match(
    String(bundle["text/markdown"]),
    /^\| DrNAS \| 91\.55 ± 0\.00 \| .* \| DrNAS \| the cell of index 9930 \|/m,
  );
  assert.match(String(bundle["text/plain"]), /^one +91\.55 .* here/m);
  assert.throws(() => drnas4.beside("ours", { accuracy: 94 }), /"ours" has accuracy; give some of cifar10\/valid, /);
  assert.throws(() => drnas4.row("drnas"), /there is no row "drnas"; the rows are ResNet, Random, /);
});
