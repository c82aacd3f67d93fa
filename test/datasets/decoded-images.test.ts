import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { DecodedImages } from "../../src/datasets/decoded-images";

test("never more images than the capacity are kept, and never more than four are being decoded", async () => {
  const images = new DecodedImages(5);
  let [decoding, most, mostHeld, decoded] = [0, 0, 0, 0];
  const decode = async () => {
    most = Math.max(most, ++decoding);
    mostHeld = Math.max(mostHeld, images.held);
    await pause(decoded++ % 3);
    decoding--;
    return new Uint8Array(1);
  };
  const uses: number[] = [];
  const keys = Array.from({ length: 90 }, (_, i) => i % 30);
  await Promise.all([
    ...keys.map((key) => images.keeping(String(key), decode, () => void uses.push(key))),
    ...keys.map((key) => images.once(decode, () => void uses.push(key))),
  ]);
  assert.equal(most, 4);
  assert.ok(mostHeld <= 9, `${mostHeld} held`);
  assert.equal(images.held, 5);
  assert.deepEqual(
    uses.sort((a, b) => a - b),
    [...keys, ...keys].sort((a, b) => a - b),
  );
});

test("what was used last is kept and not decoded again", async () => {
  const images = new DecodedImages(2);
  const decoded: string[] = [];
  const use = (key: string) =>
    images.keeping(
      key,
      async () => Buffer.from(decoded.push(key) ? key : ""),
      (pixels) => assert.equal(String(pixels), key),
    );
  for (const key of ["a", "b", "a", "c", "a", "b", "c"]) await use(key);
  assert.deepEqual(decoded, ["a", "b", "c", "b", "c"]);
});

test("a failure lets the next one decode", async () => {
  const images = new DecodedImages(1);
  const results = await Promise.allSettled(
    Array.from({ length: 9 }, (_, i) =>
      images.once(
        async () => {
          if (i < 6) throw new Error("damaged");
          return new Uint8Array(1);
        },
        () => {},
      ),
    ),
  );
  assert.deepEqual(
    results.map(({ status }) => status),
    [...Array(6).fill("rejected"), ...Array(3).fill("fulfilled")],
  );
  assert.equal(images.held, 0);
});
