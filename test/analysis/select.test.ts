import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { probabilityUnder, Selection, scoreArchitectures, select } from "../../src/analysis";
import { Categorical, CellDistribution, Dirichlet, type EdgeDistribution, Gaussian } from "../../src/distributions";
import { defineProxy } from "../../src/proxies";
import { type Architecture, spaces } from "../../src/spaces";

const space = spaces.nasBench201();
const names = space.edges.map(({ name }) => name);
const size = { channels: 4, cells: 1, image: [8, 8, 3], classes: 10 } as const;
const batch = { images: new Float32Array(2 * 8 * 8 * 3).fill(0.5), labels: Int32Array.of(0, 1) };

const told = { formula: "", source: "", cost: "", needs: [] } as const;
/** How many 3 × 3 convolutions there are, by the parameters that they have. */
const convolutions = defineProxy({
  ...told,
  name: "convolutions",
  better: "higher",
  score: ({ cost }) => cost.parameters,
});
const cheap = defineProxy({ ...told, name: "cheap", better: "lower", score: ({ cost }) => cost.multiplyAdds });
const common = { data: batch, size, proxies: [convolutions] };

suite("select", () => {
  test("draws as often as the distribution says, scores each once, and puts the best first", async () => {
    const distribution = new CellDistribution(
      names,
      space.operations,
      names.map((_, e) => new Dirichlet(e === 0 ? [1, 1, 1, 3, 1] : [0.02, 6, 0.02, 0.02, 0.02])),
    );
    const selection = await select(distribution, { ...common, space, samples: 400, seed: 1 });
    assert.ok(selection instanceof Selection && selection.exact);
    const { candidates } = selection;
    assert.equal(
      candidates.reduce((sum, { draws }) => sum + draws, 0),
      400,
    );
    assert.equal(new Set(candidates.map(({ architecture }) => architecture.key)).size, candidates.length);
    const probability = probabilityUnder(distribution, space)!;
    for (const candidate of candidates) {
      const p = probability(candidate.architecture);
      assert.equal(candidate.probability, p);
      assert.ok(Math.abs(candidate.draws - 400 * p) <= 4 * Math.sqrt(400 * p * (1 - p)) + 1);
    }
    const scores = candidates.map(({ scores }) => scores.convolutions!);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    assert.equal(selection.best, candidates[0].architecture);
  });

  test("several proxies are combined by ranks, in the direction of each; no other beats the front in both", async () => {
    const selection = await select(space, { ...common, proxies: [convolutions, cheap], samples: 60 });
    for (const { combined } of selection.candidates) assert.ok(combined > 0 && combined <= 1);
    const { candidates, front } = selection;
    for (const each of front)
      assert.ok(!candidates.some(({ cost, combined }) => cost <= each.cost && combined > each.combined));
    const weighted = await select(space, {
      ...common,
      proxies: [convolutions, cheap],
      samples: 60,
      combination: { cheap: 1 },
    });
    const cost = ({ scores }: Selection["candidates"][number]) => scores.cheap!;
    assert.equal(cost(weighted.candidates[0]), Math.min(...weighted.candidates.map(cost)));
  });

  test("keeps to a budget, and says how probable it was", async () => {
    const most = space.architecture([1, 1, 1, 1, 1, 3]).cost(size).parameters;
    const { candidates, budget } = await select(space, {
      ...common,
      samples: 40,
      budget: { cost: "parameters", most },
    });
    assert.ok(candidates.every(({ cost }) => cost <= most));
    assert.ok(budget!.exact && budget!.probability > 0 && budget!.probability < 1);
    const total = candidates.reduce((sum, { probability }) => sum + probability, 0);
    assert.ok(total > 0 && total <= 1 + 1e-9);
  });

  test("any distribution serves, on a space with edges that are kept by comparison too", async () => {
    const darts = spaces.s2();
    const rows = {
      gaussian: darts.edges.map(() => new Gaussian([0, 0], [1, 1])),
      categorical: darts.edges.map(() => new Categorical([0, 0])),
    };
    for (const [kind, some] of Object.entries(rows)) {
      const distribution = new CellDistribution<EdgeDistribution>(
        darts.edges.map(({ name }) => name),
        darts.operations,
        some,
        darts.edges.map(({ candidates }) => candidates),
      );
      const own = { ...size, cells: 3 };
      const { candidates, exact } = await select(distribution, { ...common, size: own, space: darts, samples: 30 });
      assert.equal(exact, false);
      assert.ok(candidates.length > 20, kind); // 30 draws of more than 10^8 architectures
      assert.ok(Math.abs(candidates.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-9);
    }
  });

  test("an interrupt leaves what was scored, the same seed selects the same", async () => {
    const controller = new AbortController();
    const stopped = await select(space, {
      ...common,
      samples: 50,
      signal: controller.signal,
      progress: ({ done }) => done === 7 && controller.abort(),
    });
    assert.equal(stopped.table.interrupted, true);
    assert.equal(stopped.candidates.length, 7);
    const best = async (seed: number) => (await select(space, { ...common, samples: 10, seed })).best.key;
    assert.equal(await best(3), await best(3));
  });

  test("an interrupt ends the drawing too; what is wrong is said before anything is scored", async () => {
    let scored = 0;
    const counting = defineProxy({ ...told, name: "counting", better: "higher", score: () => ++scored });
    const controller = new AbortController();
    const slow = (architecture: Architecture) => {
      controller.abort();
      return architecture.index;
    };
    const asked = { ...common, proxies: [counting], signal: controller.signal };
    await assert.rejects(select(space, { ...asked, budget: { cost: slow, most: 1e4 } }), /interrupted while drawing/);
    await assert.rejects(select(space, { ...common, proxies: [counting], combination: "mean" as never }), /"mean"/);
    assert.equal(scored, 0);
  });

  test("what makes no sense is refused", async () => {
    const distribution = new CellDistribution(
      names,
      space.operations,
      names.map(() => new Dirichlet([1, 1, 1, 1, 1])),
    );
    await assert.rejects(select(distribution, common), /say which space it is of/);
    await assert.rejects(
      select(distribution, { ...common, space: spaces.darts() }),
      /6 edges .* DARTS has 28|give the space/,
    );
    const lone = space.only(["nor_conv_3x3"]);
    await assert.rejects(select(lone, common), /edge 1<-0 of NAS-Bench-201 has one candidate/);
    await assert.rejects(select(space, { ...common, samples: 0 }), /samples must be a positive whole number, got 0/);
    await assert.rejects(
      select(space, { ...common, budget: { cost: "parameters", most: 1 } }),
      /cheapest that was found costs/,
    );
    await assert.rejects(
      select(space, { ...common, budget: { cost: "size" as never, most: 1 } }),
      /budget.cost "size" is unknown/,
    );
    await assert.rejects(
      select(space, { ...common, combination: { naswot: 1 } }),
      /a weight for "naswot" and no score/,
    );
    await assert.rejects(select(space, { ...common, proxies: ["naswto"] }), /did you mean naswot/);
    await assert.rejects(select("nasbench201" as never, common), /give a run, its distribution, or a search space/);
  });
});

suite("scoreArchitectures", () => {
  const architectures = [
    [0, 0, 0, 0, 0, 0],
    [3, 1, 1, 1, 1, 1],
    [3, 3, 1, 1, 1, 1],
  ].map((picks) => space.architecture(picks));

  test("architectures that are one network are scored once, and rows that are known are not scored again", async () => {
    let scored = 0;
    const counting = defineProxy({ ...told, name: "counting", better: "higher", score: () => ++scored });
    // a convolution that two paths share, and two convolutions: NAS-Bench-201's canonical form takes both for one
    const twins = [space.architecture([3, 0, 1, 0, 1, 4]), space.architecture([0, 3, 0, 3, 1, 4])];
    assert.ok(twins[0].isomorphic(twins[1]));
    assert.notEqual(twins[0].cost(size).parameters, twins[1].cost(size).parameters);
    const same = [space.architecture([0, 1, 0, 3, 0, 0]), space.architecture([0, 2, 0, 3, 0, 0])]; // node 2 leads nowhere
    assert.equal(same[0].canonical, same[1].canonical);
    const table = await scoreArchitectures([...twins, ...same], { ...common, proxies: [counting] });
    assert.equal(scored, 3);
    assert.deepEqual(table.of("counting"), [1, 2, 3, 3]);
    const kept: string[] = [];
    const row = ({ architecture }: { architecture: Architecture }) => void kept.push(architecture.key);
    await scoreArchitectures([...twins, ...same], {
      ...common,
      proxies: [counting],
      known: table.rows.slice(0, 3),
      row,
    });
    assert.equal(scored, 3);
    assert.deepEqual(kept, [same[1].key]);
  });

  test("a batch of images of another shape is refused, and proxies that need no images need no data", async () => {
    const other = { images: new Float32Array(2 * 4 * 4 * 3), labels: Int32Array.of(0, 1) };
    const asked = { ...common, data: other, proxies: ["naswot"] };
    await assert.rejects(scoreArchitectures(architectures, asked), /holds no images of \[8,8,3\]/);
    const { settings } = await scoreArchitectures(architectures, { proxies: ["params"] });
    assert.equal(settings.images, 0);
  });

  test("scores are means over draws of the weights, and correlate with a truth in each proxy's direction", async () => {
    const random = defineProxy({
      ...told,
      name: "random",
      better: "lower",
      score: ({ random: stream }) => stream.split("own").uniform(),
    });
    const of = async (options: object) =>
      (await scoreArchitectures(architectures, { ...common, proxies: [random], ...options })).of("random");
    const [first, second, both] = [await of({ seed: 4 }), await of({ seed: 5 }), await of({ seed: 4, repeats: 2 })];
    for (const [k, mean] of both.entries()) assert.ok(Math.abs(mean! - (first[k]! + second[k]!) / 2) < 1e-12);
    const table = await scoreArchitectures(architectures, { ...common, proxies: [convolutions, cheap, random] });
    const [up, down, none] = table.correlations([1, 2, 3]);
    assert.equal(up.correlation!.spearman.value, 1);
    assert.equal(down.correlation!.spearman.value, -1);
    assert.equal(none.correlation, null); // the same stream for all
  });
});
