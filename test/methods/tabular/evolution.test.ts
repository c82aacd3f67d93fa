import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../../src/backend";
import { evolution } from "../../../src/methods/tabular/evolution";
import { spaces } from "../../../src/spaces";

test("a child differs in one edge from one that is still alive", () => {
  const population = 5;
  const { evaluations } = evolution.search(
    spaces.nasBench201(),
    ({ index }) => index % 97,
    80,
    { population, tournament: 2 },
    new RandomStream(0),
  );
  for (let k = population; k < evaluations.length; k++) {
    const neighbours = evaluations[k].architecture.neighbours();
    const alive = evaluations.slice(k - population, k);
    assert.ok(
      alive.some(({ architecture }) => neighbours.some((neighbour) => neighbour.equals(architecture))),
      `evaluation ${k}`,
    );
  }
});

test("the oldest dies even if it is the best", () => {
  let asked = 0;
  const first = () => (asked++ === 0 ? 100 : asked % 2); // nothing is as good as the first ever again
  const { evaluations } = evolution.search(
    spaces.nasBench201(),
    first,
    200,
    { population: 4, tournament: 20 },
    new RandomStream(1),
  );
  const neighbours = evaluations[0].architecture.neighbours();
  const children = evaluations.slice(4, 8).filter(({ architecture }) => neighbours.some((n) => n.equals(architecture)));
  assert.ok(children.length >= 1, "it has a child while it lives");
  const late = evaluations.slice(100).filter(({ architecture }) => neighbours.some((n) => n.equals(architecture)));
  assert.ok(late.length < 20, `${late.length} of 100 late ones are its neighbours`);
});
