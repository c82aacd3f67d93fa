import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { spaces } from "../../src/spaces";
import { assertRefusedAt } from "./refused";

const space = spaces.nasBench201();
const drnas = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";

test("five operations on six edges make 15,625 architectures", () => {
  assert.equal(space.size, 15_625);
  assert.deepEqual(
    space.edges.map(({ name }) => name),
    ["1<-0", "2<-0", "2<-1", "3<-0", "3<-1", "3<-2"],
  );
});

test("every index gives an architecture whose string parses to it and whose index it is", () => {
  const strings = new Set<string>();
  for (let index = 0; index < space.size; index++) {
    const architecture = space.at(index);
    assert.equal(architecture.index, index);
    assert.ok(space.parse(architecture.toString()).equals(architecture));
    strings.add(architecture.toString());
  }
  assert.equal(strings.size, space.size);
});

test("the order is the benchmark's", () => {
  // index and string as the benchmark's interface prints them
  assert.equal(
    space.at(0).toString(),
    "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
  );
  assert.equal(
    space.at(1).toString(),
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|",
  );
  assert.equal(
    space.at(1835).toString(),
    "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|",
  );
  assert.equal(space.parse(drnas).index, 9930);
});

test("samples are uniform over operations on every edge, and follow the seed", () => {
  const stream = new RandomStream(0);
  const counts = space.edges.map(() => new Array(5).fill(0));
  const draws = 10_000;
  for (let k = 0; k < draws; k++)
    for (const [e, operation] of space.sample(stream).operations.entries()) counts[e][operation]++;
  const deviation = Math.sqrt(draws * 0.2 * 0.8);
  for (const count of counts.flat()) assert.ok(Math.abs(count - draws / 5) < 4.5 * deviation, String(counts));
  assert.ok(space.sample(new RandomStream(7)).equals(space.sample(new RandomStream(7))));
});

test("an architecture has 24 neighbours, each a single edge away and all different", () => {
  const neighbours = space.parse(drnas).neighbours();
  assert.equal(new Set(neighbours.map(String)).size, 24);
  for (const { operations } of neighbours) {
    assert.equal(operations.filter((operation, e) => operation !== space.parse(drnas).operations[e]).length, 1);
  }
});

test("6,466 of the cells differ as the benchmark tells them apart", () => {
  // the paper's figure
  const all = Array.from({ length: space.size }, (_, index) => space.at(index));
  assert.equal(new Set(all.map(({ canonical }) => canonical)).size, 6466);
  const [a, b] = [
    "|nor_conv_1x1~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|",
    "|nor_conv_1x1~0|+|none~0|none~1|+|none~0|avg_pool_3x3~1|none~2|",
  ].map((text) => space.parse(text));
  assert.ok(!a.equals(b));
  assert.equal(a.canonical, "#+#+(#+(0)@nor_conv_1x1)@avg_pool_3x3");
  assert.ok(!a.isomorphic(b), "a sum with nothing counts as another to the benchmark");
  const [c, d] = [
    "|skip_connect~0|+|nor_conv_3x3~0|none~1|+|none~0|none~1|skip_connect~2|",
    "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|skip_connect~2|",
  ].map((text) => space.parse(text));
  assert.ok(c.isomorphic(d));
});

const malformed: [text: string, character: number, expected: RegExp][] = [
  [drnas.replace("skip_connect", "conv"), 51, /one of none, skip_connect/],
  [drnas.replace("~2|", "~1|"), 93, /"~2\|"/],
  [`${drnas}+`, drnas.length + 1, /the end/],
  ["", 1, /"\|"/],
];
for (const [text, character, expected] of malformed) {
  test(`"${text}" is refused at character ${character}`, () => {
    assertRefusedAt(space, text, character, expected);
  });
}

test("wrong numbers are refused with what is allowed", () => {
  assert.throws(() => space.at(15_625), /from 0 to 15624, got 15625/);
  assert.throws(() => space.architecture([0, 1]), /each of 6 edges, got 2/);
  assert.throws(() => space.architecture([0, 0, 0, 0, 0, 5]), /edge 3<-2 must be one of 0 \(none\), .*, got 5/);
});
