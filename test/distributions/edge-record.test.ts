import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Categorical,
  Concrete,
  Dirichlet,
  distributionOf,
  Gaussian,
  PointMass,
  recordOf,
} from "../../src/distributions";

const logits = [0.1, -2, 3 / 7];

for (const row of [
  new Dirichlet([0.1, 2, 3 / 7]),
  new Gaussian(logits, [1, 1e-3, 2]),
  new Concrete(logits, 0.3),
  new Categorical(logits),
  new PointMass(logits),
])
  test(`a ${row.constructor.name} comes back from its record as JSON, to the last bit`, () => {
    const back = distributionOf(JSON.parse(JSON.stringify(recordOf(row))));
    assert.equal(back.constructor, row.constructor);
    assert.deepEqual(back, row);
    assert.deepEqual(back.mean(), row.mean());
  });
