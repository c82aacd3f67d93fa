import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { isPickledArray, readPickle } from "../../src/datasets/pickle";
import { packageRoot } from "../../src/root";
import { byteAt } from "./cifar10-files";

type Cases = Record<"good" | "bad", Record<string, string>>;
const golden: Cases = JSON.parse(readFileSync(join(packageRoot, "test/golden/pickles.json"), "utf8"));
const bytesOf = (kind: keyof Cases, name: string) => Buffer.from(golden[kind][name], "base64");

/** The pixels of the batches in the stored files, image by image and colour by colour. */
const pixels = [0, 1, 2].flatMap((image) =>
  Array.from({ length: 768 }, (_, i) => byteAt(image, (i >> 4) & 15, i & 15, i >> 8)),
);

for (const name of ["protocol 2", "protocol 3", "protocol 4", "protocol 5", "NumPy 1"]) {
  test(`readPickle reads a batch as Python wrote it: ${name}`, () => {
    const batch = readPickle(bytesOf("good", name));
    assert.ok(batch instanceof Map);
    assert.deepEqual([...batch.keys()], ["data", "labels", "mean"]);
    const [data, mean] = [batch.get("data"), batch.get("mean")];
    assert.ok(isPickledArray(data) && isPickledArray(mean));
    assert.deepEqual([data.type, data.shape, [...data.bytes]], ["u1", [3, 768], pixels]);
    assert.deepEqual(batch.get("labels"), [120, 121, 1]);
    assert.deepEqual([mean.type, mean.shape], ["f8", [768]]);
    const first = Buffer.from(mean.bytes).readDoubleLE(0);
    assert.equal(first, (pixels[0] + pixels[768] + pixels[1536]) / 3);
  });
}

test("readPickle reads numbers, strings, bytes, lists, tuples and dictionaries", () => {
  assert.deepEqual(readPickle(bytesOf("good", "values")), [
    ...[null, true, false, 0, 255, 65535, -1, 2 ** 31, -(2 ** 40), 0.5, "é", Buffer.from([0, 255])],
    ...[[], [1], new Map([["a", [[1, 2, 3]]]])],
  ]);
});

for (const protocol of [2, 4]) {
  test(`readPickle reads ordered dictionaries, sets, tuples as keys and numpy's numbers: protocol ${protocol}`, () => {
    assert.deepEqual(
      readPickle(bytesOf("good", `containers, protocol ${protocol}`)),
      new Map<unknown, unknown>([
        [
          "ordered",
          new Map<unknown, unknown>([
            ["a", 1],
            [["b", 7], [2]],
          ]),
        ],
        ["set", [5]],
        [3, new Map()],
        ["numbers", [0.129306, 0.5, -7, 8]],
      ]),
    );
  });
}

test("readPickle reads what Python 2 wrote in protocol 2: strings are bytes, numbers follow each other", () => {
  const short = (text: string) => `U${String.fromCharCode(text.length)}${text}`;
  const state = `(K\x01K\x02\x85cnumpy\ndtype\n${short("u1")}K\x00K\x01\x87R(K\x03${short("|")}NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89`;
  const array = `cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85${short("b")}\x87R${state}${short("\x07\xff")}tb`;
  const read = readPickle(
    Buffer.from(`\x80\x02}q\x00(${short("data")}${array}${short("labels")}]q\x01K\x05au.`, "latin1"),
  );
  assert.ok(read instanceof Map);
  const data = read.get("data");
  assert.ok(isPickledArray(data));
  assert.deepEqual([data.shape, [...data.bytes], read.get("labels")], [[2], [7, 255], [5]]);
});

suite("readPickle refuses, naming the byte,", () => {
  const reasons: Record<string, RegExp> = {
    "os.system": /a call of posix\.system, which is not read/,
    "os.system, protocol 4": /a call of posix\.system/,
    "eval beside the data": /a call of builtins\.eval/,
    getattr: /a call of builtins\.getattr/,
    "another codec": /an encoding rot13/,
    "a class of its own": /a call of __main__\.Thing/,
    "an old class": /opcode 0x69/,
    "an object by its class": /a call of builtins\.object/,
    "an extension": /opcode 0x82/,
    "a persistent id": /opcode 0x51/,
    "an array of objects": /an array of type O8/,
    "an array of records": /an array of type V1/,
    "an array of dates": /an array of type M8/,
    "big-endian numbers": /big-endian/,
    "Fortran order": /Fortran order/,
    "an array of 2**40 bytes": /an array \[3,1099511627776\] of type u1 with 2,304 bytes/,
    "bytes of 4 GiB": /bytes left where 4,294,967,295 have to be/,
    "bytes of 2**60": /2 bytes left where 1,152,921,504,606,847,000 have to be/,
    "a string of 2**60": /2 bytes left where 1,152,921,504,606,847,000 have to be/,
    "a number of 2**31 bytes": /opcode 0x8b/,
    "a number of 200 bytes": /a whole number of more than six bytes/,
    "protocol 0": /opcode 0x64/,
    "cut off": /0 bytes left where 1 have to be/,
    "cut off in the pixels": /bytes left where 2,304 have to be/,
    nothing: /0 bytes left where 1 have to be/,
    "no pickle": /opcode 0x50/,
    "an empty stack": /nothing on its stack/,
    "no mark": /no mark/,
    "a mark": /nothing on its stack/,
    "an unknown reference": /a reference 7 to nothing/,
    "entries of a list": /entries of what is no dictionary/,
    "half an entry": /entries of what is no dictionary/,
    "a key that is None": /something else where a string has to be/,
    "a call of a number": /a call of what is no function/,
    "a state of a list": /a state of an object/,
  };
  test("in every stored case", () => assert.deepEqual(Object.keys(reasons).sort(), Object.keys(golden.bad).sort()));
  for (const [name, reason] of Object.entries(reasons)) {
    test(name, () => {
      const before = process.memoryUsage().rss;
      assert.throws(
        () => readPickle(bytesOf("bad", name)),
        (error) => {
          assert.ok(error instanceof RangeError);
          assert.match(error.message, /^at byte [\d,]+ it has /);
          assert.match(error.message, reason);
          return true;
        },
      );
      assert.ok(process.memoryUsage().rss - before < 2 ** 28, "claimed sizes are not allocated");
    });
  }
});

test("readPickle ends on lists that hold themselves, and refuses each pickle that is cut off", () => {
  const itself = readPickle(Buffer.from("\x80\x02]q\x00h\x00a.", "latin1")) as unknown[];
  assert.equal(itself[0], itself);
  const nested = `]${"q\0h\0\x86".repeat(60)}`; // each holds the last one twice
  assert.throws(
    () => readPickle(Buffer.from(`\x80\x02c_codecs\nencode\nX\x01\0\0\0a${nested}\x86R.`, "latin1")),
    /an encoding something else, which is not read/,
  );
  const whole = bytesOf("good", "values");
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readPickle(whole.subarray(0, length)), RangeError, `${length} bytes`);
  }
});
