import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../../src/backend";
import { tabularMethods } from "../../../src/methods";
import { type Architecture, spaces } from "../../../src/spaces";

const space = spaces.nasBench201();
const { "local-search": localSearch, smbo } = tabularMethods;

for (const step of ["best", "first"]) {
  test(`to the ${step} better neighbour: the first local optimum is better than all around it`, () => {
    const hash = ({ operations }: Architecture) =>
      operations.reduce((sum, o, e) => sum + ((o * 7 + e * 3) % 11), 0) - 6 * Number(operations[0] === operations[5]);
    const { evaluations } = localSearch.search(space, hash, 2000, { step }, new RandomStream(2));
    const { best } = localSearch.search(space, hash, 2000, { step }, new RandomStream(2));
    assert.ok(best.architecture.neighbours().every((neighbour) => hash(neighbour) <= best.accuracy));
    assert.equal(new Set(evaluations.map(({ architecture }) => architecture.index)).size, evaluations.length);
  });
}

test("methods that ask for nothing twice end when they know the whole space", () => {
  const { evaluations } = localSearch.search(space, ({ index }) => index % 101, 20_000, {}, new RandomStream(0));
  assert.equal(evaluations.length, space.size);
});

test("a surrogate's search asks for nothing twice", () => {
  const { evaluations } = smbo.search(space, ({ index }) => index % 101, 300, {}, new RandomStream(0));
  assert.equal(new Set(evaluations.map(({ architecture }) => architecture.index)).size, 300);
});
