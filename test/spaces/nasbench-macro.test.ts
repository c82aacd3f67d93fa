import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomStream, useBackend } from "../../src/backend";
import { packageRoot } from "../../src/root";
import { designOf, spaces } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { close } from "../supernet/close";
import { assertRefusedAt } from "./refused";

const space = spaces.nasBenchMacro();

test("eight layers of three operations; the first of each of the three stages halves the maps", () => {
  assert.equal(space.size, 6561);
  const cells = space.layers(space.finalSize).filter(({ kind }) => kind === "cell");
  assert.deepEqual(
    cells.map(({ output: { height, channels } }) => [height, channels]),
    [...new Array(2).fill([16, 64]), ...new Array(3).fill([8, 128]), ...new Array(3).fill([4, 256])],
  );
});

// The authors' data/nas-bench-macro_cifar10.json
test("networks cost what the benchmark tells of them", () => {
  const costs = {
    "00000000": [387_882, 7_713_280],
    "02012100": [890_666, 47_327_744],
    "22222222": [2_932_586, 105_660_928],
  };
  for (const [digits, [parameters, multiplyAdds]] of Object.entries(costs)) {
    const cost = space.parse(digits).cost();
    assert.deepEqual([cost.parameters, cost.multiplyAdds], [parameters, multiplyAdds], digits);
  }
});

test("architectures are written as digits", () => {
  const stream = new RandomStream(0);
  for (let k = 0; k < 10; k++) {
    const architecture = space.sample(stream);
    assert.match(String(architecture), /^[012]{8}$/);
    assert.ok(space.parse(String(architecture)).equals(architecture));
  }
  const refused: [text: string, character: number, expected: RegExp][] = [
    ["0120", 5, /0, 1 or 2, the operation of layer 2\.3/],
    ["01234567", 4, /0, 1 or 2, the operation of layer 2\.2/],
    ["000000000", 9, /the end/],
  ];
  for (const [text, character, expected] of refused) assertRefusedAt(space, text, character, expected);
});

test("layers that are nothing may stand anywhere in their stage but in front", () => {
  const same = (a: string, b: string) => space.parse(a).isomorphic(space.parse(b));
  assert.ok(same("00101201", "00110210")); // 00|101|201 and 00|110|210
  assert.ok(!same("01000000", "10000000"));
  assert.ok(!same("00012000", "00021000"));
});

/** As nasbench_macro.py makes weights and images up. */
function madeUp(name: string, shape: readonly number[]): Float32Array {
  const shift = Array.from(name).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const [scale, base] = shape.length === 1 ? [0.2, name.endsWith("weight") ? 1 : 0] : [0.5, 0];
  const length = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, (_, k) => base + scale * Math.sin(0.7 * k + shift));
}

test("its networks compute what PyTorch's do, test/golden/nasbench_macro.py", async () => {
  await useBackend("native");
  const golden: Record<string, number[][]> = JSON.parse(
    readFileSync(join(packageRoot, "test/golden/nasbench_macro.json"), "utf8"),
  );
  for (const [digits, logits] of Object.entries(golden)) {
    const size = { channels: 2, cells: 1, image: [16, 16, 3], classes: 3 } as const;
    const network = new Network(designOf(space.parse(digits)), size, new RandomStream(0));
    const state = network.parameters.stateDict();
    for (const [name, tensor] of state)
      if (/(weight|bias)$/.test(name)) state.set(name, { ...tensor, data: madeUp(name, tensor.shape) });
    network.parameters.loadStateDict(state);
    tf.tidy(() => {
      const images = tf.tensor4d(madeUp("images", [8, 3, 16, 16]), [8, 3, 16, 16]).transpose([0, 2, 3, 1]);
      close(network.forward(images as tf.Tensor4D, "training").logits.dataSync(), logits.flat(), digits);
    });
    network.dispose();
  }
});
