import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, unpack } from "../../src/runs/pack";
import { decodeSafetensors, encodeSafetensors } from "../../src/supernet";

/** Through the bytes of both files. */
function through(value: unknown): unknown {
  const { json, tensors } = pack(value);
  return unpack({
    json: JSON.parse(JSON.stringify(json)),
    tensors: decodeSafetensors(encodeSafetensors(tensors), "a file"),
  });
}

test("plain values come back bit for bit, arrays of numbers and what JSON has no word for included", () => {
  const value = {
    numbers: [0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 5e-324, 2 ** 53],
    nothing: null,
    text: "ü\n",
    big: 12345678901234567890n,
    parameters: Float64Array.of(-0, 1 / 3, Number.NaN),
    nested: [{ weights: { shape: [2, 1], data: Float32Array.of(1.5, -2.25) } }, { empty: new Float64Array(0) }],
    counts: BigInt64Array.of(-1n, 2n ** 62n),
    ["__proto__"]: 3,
    own: Object.fromEntries([["__proto__", Float64Array.of(7)]]),
  };
  const back = through(value) as typeof value;
  assert.deepEqual(back, value);
  assert.ok(Object.is(back.numbers[1], -0));
  assert.deepEqual([...pack(value).tensors.keys()].slice(0, 2), ["parameters", "nested.0.weights"]);
});

test("what is not plain is refused by its place, and a tensor that is missing", () => {
  assert.throws(() => pack({ memory: { update: new Map() } }), /memory\.update is \[object Map\]/);
  assert.throws(() => pack({ f: () => 1 }), /f is \[object Function\]/);
  assert.throws(() => unpack({ json: { $array: "gone" }, tensors: new Map() }), /"gone" is missing/);
});
