// Readers of files: of any bytes they make what they should, or refuse; in time, and without memory that the file does not have.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { benchmarks } from "../../src/benchmarks";
import { bunzip } from "../../src/benchmarks/bunzip";
import { nasBench201Table } from "../../src/benchmarks/nasbench201";
import { readColumns } from "../../src/benchmarks/packed-table";
import { datasets } from "../../src/datasets";
import { wholeRows } from "../../src/datasets/fashion-mnist";
import { readPickle } from "../../src/datasets/pickle";
import { tarFiles } from "../../src/datasets/tar";
import { Wire } from "../../src/kernel/message";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { readSafetensors, writeSafetensors } from "../../src/supernet/safetensors";
import { safetensorsOf } from "../bad-input/safetensors-file";
import { recordOf } from "../benchmarks/nasbench101-file";
import { records } from "../datasets/cifar10-files";
import { assertMemory, holds, mutatedBytes, orRefused, orRefusedLater } from "./runs";

const folder = mkdtempSync(join(tmpdir(), "naslab-properties-"));
process.env.NASLAB_DATA = join(folder, "cache");
after(() => rmSync(folder, { recursive: true }));

const bytes = fc.uint8Array({ maxLength: 3000 }).map(Buffer.from as (bytes: Uint8Array) => Buffer);

type Pickles = Record<"good" | "bad", Record<string, string>>;
const pickles: Pickles = JSON.parse(readFileSync(join(packageRoot, "test/golden/pickles.json"), "utf8"));
const stored = Object.values(pickles)
  .flatMap((each) => Object.values(each))
  .map((text) => Buffer.from(text, "base64"));

suite("pickles", () => {
  const reads = (pickle: Buffer) =>
    void assertMemory(pickle.length, () => orRefused(() => readPickle(pickle), RangeError));

  test("any bytes", () => holds(bytes, reads));
  test("those that Python wrote, changed", () => holds(mutatedBytes(fc.constantFrom(...stored)), reads));
  test("instructions in any order", () => {
    const simple = "(N\x88\x89])}0tauebRs.\x94\x93\x85\x86\x87".split("");
    const more = [
      "K\x05",
      "M\x01\x02",
      "h\x00",
      "q\x00",
      "X\x03\x00\x00\x00abc",
      "C\x02ab",
      "c_codecs\nencode\n",
      "cnumpy\nndarray\n",
      "cnumpy\ndtype\n",
      "cnumpy.core.multiarray\n_reconstruct\n",
      "cnumpy.core.multiarray\nscalar\n",
      "ccollections\nOrderedDict\n",
      "cbuiltins\nset\n",
      "\x8f",
      "\x90",
      "Q",
      "X\x06\x00\x00\x00latin1",
      "\x8a\x01\xff",
      "G\x7f\xf8\0\0\0\0\0\0",
    ];
    const program = fc.array(fc.constantFrom(...simple, ...more), { maxLength: 80 });
    return holds(
      program.map((words) => Buffer.from(`\x80\x02${words.join("")}.`, "latin1")),
      reads,
      { runs: 1000 },
    );
  });

  for (const [name, pickle] of Object.entries({
    "a million dictionaries": `\x80\x02${"}".repeat(3e6)}.`,
    "a string that is encoded over and over": `\x80\x02X\0\0\x10\0${"a".repeat(2 ** 20)}q\0${"c_codecs\nencode\nh\0X\x06\0\0\0latin1\x86R".repeat(20_000)}.`,
    "bytes that are named over and over": `\x80\x02B\0\0\x10\0${"a".repeat(2 ** 20)}q\0${"cnumpy\ndtype\nh\0\x85R".repeat(20_000)}.`,
    "a shape of a million axes": `\x80\x02(${"K\x01".repeat(5e5)}t.`,
    "a call with a million arguments": `\x80\x02cnumpy\ndtype\n(${"K\x01".repeat(5e5)}tR.`,
    "a key of keys of keys": `\x80\x02}K\x01q\0${"h\0h\0\x86q\0".repeat(60)}N}h\0Nss.`,
    "a set that is made over and over": `\x80\x02](${"K\x01".repeat(1e5)}eq\0${"cbuiltins\nset\nh\0\x85R".repeat(20_000)}.`,
    "a list in a list in a list": `\x80\x02${"]".repeat(4e5)}${"a".repeat(4e5 - 1)}.`,
  }))
    test(name, { timeout: 20_000 }, () => reads(Buffer.from(pickle, "latin1")));

  test("as the files of ImageNet16-120", () =>
    holds(
      mutatedBytes(fc.constantFrom(...stored)),
      async (pickle) => {
        writeFileSync(join(folder, "val_data"), pickle);
        await orRefusedLater(() => datasets.imagenet16({ folder }));
      },
      { runs: 50 },
    ));
});

suite("archives", () => {
  /** A header with a right checksum, whatever it says, and what follows it. */
  const entry = fc
    .record({
      name: fc.string({ maxLength: 100 }),
      size: fc.oneof(
        fc.constantFrom("0", "777", "-1000", "99999999999", "77777777777", "1e3", "\x80\0\0\0\0\x02\x54\x0b\xe4"),
        fc.string({ maxLength: 12 }),
      ),
      type: fc.constantFrom("0", "\0", "1", "2", "5", "L", "x"),
      body: fc.nat(1100),
    })
    .map(({ name, size, type, body }) => {
      const header = Buffer.alloc(512);
      header.write(name, 0, 100, "latin1");
      header.write(size, 124, 12, "latin1");
      header.write(" ".repeat(8), 148);
      header.write(type, 156, "latin1");
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      return Buffer.concat([header, Buffer.alloc(body)]);
    });
  const reads = (archive: Buffer) => {
    let total = 0;
    orRefused(() => {
      for (const { bytes } of tarFiles(archive)) total += bytes.length;
    }, RangeError);
    assert.ok(total <= archive.length);
  };
  test("any bytes", () => holds(bytes, reads));
  test("any headers", () =>
    holds(
      fc.array(entry, { maxLength: 6 }).map((entries) => Buffer.concat(entries)),
      reads,
      { runs: 500 },
    ));
});

suite("CIFAR's records", () => {
  const changed = fc.oneof(bytes, mutatedBytes(fc.nat(3).map((count) => records(0, count))));
  for (const [name, file] of [
    ["cifar10", "data_batch_1.bin"],
    ["cifar100", "train.bin"],
  ] as const)
    test(name, () =>
      holds(
        changed,
        async (content) => {
          writeFileSync(join(folder, file), content);
          const data = await orRefusedLater(() => datasets[name]({ folder }));
          if (data) assert.equal(data.train.pixels.length, data.train.count * 3072);
        },
        { runs: 100 },
      ),
    );
});

suite("weights", () => {
  const path = join(folder, "w.safetensors");
  const whole = join(folder, "whole.safetensors");
  writeSafetensors(
    whole,
    new Map([
      ["a", { shape: [2, 3], data: new Float32Array(6) }],
      ["b", { shape: [], data: BigInt64Array.of(3n) }],
    ]),
  );
  const reads = (file: Buffer) => {
    writeFileSync(path, file);
    const read = assertMemory(file.length, () => orRefused(() => readSafetensors(path)));
    if (read) assert.ok([...read.values()].reduce((sum, { data }) => sum + data.byteLength, 0) <= file.length);
  };
  test("any bytes", () => holds(bytes, reads));
  test("those that we wrote, changed", () => holds(mutatedBytes(fc.constant(readFileSync(whole))), reads));
  test("any header", () => {
    const number = fc.constantFrom(0, 1, 2, 8, 16, -1, -8, 0.5, 2 ** 31, 1e10, 2 ** 60, null, "8");
    const entry = fc.record(
      {
        dtype: fc.constantFrom("F32", "I64", "F16", "", 3, null),
        shape: fc.oneof(fc.array(number, { maxLength: 3 }), number),
        data_offsets: fc.oneof(fc.tuple(number, number), number),
      },
      { requiredKeys: [] },
    );
    const right = fc.constantFrom(
      { dtype: "F32", shape: [1024], data_offsets: [0, 4096] },
      { dtype: "F32", shape: [32, 32], data_offsets: [4096, 8192] },
      { dtype: "I64", shape: [512], data_offsets: [0, 4096] },
    );
    const header = fc.oneof(
      fc.dictionary(
        fc.string({ maxLength: 4 }),
        fc.oneof({ weight: 4, arbitrary: right }, entry, fc.anything({ maxDepth: 1 })),
      ),
      fc.anything({ maxDepth: 2 }),
    );
    return holds(
      fc
        .tuple(header, fc.constantFrom(0, 8, 4096, 8192))
        .map(([header, size]) => safetensorsOf(JSON.stringify(header) ?? "", size)),
      reads,
      { runs: 500 },
    );
  });
});

suite("official files of benchmarks, changed", () => {
  const golden = (name: string) => readFileSync(join(packageRoot, "test/golden/nasbench201", name));

  test("bzip2", () =>
    holds(mutatedBytes(fc.constant(golden("000000.pickle.pbz2"))), (file) =>
      assertMemory(file.length, () => orRefused(() => bunzip(file, 1e6), RangeError)),
    ));

  test("pickles of torch", () =>
    holds(
      mutatedBytes(fc.constantFrom(golden("legacy.pth"), golden("weights.pth"))),
      async (file) => {
        const path = join(folder, "changed.pth");
        writeFileSync(path, file);
        await orRefusedLater(async () => {
          const benchmark = await benchmarks.nasBench201({ file: path });
          for (const index of [0, 1]) orRefused(() => benchmark.trainings(spaces.nasBench201().at(index)));
        });
      },
      { runs: 50 },
    ));

  test("records", () => {
    const spec = {
      matrix: [
        [0, 1],
        [0, 0],
      ],
      ops: ["input", "output"],
    };
    const file = recordOf(spec, 5, { epochs: 108, seconds: 9, valid: 0.9, test: 0.8 });
    return holds(
      mutatedBytes(fc.constant(file)),
      async (changed) => {
        const path = join(folder, "changed.tfrecord");
        writeFileSync(path, changed);
        await orRefusedLater(async () => {
          const benchmark = await benchmarks.nasBench101({ file: path });
          orRefused(() => benchmark.query(spec));
        });
      },
      { runs: 50 },
    );
  });
});

test("the benchmark's table, changed", () => {
  const path = join(folder, "table.bin.gz");
  const table = gzipSync(Buffer.alloc(4 * 12 * 10, 3));
  return holds(fc.oneof(bytes, mutatedBytes(fc.constant(table))), (file) => {
    writeFileSync(path, file);
    assertMemory(file.length, () => orRefused(() => readColumns({ ...nasBench201Table, path, size: 10 })));
  });
});

test("Fashion-MNIST's rows", () => {
  const row = `[${new Array(784).fill(7)}]`;
  const json = mutatedBytes(
    fc.constantFrom(Buffer.from(`{"data":[${row},[],${row}]}`), Buffer.from(`{"data":[[${"1,".repeat(2000)}]]}`)),
  );
  return holds(
    fc.oneof(json, bytes),
    (text) => {
      assert.ok(wholeRows(text).length % 784 === 0);
    },
    { runs: 10 }, // each takes the memory of a whole class
  );
});

test("images out of arrays", () => {
  const numbers = fc.oneof(
    fc.array(fc.oneof(fc.integer({ min: -1, max: 256 }), fc.double()), { maxLength: 30 }),
    fc.float32Array({ maxLength: 30 }),
  );
  const options = fc.record({
    train: fc.record({
      images: numbers,
      labels: fc.array(fc.oneof(fc.integer({ min: -1, max: 3 }), fc.double(), fc.constant(2 ** 40)), { maxLength: 4 }),
    }),
    shape: fc.oneof(
      fc.array(fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constant(2 ** 40)), { maxLength: 4 }),
      fc.constant([2, 2, 1]),
    ),
  });
  return holds(options, (given) =>
    orRefused(() => datasets.fromArrays(given as Parameters<typeof datasets.fromArrays>[0])),
  );
});

suite("messages of a notebook", () => {
  const wire = new Wire("key", "hmac-sha256");
  const encoded = wire
    .encode(wire.make("execute_request", { code: "1" }, undefined))
    .map((frame) => Buffer.from(frame));
  const reads = (frames: Buffer[]) => orRefused(() => wire.decode(frames), Error);

  test("any frames", () => holds(fc.array(bytes, { maxLength: 8 }), (frames) => assert.equal(reads(frames), null)));

  test("one that is signed, with a byte changed, is dropped", () =>
    holds(
      fc.tuple(fc.integer({ min: 0, max: encoded.length - 1 }), fc.nat(1e4), fc.integer({ min: 1, max: 255 })),
      ([frame, at, flip]) => {
        const frames = encoded.map((each) => Buffer.from(each));
        frames[frame][at % frames[frame].length] ^= flip;
        assert.equal(reads(frames), null);
      },
    ));
});
