import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock, suite, test } from "node:test";
import { RandomStream } from "../../src/backend";
import { record } from "../../src/backend/tfrecord";
import { type BenchmarkEntry, benchmarks } from "../../src/benchmarks";
import { FileParts } from "../../src/benchmarks/official-file";
import "../../src/display"; // gives classes their pictures
import { DISPLAY, type MimeBundle } from "../../src/display/bundle";
import { tabularMethods } from "../../src/methods";
import { type ModelSpec, moduleHash, spaces } from "../../src/spaces";
import { temporaryFolder } from "../datasets/cifar10-files";
import { cacheBelow } from "./cache";
import { recordOf } from "./nasbench101-file";

const folder = temporaryFolder();
cacheBelow(folder);

const path = (name: string) => join(folder, name);
const written = (name: string, ...parts: readonly Uint8Array[]): string => {
  writeFileSync(path(name), Buffer.concat(parts));
  return path(name);
};

const [conv3, conv1, pool] = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"];
const chain = (...ops: string[]): ModelSpec => ({
  matrix: ["input", ...ops, "output"].map((_, from, all) => all.map((_, to) => (to === from + 1 ? 1 : 0))),
  ops: ["input", ...ops, "output"],
});
/** The same cell with its two middle vertices the other way round. */
const [diamond, turned] = [
  [conv3, pool],
  [pool, conv3],
].map(([a, b]) => ({
  matrix: [
    [0, 1, 1, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ],
  ops: ["input", a, b, "output"],
}));

const rows = [
  recordOf(diamond, 1234, { epochs: 108, seconds: 1000, valid: 0.9, test: 0.8 }),
  recordOf(chain(conv1), 99, { epochs: 36, seconds: 30, valid: 0.6, test: 0.5 }),
  recordOf(chain(conv1), 99, { epochs: 108, seconds: 100, valid: 0.7, test: 0.6 }),
  recordOf(diamond, 1234, { epochs: 108, seconds: 1200, valid: 0.94, test: 0.9 }),
  recordOf(diamond, 1234, { epochs: 36, seconds: 333, valid: 0.5, test: 0.4 }),
  recordOf(diamond, 1234, { epochs: 108, seconds: 1100, valid: 0.92, test: 0.85 }),
];

suite("NAS-Bench-101's file", () => {
  const file = written("nasbench.tfrecord", ...rows);

  test("answers by matrix and operations: means over trainings that lie anywhere in it, and each training", async () => {
    const benchmark = await benchmarks.nasBench101({ file });
    assert.deepEqual(benchmark.epochs, [108, 36]);
    const entry = benchmark.query(turned);
    assert.equal(entry.hash, moduleHash(diamond));
    assert.equal(entry.parameters, 1234);
    for (const [found, wanted] of [
      [entry.valid, 92],
      [entry.test, 85],
      [entry.seconds, 1100],
      [entry.train, 100],
    ])
      assert.ok(Math.abs(found - wanted) < 1e-9, `${found}, ${wanted}`);
    assert.deepEqual(
      entry.trainings.map(({ evaluations }) => evaluations.map(({ epoch, seconds }) => [epoch, seconds])),
      [1000, 1200, 1100].map((seconds) => [
        [0, 0],
        [54, seconds / 2],
        [108, seconds],
      ]),
    );
    assert.equal(benchmark.query(diamond, { epochs: 36 }).valid, 50);
    assert.equal(benchmark.query(chain(conv1)).trainings.length, 1);
  });

  test("is indexed once, and anew when it has changed", async () => {
    const indices = () => readdirSync(path("cache")).filter((name) => name.startsWith("twice.tfrecord"));
    const twice = written("twice.tfrecord", ...rows.slice(0, 3));
    for (const _ of [1, 2]) assert.equal((await benchmarks.nasBench101({ file: twice })).query(diamond).valid, 90);
    assert.equal(indices().length, 1);
    written("twice.tfrecord", ...rows);
    assert.ok(Math.abs((await benchmarks.nasBench101({ file: twice })).query(diamond).valid - 92) < 1e-9);
    assert.equal(indices().length, 2);
  });

  test("that is missing, cut off, damaged or another one is refused with what it has to be", async () => {
    const whole = Buffer.concat(rows);
    const flipped = (at: number) =>
      Buffer.concat([whole.subarray(0, at), Buffer.from([whole[at] ^ 1]), whole.subarray(at + 1)]);
    const second = rows[0].length;
    const refused: [name: string, file: string, reason: RegExp][] = [
      ["missing", path("none"), /cannot be read \(ENOENT\)/],
      ["a folder", folder, /is no file/],
      ["empty", written("empty"), /has no record/],
      [
        "cut off",
        written("cut", whole.subarray(0, second + 40)),
        new RegExp(`cut off within the record at byte ${second}`),
      ],
      [
        "a length",
        written("length", flipped(second)),
        new RegExp(`at byte ${second} \\(a length with another checksum`),
      ],
      [
        "a byte",
        written("byte", flipped(second + 40)),
        new RegExp(`at byte ${second} \\(a record with another checksum`),
      ],
      ["no JSON", written("json", record(Buffer.from("hello"))), /at byte 0 \(Unexpected token/],
      ["another record", written("other", record(Buffer.from('["a", 1]'))), /at byte 0 \(a record of something else/],
      ["a huge record", written("huge", record(Buffer.alloc(2 ** 17))), /a record of 131,072 bytes/],
    ];
    for (const [name, file, reason] of refused)
      await assert.rejects(
        benchmarks.nasBench101({ file }),
        (error: Error) => {
          assert.equal(error.name, "UserError", name);
          assert.match(error.message, reason, name);
          assert.match(error.message, /nasbench_only108\.tfrecord \(499 MB\).*storage\.googleapis\.com/, name);
          return true;
        },
        name,
      );
  });

  test("is closed where it is refused, and its index", async () => {
    const close = mock.method(FileParts.prototype, "close");
    const [damaged, empty] = [written("damaged", Buffer.from("hello")), written("nothing")];
    for (const file of [damaged, empty]) await assert.rejects(benchmarks.nasBench101({ file }));
    close.mock.restore();
    const closed = close.mock.calls.map((call) => (call.this as FileParts).path);
    assert.deepEqual(closed.toSpliced(1, 1), [damaged, empty]);
    assert.match(closed[1], /nothing-records-.*index$/);
  });

  test("metrics that are none are refused when they are asked for", async () => {
    const row = (metrics: Buffer) => JSON.stringify([moduleHash(diamond), 108, "", "", metrics.toString("base64")]);
    for (const metrics of [Buffer.from([10, 200]), Buffer.from([8]), Buffer.from([16, 1])]) {
      const file = written(`metrics-${metrics.toString("hex")}`, record(Buffer.from(row(metrics))));
      const benchmark = await benchmarks.nasBench101({ file });
      assert.throws(() => benchmark.query(diamond), /is damaged at byte 0 \((protobuf|a training without)/);
    }
  });

  test("cells that are none, or are not in it, are refused", async () => {
    const benchmark = await benchmarks.nasBench101({ file });
    const { matrix, ops } = diamond;
    const refused: [spec: ModelSpec, reason: RegExp][] = [
      [{ matrix, ops: ops.slice(1) }, /a row and a column for each of 3 operations/],
      [
        { matrix: matrix.toReversed(), ops },
        /the entry in row 3 and column 1 is 1; edges are 1 and lead to higher vertices/,
      ],
      [
        {
          matrix: [
            [0, 2],
            [0, 0],
          ],
          ops: ["input", "output"],
        },
        /the entry in row 0 and column 1 is 2/,
      ],
      [{ matrix, ops: ["input", conv3, "conv5x5", "output"] }, /vertex 2 has "conv5x5" in place of conv3x3-bn-relu or/],
      [chain(pool), /no cell [0-9a-f]{32} in ".*"; give one of at most 7 vertices and 9 edges/],
      [{ matrix: matrix.map((row) => row.map(() => 0)), ops }, /no path leads/],
    ];
    for (const [spec, reason] of refused) assert.throws(() => benchmark.query(spec), reason);
    assert.throws(() => benchmark.query(diamond, { epochs: 12 }), /no training of 12 epochs .*108, 36/);
  });
});

suite("NAS-Bench-1Shot1", () => {
  const space = spaces.oneShot1(1);
  /** All cells of the space, the accuracy a number of its own. */
  const file = (() => {
    const known = new Map<string, Buffer>();
    for (let index = 0; index < space.sizeWithoutLooseEnds; index++) {
      const spec = space.modelSpec(space.withoutLooseEnds(index));
      const hash = moduleHash(spec);
      if (known.has(hash)) continue;
      const seconds = 500 + known.size;
      known.set(
        hash,
        recordOf(spec, 1, { epochs: 108, seconds, valid: 0.5 + known.size / 1e4, test: 0.4 + known.size / 1e4 }),
      );
    }
    return written("one-shot.tfrecord", ...known.values());
  })();

  test("every cell without loose ends has its number, and each another form", () => {
    const printed = new Set<string>();
    for (let index = 0; index < space.sizeWithoutLooseEnds; index++) printed.add(String(space.withoutLooseEnds(index)));
    assert.equal(printed.size, 3702);
    assert.throws(() => space.withoutLooseEnds(3702), /a whole number from 0 to 3701, got 3702/);
  });

  test("entries, ranks and the best are NAS-Bench-101's of its cells; all methods search it, in seconds too", async () => {
    const benchmark = await benchmarks.oneShot1(1, { file });
    const shown = async () =>
      (benchmark.query(benchmark.at(0)) as unknown as { [DISPLAY](): Promise<MimeBundle> })[DISPLAY]();
    assert.match(String((await shown())["text/plain"]), /\nNAS-Bench-1Shot1.*, 108 epochs\n.*\nCIFAR-10 +\d\d\.\d\d/);
    assert.equal(benchmark.isAtHand(), false);
    const all = benchmark.all("cifar10", "valid");
    assert.equal(all.length, 3702);
    assert.match(String((await shown())["text/plain"]), /^Rank [\d,]+ of 3,702/);
    const best = benchmark.best("cifar10", "valid");
    const entry: BenchmarkEntry = benchmark.query(best);
    assert.equal(entry.accuracies.cifar10.valid, Math.max(...all));
    assert.equal(entry.rank.cifar10.valid, 1);
    const other = space.sample(new RandomStream(1));
    const cell = await benchmarks.nasBench101({ file }).then((cells) => cells.query(space.modelSpec(other)));
    assert.deepEqual(benchmark.query(other).accuracies, { cifar10: { valid: cell.valid, test: cell.test } });
    assert.throws(
      () => benchmark.query(spaces.oneShot1(2).sample(new RandomStream(0))),
      /has trained the architectures of 1shot1-1, not of 1shot1-2/,
    );
    for (const method of Object.values(tabularMethods)) {
      const run = benchmark.simulate(method, { seconds: 12_000, seed: 1 });
      const ends = run.evaluations.map(({ seconds }) => seconds!);
      const took = run.evaluations.map(({ architecture }) => benchmark.seconds(architecture));
      ends.forEach((end, k) => {
        assert.equal(
          end,
          took.slice(0, k + 1).reduce((sum, one) => sum + one, 0),
          method.name,
        );
      });
      assert.ok(ends.at(-1)! <= 12_000 && ends.at(-1)! > 12_000 - 500 - 3702, `${method.name}: ${ends.at(-1)}`);
    }
    assert.throws(
      () => benchmark.simulate(tabularMethods.random, { seconds: 100 }),
      /the budget of 100 seconds is too short, the first evaluation took/,
    );
  });
});
