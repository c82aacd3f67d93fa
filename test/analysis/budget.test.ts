import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { drawBounded, effectiveSamples, probabilityUnder } from "../../src/analysis";
import { RandomStream } from "../../src/backend/random";
import { CellDistribution, Dirichlet } from "../../src/distributions";
import { type Architecture, type SearchSpace, spaces } from "../../src/spaces";

const dirichlet = (space: SearchSpace, seed: number) => {
  const stream = new RandomStream(seed, "concentrations");
  return new CellDistribution(
    space.edges.map(({ name }) => name),
    space.operations,
    space.edges.map(({ candidates }) => new Dirichlet(candidates.map(() => 0.5 + 3 * stream.uniform()))),
    space.edges.map(({ candidates }) => candidates),
  );
};

const nasBench201 = spaces.nasBench201();
const distribution = dirichlet(nasBench201, 1);
const turn = async () => {};
/** Cheap to compute, and like costs: a sum over edges. */
const convolutions = ({ operations }: Architecture) => operations.reduce((sum, o) => sum + [0, 0, 1, 9, 0.1][o], 0);

const draws = (exhaustive: boolean, most: number, samples: number, seed = 0) =>
  drawBounded({
    distribution,
    space: nasBench201,
    cost: convolutions,
    most,
    samples,
    exhaustive,
    stream: new RandomStream(seed),
    turn,
  });

suite("draws under a bound", () => {
  test("the probabilities of all architectures add up to 1", () => {
    const probability = probabilityUnder(distribution, nasBench201)!;
    const total = Array.from({ length: nasBench201.size }, (_, k) => probability(nasBench201.at(k))).reduce(
      (a, b) => a + b,
    );
    assert.ok(Math.abs(total - 1) < 1e-9);
  });

  test("exact draws and a Markov chain's have the conditional distribution, which enumeration tells", async () => {
    const probability = probabilityUnder(distribution, nasBench201)!;
    const all = Array.from({ length: nasBench201.size }, (_, k) => nasBench201.at(k));
    const most = 4; // no 3 × 3 convolution
    const allowed = all.filter((architecture) => convolutions(architecture) <= most);
    const mass = allowed.reduce((sum, architecture) => sum + probability(architecture), 0);
    const mean = allowed.reduce((sum, each) => sum + probability(each) * convolutions(each), 0) / mass;
    const deviation = Math.sqrt(
      allowed.reduce((sum, each) => sum + probability(each) * (convolutions(each) - mean) ** 2, 0) / mass,
    );
    for (const exhaustive of [true, false]) {
      const found = await draws(exhaustive, most, 1500);
      assert.equal(found.exact, exhaustive);
      assert.equal(found.architectures.length, 1500);
      const costs = found.architectures.map(convolutions);
      assert.ok(costs.every((cost) => cost <= most));
      const average = costs.reduce((a, b) => a + b) / costs.length;
      const error = deviation / Math.sqrt(found.effectiveSamples);
      assert.ok(Math.abs(average - mean) < 4 * error, `${average}, expected ${mean} ± ${error}`);
      const spread = exhaustive ? 1e-9 : 4 * Math.sqrt((mass * (1 - mass)) / 500);
      assert.ok(Math.abs(found.probability - mass) <= spread, `${found.probability}, expected ${mass}`);
      assert.ok(found.effectiveSamples > 300 && found.effectiveSamples <= 1500, String(found.effectiveSamples));
    }
  });

  test("on DARTS's space, whose edges are kept by comparison, a rare bound is met", async () => {
    const darts = spaces.darts();
    const small = { channels: 4, cells: 3, image: [8, 8, 3], classes: 10 } as const;
    const cost = (architecture: Architecture) => architecture.cost(small).parameters;
    const drawn = (most: number, samples: number) =>
      drawBounded({
        distribution: dirichlet(darts, 2),
        space: darts,
        cost,
        most,
        samples,
        exhaustive: true,
        stream: new RandomStream(0),
        turn,
      });
    const any = await drawn(Number.MAX_VALUE, 60);
    const costs = any.architectures.map(cost).sort((a, b) => a - b);
    const most = costs[1]; // about a thirtieth
    const found = await drawn(most, 20);
    assert.equal(found.exact, false);
    assert.ok(found.architectures.every((architecture) => cost(architecture) <= most));
    assert.ok(found.probability < 0.2);
  });

  test("a bound below all is refused with the cheapest, and the same seed draws the same", async () => {
    for (const exhaustive of [true, false])
      await assert.rejects(draws(exhaustive, -1, 3), /costs at most -1; the cheapest that was found costs 0/);
    const keys = async (seed: number) => (await draws(false, 10, 20, seed)).architectures.map(({ key }) => key);
    assert.deepEqual(await keys(5), await keys(5));
    assert.notDeepEqual(await keys(5), await keys(6));
  });
});

test("the effective sample size of independent numbers is their count, of an autoregression n (1 - a) / (1 + a)", () => {
  const stream = new RandomStream(0, "chain");
  const n = 4000;
  const autoregression = (a: number) => {
    let x = 0;
    return Array.from({ length: n }, () => (x = a * x + Math.sqrt(1 - a * a) * stream.normal()));
  };
  for (const a of [0, 0.5, 0.8]) {
    const expected = (n * (1 - a)) / (1 + a);
    const found = effectiveSamples(autoregression(a));
    assert.ok(Math.abs(found / expected - 1) < 0.25, `${a}: ${found}, expected ${expected}`);
  }
  assert.equal(effectiveSamples([2, 2, 2]), 1);
});
