import assert from "node:assert/strict";
import { test } from "node:test";
import { spacesByName } from "../../src/spaces";
import { searchBytes } from "../../src/supernet";

test("the estimate is within a quarter of what fresh processes took", () => {
  type Measured = [
    backend: "native" | "wasm",
    space: string,
    channels: number,
    cells: number,
    batch: number,
    partialChannels: number,
    megabytes: number,
  ];
  const measured: Measured[] = [
    ["wasm", "darts", 8, 8, 8, 1, 2168],
    ["wasm", "darts", 8, 8, 4, 1, 1205],
    ["wasm", "darts", 8, 4, 8, 1, 1169],
    ["wasm", "darts", 8, 8, 8, 4, 942],
    ["wasm", "1shot1-1", 16, 9, 8, 1, 1213],
    ["wasm", "1shot1-3", 16, 9, 8, 1, 1522],
    ["wasm", "s2", 16, 8, 8, 1, 1480],
    ["wasm", "s4", 16, 8, 4, 1, 784],
    ["wasm", "nasbench201", 16, 1, 16, 1, 556],
    ["wasm", "darts-imagenet", 8, 14, 2, 1, 1019],
    ["native", "nasbench201", 16, 1, 64, 1, 495],
    ["native", "nasbench201", 16, 1, 256, 1, 1128],
    ["native", "nasbench201", 32, 1, 64, 1, 759],
    ["native", "nasbench201", 16, 5, 64, 1, 1253],
    ["native", "nasbench201", 16, 1, 64, 4, 414],
    ["native", "nasbench201", 16, 5, 64, 4, 621],
    ["native", "darts", 16, 8, 16, 1, 1197],
    ["native", "darts", 16, 8, 64, 1, 2736],
    ["native", "darts", 16, 8, 32, 4, 1072],
    ["native", "darts", 16, 5, 32, 1, 1173],
    ["native", "darts", 4, 8, 4, 1, 679],
    ["native", "s1", 16, 8, 32, 1, 687],
    ["native", "s2", 16, 8, 32, 1, 866],
    ["native", "s4", 16, 8, 16, 1, 685],
    ["native", "s3", 16, 8, 32, 1, 862],
    ["native", "1shot1-1", 16, 9, 32, 1, 945],
    ["native", "1shot1-2", 16, 9, 32, 1, 945],
    ["native", "1shot1-3", 16, 9, 32, 1, 1149],
    ["native", "1shot1-1", 16, 9, 64, 4, 1106],
    ["native", "darts-imagenet", 16, 8, 16, 1, 1203],
    ["native", "darts-imagenet", 48, 14, 8, 1, 2797],
    ["wasm", "nasbench201", 16, 1, 64, 1, 1798],
    ["wasm", "nasbench201", 16, 1, 32, 1, 980],
    ["wasm", "nasbench201", 8, 1, 64, 1, 970],
    ["wasm", "nasbench201", 8, 2, 64, 1, 1691],
    ["wasm", "nasbench201", 16, 1, 64, 2, 1305],
    ["wasm", "nasbench201", 16, 1, 64, 4, 866],
    ["wasm", "nasbench201", 16, 1, 32, 4, 505],
    ["wasm", "nasbench201", 8, 1, 64, 4, 511],
    ["wasm", "nasbench201", 8, 2, 64, 4, 802],
  ];
  for (const [backend, name, channels, cells, batch, partialChannels, megabytes] of measured) {
    const { image, classes } = spacesByName[name];
    const size = { channels, cells, partialChannels, image, classes };
    const ratio = searchBytes(spacesByName[name], size, batch, backend) / megabytes / 1e6;
    const what = `${backend}, ${name}, C=${channels}, N=${cells}, B=${batch}, K=${partialChannels}`;
    assert.ok(Math.abs(ratio - 1) < 0.25, `${what}: ${ratio}`);
  }
});
