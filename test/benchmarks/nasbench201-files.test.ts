import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock, suite, test } from "node:test";
import { benchmarks } from "../../src/benchmarks";
import { FileParts } from "../../src/benchmarks/official-file";
import { PickleOutline } from "../../src/benchmarks/pickle-outline";
import { tabularMethods } from "../../src/methods";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { temporaryFolder } from "../datasets/cifar10-files";
import { cacheBelow } from "./cache";

const golden = join(packageRoot, "test/golden/nasbench201");
const folder = temporaryFolder();
cacheBelow(folder);

const space = spaces.nasBench201();
const NAMES = {
  "cifar10-valid": "cifar10-valid",
  cifar10: "cifar10",
  cifar100: "cifar100",
  imagenet16: "ImageNet16-120",
};
type Name = keyof typeof NAMES;

/** As nasbench201.py makes its numbers up. */
const value = (...keys: readonly (string | number)[]): number =>
  keys
    .map((key) =>
      typeof key === "number" ? key : Array.from(key).reduce((sum, letter) => sum + letter.charCodeAt(0), 0),
    )
    .reduce((sum, number, position) => sum + number / 7 ** position, 0) % 100;

const openings = {
  "NATS-Bench's folder": () => benchmarks.nasBench201({ folder: golden }),
  "a file of torch before 1.6": () => benchmarks.nasBench201({ file: join(golden, "legacy.pth") }),
  "a file of torch since": () => benchmarks.nasBench201({ file: join(golden, "zip.pth") }),
};

for (const [name, open] of Object.entries(openings))
  suite(name, () => {
    test("has each training's curves, times and costs", async () => {
      const benchmark = await open();
      for (const index of [2, 0, 1]) {
        const trainings = benchmark.trainings(space.at(index));
        assert.equal(trainings.length, 4 * (1 + index));
        for (const { set, seed, epochs, train, valid, test: tested, validAndTest, ...costs } of trainings) {
          const own = NAMES[set];
          const all = [0, 1, 2, 3];
          assert.equal(epochs, 4);
          assert.deepEqual(
            [...train.accuracy],
            all.map((epoch) => value(index, own, seed, "accuracy", epoch)),
          );
          assert.deepEqual(
            [...train.loss],
            all.map((epoch) => value(index, own, seed, "loss", epoch)),
          );
          assert.deepEqual(
            [...train.seconds],
            all.map(() => value(index, own, "time")),
          );
          const half = set.startsWith("cifar10") && set !== "cifar100";
          const curves = [
            ["x-valid", valid, set !== "cifar10", set === "cifar10-valid"],
            [half ? "ori-test" : "x-test", tested, true, set === "cifar10"],
            ["ori-test", validAndTest, !half, true],
          ] as const;
          for (const [which, curve, there, each] of curves) {
            if (!there) {
              assert.equal(curve, null);
              continue;
            }
            const measured = (epoch: number) => each || epoch === 3;
            assert.deepEqual(
              [...curve!.accuracy],
              all.map((epoch) => (measured(epoch) ? value(index, own, seed, which, epoch) : Number.NaN)),
            );
            assert.equal(curve!.loss[3], value(index, own, seed, which, "loss", 3));
            assert.equal(curve!.seconds[1], value(index, own, which));
          }
          assert.deepEqual(costs, {
            parameters: value(index, own, "params"),
            multiplyAdds: value(index, own, "flop"),
            latency: 0.375,
          });
        }
        const short = benchmark.trainings(space.at(index), { dataset: "cifar10-valid", epochs: 12 });
        assert.deepEqual(
          short.map(({ seed, epochs }) => [seed, epochs]),
          [
            [777, 3],
            [111, 3],
          ],
        );
        const paid = 3 * value(index, "cifar10-valid", "time") + value(index, "cifar10-valid", "x-valid");
        assert.ok(Math.abs(benchmark.seconds(space.at(index))! - paid) < 1e-9);
      }
    });

    test("has the table's accuracies and ranks besides", async () => {
      const best = space.at(6111);
      const table = benchmarks.nasBench201().query(best);
      const { accuracies, rank } = (await open()).query(best);
      assert.deepEqual([accuracies, rank], [table.accuracies, table.rank]);
    });

    test("tells where an architecture would have to be", async () => {
      const benchmark = await open();
      assert.throws(
        () => benchmark.trainings(space.at(77)),
        /(000077\.pickle\.pbz2" cannot be read \(ENOENT\)|has no architecture 77); it has to be .*(GB|MB).*from https:/,
      );
      assert.throws(
        () => benchmark.trainings(space.at(0), { dataset: "svhn" as Name }),
        /no trainings on "svhn"; there are those on cifar10-valid, /,
      );
      assert.throws(() => benchmark.trainings(space.at(0), { epochs: 90 }), /90 epochs; there are/);
    });
  });

test("what architectures share is read once", async () => {
  const benchmark = await benchmarks.nasBench201({ file: join(golden, "legacy.pth") });
  const reads = mock.method(FileParts.prototype, "read");
  for (const index of [2, 1, 2]) benchmark.trainings(space.at(index));
  reads.mock.restore();
  assert.equal(reads.mock.callCount(), 3 + 2); // of others the first architecture, and what stands before it
});

test("weights are passed over", async () => {
  const benchmark = await benchmarks.nasBench201({ file: join(golden, "weights.pth") });
  assert.equal(benchmark.trainings(space.at(1)).length, 8);
});

test("what a pickle wants to have done is not done", async () => {
  const benchmark = await benchmarks.nasBench201({ folder: golden });
  const refused = (index: number) => (error: Error) =>
    error.name === "UserError" &&
    new RegExp(`00000${index}.*`).test(error.message) &&
    /simple.*github/.test(error.message);
  assert.throws(
    () => benchmark.trainings(space.at(3), { epochs: 12 }),
    /a call of (posix|os)\.system, which is not read/,
  );
  assert.throws(() => benchmark.trainings(space.at(3), { epochs: 12 }), refused(3));
  const file = await benchmarks.nasBench201({ file: join(golden, "hostile.pth") });
  assert.throws(() => file.trainings(space.at(1)), /a call of (posix|os)\.system, which is not read/);
  assert.equal(file.trainings(space.at(0)).length, 4);
  for (const place of [process.cwd(), golden]) assert.ok(!existsSync(join(place, "naslab-was-here")));
});

test("a folder's files that are damaged, cut off, another architecture's, or too long are refused", async () => {
  const own = join(folder, "nats");
  mkdirSync(own);
  const whole = readFileSync(join(golden, "000000.pickle.pbz2"));
  copyFileSync(join(golden, "000000.pickle.pbz2"), join(own, "000000.pickle.pbz2"));
  const benchmark = await benchmarks.nasBench201({ folder: own });
  const changed = (at: number) =>
    Buffer.concat([whole.subarray(0, at), Buffer.from([whole[at] ^ 4]), whole.subarray(at + 1)]);
  const cases: [bytes: Uint8Array, reason: RegExp][] = [
    [whole.subarray(0, 2000), /is not read: Data error/],
    [whole.subarray(0, -2), /Bad stream CRC/],
    [changed(1500), /Data error/],
    [Buffer.from("hello"), /Not bzip data/],
    [Buffer.alloc(0), /Not bzip data/],
    [readFileSync(join(golden, "000004.pickle.pbz2")), /the results of \|avg_pool_3x3~0\|.* in place of \|/],
    [readFileSync(join(golden, "000005.pickle.pbz2")), /it has more than 32,000,000 bytes/],
  ];
  for (const [k, [bytes, reason]] of cases.entries()) {
    writeFileSync(join(own, `${String(10 + k).padStart(6, "0")}.pickle.pbz2`), bytes);
    assert.throws(() => benchmark.trainings(space.at(10 + k)), reason);
  }
});

test("files of torch that are cut off, or hold something else, are refused", async () => {
  const legacy = readFileSync(join(golden, "legacy.pth"));
  const zip = readFileSync(join(golden, "zip.pth"));
  const start = legacy.subarray(0, legacy.indexOf("meta_archs") - 11);
  const pickle = (text: string) => Buffer.concat([start, Buffer.from(text, "latin1")]);
  const cases: Record<string, [bytes: Uint8Array, reason: RegExp]> = {
    "cut-legacy": [legacy.subarray(0, 20_000), /is cut off at byte 20,000/],
    "cut-head": [legacy.subarray(0, 10), /is no file that torch\.save has written/],
    "cut-machine": [legacy.subarray(0, 40), /does not tell of the machine/],
    "cut-zip": [zip.subarray(0, 20_000), /is no archive that torch\.save has written/],
    text: [Buffer.from("hello".repeat(20)), /is no file that torch\.save has written/],
    nothing: [pickle("\x80\x02}q\x00."), /holds no architectures/],
    opcode: [pickle("\x80\x02}q\x00(i__main__\nThing\n."), /opcode 0x69 at byte [\d,]+, which is not read/],
    string: [pickle("\x80\x02X\xff\xff\xff\xff"), /a string of 4,294,967,295 bytes/],
    memo: [pickle("\x80\x02}q\x09."), /values that are not remembered in turn/],
    mark: [pickle("\x80\x02u."), /no mark on its stack/],
    marks: [pickle(`\x80\x02${"(".repeat(1001)}`), /more than 1,000 open marks/],
    many: [
      pickle(`\x80\x02}q\x00(X\x0a\0\0\0arch2infosq\x01}q\x02(${"K\x00N".repeat(2 ** 16 + 1)}uu.`),
      /more than 65,536 architectures/,
    ],
  };
  for (const [name, [bytes, reason]] of Object.entries(cases)) {
    const path = join(folder, `${name}.pth`);
    writeFileSync(path, bytes);
    await assert.rejects(
      benchmarks.nasBench201({ file: path }),
      (error: Error) => {
        assert.equal(error.name, "UserError", name);
        assert.match(error.message, reason, name);
        assert.match(error.message, /NAS-Bench-201-v1_1-096897\.pth \(4\.7 GB\)/, name);
        return true;
      },
      name,
    );
  }
});

test("an index that was read is closed, and a file that is none", async () => {
  const close = mock.method(FileParts.prototype, "close");
  const none = join(folder, "none.pth");
  writeFileSync(none, "hello");
  await benchmarks.nasBench201({ file: join(golden, "zip.pth") });
  await assert.rejects(benchmarks.nasBench201({ file: none }));
  close.mock.restore();
  const closed = close.mock.calls.map((call) => (call.this as FileParts).path);
  assert.equal(closed.length, 2);
  assert.match(closed[0], /zip\.pth-architectures-.*index$/);
  assert.equal(closed[1], none);
});

test("an architecture that refers to another's dictionary is refused", async () => {
  const legacy = readFileSync(join(golden, "legacy.pth"));
  const start = legacy.subarray(0, legacy.indexOf("meta_archs") - 11);
  const pickle = "\x80\x02}q\x00(X\x0a\0\0\0arch2infosq\x01}q\x02(K\x00}q\x03K\x01h\x03uu.";
  const path = join(folder, "dictionary.pth");
  writeFileSync(path, Buffer.concat([start, Buffer.from(pickle, "latin1")]));
  const benchmark = await benchmarks.nasBench201({ file: path });
  assert.throws(() => benchmark.trainings(space.at(1)), /a reference 3 to nothing that architectures share/);
});

test("architectures are found in whatever portions the file is read", () => {
  const bytes = readFileSync(join(golden, "zip.pth"));
  const at = bytes.indexOf("\x80\x02}", 0, "latin1");
  const outlineOf = (portion: number) => {
    const outline = new PickleOutline();
    let rest = Buffer.alloc(0);
    for (let from = at; outline.end === null; from += portion) {
      const chunk = Buffer.concat([rest, bytes.subarray(from, from + portion)]);
      rest = chunk.subarray(outline.feed(chunk, from - rest.length));
    }
    return { segments: outline.segments, end: outline.end };
  };
  const whole = outlineOf(bytes.length);
  assert.deepEqual(
    whole.segments.map(({ key }) => key),
    [0, 1, 2],
  );
  for (const portion of [1, 7, 1000]) assert.deepEqual(outlineOf(portion), whole);
});

test("seconds are simulated where the files have them; the table alone has none", async () => {
  assert.throws(
    () => benchmarks.nasBench201().simulate(tabularMethods.random, { seconds: 12_000 }),
    /NAS-Bench-201 knows no training times here; give \{ evaluations \}, or open .*docs\/benchmarks\.md/,
  );
  assert.throws(
    () => benchmarks.nasBench201().simulate(tabularMethods.random, { seconds: 12_000, evaluations: 5 }),
    /5 evaluations and 12000 seconds are two budgets/,
  );
  assert.throws(() => benchmarks.nasBench201().simulate(tabularMethods.random, { seconds: -1 }), /more than 0, got -1/);
});
