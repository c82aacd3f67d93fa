import assert from "node:assert/strict";
import { test } from "node:test";
import { Categorical, Concrete, Dirichlet, Gaussian, kl, PointMass } from "../../src/distributions";
import { assertNear } from "./close";

test("a family's own pairs are its divergence, and say how it is computed", () => {
  const rows = [
    [new Dirichlet([0.9, 3]), new Dirichlet([1, 1]), "closed form"],
    [new Gaussian([0.4, -0.7], [1, 0.5]), new Gaussian([0, 0], [1, 1]), "closed form"],
    [new Categorical([0.4, -0.7]), new Categorical([0, 0]), "closed form"],
    [new PointMass([0.4, -0.7]), new PointMass([1.4, 0.3]), "closed form"],
    [new Concrete([0.4, -0.7], 0.5), new Concrete([0, 0], 1), "quadrature"],
  ] as const;
  for (const [p, q, kind] of rows)
    assert.deepEqual(kl(p, q), { value: p.kl(q as never), kind, standardError: 0 }, p.constructor.name);
});

test("between a Dirichlet and a Concrete it is sampled, and agrees with the integral over two categories", () => {
  // Of u = ln(x/(1 - x)): Beta(2, 3), whose B is 1/12, and the logistic variable of the Concrete.
  const [l0, l1, temperature] = [0.4, -0.7, 1.5];
  const sigmoid = (u: number) => 1 / (1 + Math.exp(-u));
  const beta = (u: number) => 12 * sigmoid(u) ** 2 * sigmoid(-u) ** 3;
  const concrete = (u: number) => {
    const z = temperature * u - (l0 - l1);
    return temperature * sigmoid(z) * sigmoid(-z);
  };
  const integral = (p: (u: number) => number, q: (u: number) => number) => {
    let sum = 0;
    for (let u = -40; u <= 40; u += 0.01) sum += 0.01 * p(u) * Math.log(p(u) / q(u));
    return sum;
  };
  const [p, q] = [new Dirichlet([2, 3]), new Concrete([l0, l1], temperature)];
  for (const [found, expected] of [
    [kl(p, q), integral(beta, concrete)],
    [kl(q, p), integral(concrete, beta)],
  ] as const) {
    assert.equal(found.kind, "Monte Carlo");
    assert.ok(expected > 0.05 && found.standardError < 0.02);
    assertNear(found.value, expected, 5 * found.standardError, "kl");
  }
  assert.deepEqual(kl(p, q), kl(p, q));
});

test("pairs without common samples are refused", () => {
  assert.throws(() => kl(new Gaussian([0, 0], [1, 1]), new Dirichlet([1, 1])), {
    name: "TypeError",
    message: /^kl: a Gaussian and a Dirichlet have no samples in common; the pairs are Dirichlet ‖ Dirichlet, Gaussian/,
  });
  assert.throws(() => kl(new PointMass([0, 0]), new Categorical([0, 0])), TypeError);
  assert.throws(() => kl(new Dirichlet([1, 1]), new Concrete([0, 0, 0], 1)), RangeError);
});
