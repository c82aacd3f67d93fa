import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { spaces } from "../../src/spaces";

const space = spaces.chain();

test("six blocks in the first layer of each stage, or nothing in the fifteen others", () => {
  assert.equal(space.edges.length, 21);
  assert.equal(space.size, 6 ** 6 * 7 ** 15);
  const skips = space.edges.filter(({ candidates }) => candidates.includes(space.operations.indexOf("skip_connect")));
  assert.equal(skips.length, 15);
  assert.ok(skips.every(({ cell }) => !cell.endsWith(".1")));
  assert.equal(spaces.chain({ layers: 1 }).size, 6 ** 6);
  assert.equal(spaces.chain({ layers: 1 }), spaces.chain({ layers: 1 }));
});

// The network for phones that the authors published (github.com/mit-han-lab/proxylessnas); "0": the layer is left out
const mobile = ["5/3 3/3 0 0", "7/3 3/3 5/3 5/3", "7/6 5/3 5/3 5/3", "5/6 5/3 5/3 5/3", "7/6 7/6 7/3 7/3", "7/6"]
  .map((stage) =>
    stage
      .split(" ")
      .map((layer) => layer.replace(/(\d)\/(\d)/, "mbconv_$1x$1_$2").replace(/^0$/, "skip_connect"))
      .join(","),
  )
  .join("|");

test("ProxylessNAS's network for phones costs what its authors' log says: 4.08 M parameters, 320.4 M multiply-adds", () => {
  const { parameters, multiplyAdds } = space.parse(mobile).cost();
  assert.equal(parameters, 4_080_512);
  assert.equal(Math.round(multiplyAdds / 1e5) / 10, 320.4);
});

test("the maps are halved five times, of small images three times", () => {
  const heights = (image: readonly [number, number, number]) =>
    space.layers({ ...space.finalSize, image }).map(({ output: { height } }) => height);
  const large = heights([224, 224, 3]);
  assert.deepEqual([large[0], large[2], large[6], large[10], large[14], large.at(-2)], [112, 56, 28, 14, 14, 7]);
  const small = heights([32, 32, 3]);
  assert.deepEqual([small[0], small[2], small[6], small[10], small[14], small.at(-2)], [32, 32, 16, 8, 8, 4]);
});

test("widths follow the channels in multiples of 8", () => {
  const widths = (channels: number) =>
    space.layers({ ...space.finalSize, channels }).map(({ output: { channels } }) => channels);
  assert.deepEqual(widths(32).slice(0, 3), [32, 16, 32]);
  assert.deepEqual(widths(32).slice(-3), [320, 1280, 1000]);
  assert.deepEqual(widths(16).slice(0, 3), [16, 8, 16]);
  assert.ok(widths(20).every((width) => width % 8 === 0));
});

test("architectures are printed in stages and parse to themselves", () => {
  const stream = new RandomStream(2);
  for (let k = 0; k < 20; k++) {
    const architecture = space.sample(stream);
    assert.ok(space.parse(String(architecture)).equals(architecture));
  }
  assert.equal(String(space.parse(mobile)), mobile);
  const refused: [text: string, character: number, expected: RegExp][] = [
    ["skip_connect", 1, /one of mbconv_3x3_3, .* in layer 1\.1/],
    [mobile.replace("|", ","), mobile.indexOf("|") + 1, /"\|"/],
    [`${mobile},skip_connect`, mobile.length + 1, /the end/],
  ];
  for (const [text, character, expected] of refused)
    assert.throws(
      () => space.parse(text),
      (error) =>
        error instanceof SyntaxError &&
        expected.test(error.message) &&
        error.message.includes(`at character ${character}\n`),
    );
});

test("other numbers of layers are refused", () => {
  assert.throws(() => space.layers({ ...space.finalSize, cells: 2 }), /cells must be 4, .*layers: 2/);
  assert.throws(() => spaces.chain({ layers: 0 }), /whole number from 1 to 8, got 0/);
});
