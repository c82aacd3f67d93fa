import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend";
import { UserError } from "../../src/errors";
import { spaces } from "../../src/spaces";

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
  for (const [text, character, expected] of refused)
    assert.throws(
      () => space.parse(text),
      (error) =>
        error instanceof UserError &&
        expected.test(error.message) &&
        error.message.includes(`at character ${character}\n`),
    );
});

test("layers that are nothing may stand anywhere in their stage but in front", () => {
  const same = (a: string, b: string) => space.parse(a).isomorphic(space.parse(b));
  assert.ok(same("00101201", "00110210")); // 00|101|201 and 00|110|210
  assert.ok(!same("01000000", "10000000"));
  assert.ok(!same("00012000", "00021000"));
});
