import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { encodePng } from "../../src/display/png";
import { decodePng } from "./decode-png";

for (const channels of [1, 3] as const) {
  test(`encodePng keeps every pixel of ${channels} channels`, () => {
    const [height, width] = [5, 7];
    const stream = new RandomStream(0, "pixels");
    const pixels = Uint8Array.from({ length: height * width * channels }, () => stream.below(256));
    const decoded = decodePng(encodePng(pixels, height, width, channels));
    assert.deepEqual([decoded.width, decoded.height], [width, height]);
    for (let i = 0; i < height * width; i++) {
      const [red, green, blue] = [0, 1, 2].map((c) => pixels[i * channels + (channels === 3 ? c : 0)]);
      assert.deepEqual([...decoded.pixels.subarray(4 * i, 4 * i + 4)], [red, green, blue, 255], `pixel ${i}`);
    }
  });
}
