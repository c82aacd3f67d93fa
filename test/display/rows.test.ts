// The numbers behind figures: what stands in their rows.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { frontOf, spearman } from "../../src/analysis";
import { RandomStream } from "../../src/backend";
import { benchmarks } from "../../src/benchmarks";
import { datasets, type ImageDataset } from "../../src/datasets";
import { display } from "../../src/display";
import { DISPLAY } from "../../src/display/bundle";
import { differenceFigure, differenceRows } from "../../src/display/difference";
import { edgeEntropyRows } from "../../src/display/edge-entropy";
import { labelsOf } from "../../src/display/edges";
import { leaderRows, ledRows } from "../../src/display/leaders";
import { parallelRows } from "../../src/display/parallel";
import { paretoRows } from "../../src/display/pareto";
import { binnedDensity, ridgeRows } from "../../src/display/ridgelines";
import { latticeOf, outlinesOf, type Shares, simplexRows, subComposition } from "../../src/display/simplex";
import { squareRows } from "../../src/display/squares";
import { stepTimeRows } from "../../src/display/step-times";
import { surfaceRows, viridisAt } from "../../src/display/surface";
import { validTestRows } from "../../src/display/valid-test";
import {
  Categorical,
  CellDistribution,
  Concrete,
  Dirichlet,
  type EdgeDistribution,
  Gaussian,
  PointMass,
  recordOf,
} from "../../src/distributions";
import { designOf, published, spaces } from "../../src/spaces";
import type { EpochRecord, StepRecord } from "../../src/trainer";
import { madeUpHistory, madeUpRun } from "./gallery";

const space = spaces.nasBench201();
const labels = labelsOf(space);
const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

/** An epoch in which each edge has these mean weights, and this distribution. */
const epochOf = (
  epoch: number,
  mean: number[],
  row: EdgeDistribution = new Dirichlet([1, 1, 1, 1, 1]),
): EpochRecord => ({
  ...madeUpHistory(space, 1)[0],
  epoch,
  mean: space.edges.map(() => mean),
  rows: space.edges.map(() => recordOf(row)),
});

suite("ridgelines", () => {
  test("bins of a Dirichlet's marginal: of Beta(1, 4) they are differences of 1 - (1 - x)⁴", () => {
    const density = binnedDensity(new Dirichlet([1, 1, 1, 1, 1]), 2, 10);
    density.forEach((value, k) => {
      near(value, 10 * ((1 - k / 10) ** 4 - (1 - (k + 1) / 10) ** 4), 1e-12);
    });
  });

  test("of Concrete and Gaussian weights, as large samples have them", () => {
    const stream = new RandomStream(5);
    for (const row of [new Concrete([0.5, -1, 1], 0.7), new Gaussian([0.5, -1, 1], [1, 0.3, 0.6])]) {
      const density = binnedDensity(row, 0, 5);
      near(density.reduce((sum, value) => sum + value, 0) / 5, 1, 1e-12);
      const draws = Array.from({ length: 20_000 }, () =>
        row instanceof Gaussian ? row.weights(row.sample(stream))[0] : row.sample(stream)[0],
      );
      density.forEach((value, k) => {
        const share = draws.filter((draw) => draw > k / 5 && draw <= (k + 1) / 5).length / draws.length;
        near(value / 5, share, 0.03);
      });
    }
  });

  test("a ridge for each operation that the edge has then, its peak 100, the last epoch at the bottom", () => {
    const history = [
      epochOf(1, [0.2, 0.2, 0.2, 0.2, 0.2]),
      epochOf(2, [0.2, 0.2, 0.2, 0.2, 0.2], new Dirichlet([4, 1, 1])),
    ];
    const pruned = [history[0], { ...history[1], kept: space.edges.map(() => [0, 2, 3]) }];
    const rows = ridgeRows(pruned, labels, [1]);
    assert.deepEqual(
      rows.map(({ edge, operation, epoch, line }) => [edge, operation, epoch, line]),
      [
        ["2 ← 0", "none", 1, 1],
        ["2 ← 0", "skip", 1, 1],
        ["2 ← 0", "conv 1×1", 1, 1],
        ["2 ← 0", "conv 3×3", 1, 1],
        ["2 ← 0", "avg pool 3×3", 1, 1],
        ["2 ← 0", "none", 2, 0],
        ["2 ← 0", "conv 1×1", 2, 0],
        ["2 ← 0", "conv 3×3", 2, 0],
      ],
    );
    for (const { heights } of rows) assert.equal(Math.max(...heights), 100);
    // Beta(4, 2) has its mode at 3 / 4.
    near((rows[5].heights.indexOf(100) + 0.5) / rows[5].heights.length, 0.75, 0.0126);
  });

  test("what has no density is refused with what to look at", () => {
    const history = (row: EdgeDistribution) => [epochOf(1, [0.2, 0.2, 0.2, 0.2, 0.2], row)];
    const logits = [0, 0, 0, 0, 0];
    assert.throws(
      () => ridgeRows(history(new PointMass(logits)), labels),
      /UserError: .*point mass.*display.trajectory/,
    );
    assert.throws(() => ridgeRows(history(new Categorical(logits)), labels), /one of the operations at a time/);
  });
});

suite("simplex", () => {
  const three: [string, Dirichlet | Concrete | Gaussian][] = [
    ["Dirichlet", new Dirichlet([0.6, 2, 3.5, 1.2])],
    ["Concrete", new Concrete([0.3, -0.5, 1, 0], 0.8)],
    ["Gaussian", new Gaussian([0.3, -0.5, 1, 0], [0.5, 0.9, 0.4, 1])],
  ];
  for (const [name, row] of three)
    test(`three of four weights of a ${name}, divided by their sum, are distributed as the sub-composition says`, () => {
      const part = subComposition(row, [3, 0, 2]);
      const stream = new RandomStream(3);
      const whole = Array.from({ length: 20_000 }, () => {
        const weights = row instanceof Gaussian ? row.weights(row.sample(stream)) : row.sample(stream);
        const sum = weights[3] + weights[0] + weights[2];
        return [weights[3] / sum, weights[0] / sum, weights[2] / sum];
      });
      const drawn = Array.from({ length: 20_000 }, () => part.sample(stream));
      for (const k of [0, 1, 2])
        for (const at of [0.1, 0.3, 0.6]) {
          const share = (draws: readonly (readonly number[])[]) =>
            draws.filter((draw) => draw[k] < at).length / draws.length;
          near(share(drawn), share(whole), 0.02);
        }
      // The density is that of the draws: over a small triangle, and over the whole one.
      const lattice = latticeOf(150, () => 0);
      let [mass, corner] = [0, 0];
      for (const triangle of lattice.triangles) {
        const centre = [0, 1, 2].map((k) => triangle.reduce((sum, n) => sum + lattice.points[n][k], 0) / 3);
        const own = Math.exp(part.logDensity(centre as unknown as Shares)) / (2 * 150 * 150);
        mass += own;
        if (centre[1] > 0.25 && centre[2] > 0.25) corner += own;
      }
      near(mass, 1, 0.03);
      near(corner, whole.filter((draw) => draw[1] > 0.25 && draw[2] > 0.25).length / whole.length, 0.03);
    });

  test("the outline of a half plane is its part of the triangle, once around", () => {
    const outlines = outlinesOf(
      latticeOf(10, ([a]) => a),
      0.45,
    );
    assert.equal(outlines.length, 1);
    const corners = outlines[0].map(([a, b]) => [Math.round(1e4 * a) / 1e4, b]);
    assert.ok(corners.some(([a]) => a === 1));
    assert.equal(Math.min(...corners.map(([a]) => a)), 0.45);
    // The area, as twice the sum of cross products in (b, c): (0.55)² of the whole, which is 1.
    const area = outlines[0].reduce((sum, [, b, c], k, all) => {
      const [, nextB, nextC] = all[(k + 1) % all.length];
      return sum + b * nextC - c * nextB;
    }, 0);
    near(area, 0.55 ** 2, 1e-3);
  });

  test("a ring has two outlines, and a region holds the share of draws that it says", () => {
    const ring = latticeOf(40, (shares) => -Math.abs(Math.hypot(...shares.map((share) => share - 1 / 3)) - 0.25));
    assert.equal(outlinesOf(ring, -0.08).length, 2);
    const choice = { edge: 0, operations: [0, 1, 2], looks: [] };
    const part = subComposition(new Dirichlet([4, 3, 5]), [0, 1, 2]);
    const { regions, path, samples } = simplexRows(part, [], choice);
    assert.deepEqual(
      regions.map(({ share }) => share),
      [0.95, 0.8, 0.5],
    );
    assert.deepEqual(path, []);
    assert.equal(samples.length, 150);
    const stream = new RandomStream(8);
    const draws = Array.from({ length: 4000 }, () => part.sample(stream));
    for (const { share, outlines } of regions)
      near(draws.filter((draw) => isInside(draw, outlines)).length / draws.length, share, 0.03);
  });

  test("of densities that are flat, nearly flat, or steep, outlines are closed and inside the triangle", () => {
    const choice = { edge: 0, operations: [0, 1, 2], looks: [] };
    const stream = new RandomStream(4);
    const concentrations = Array.from({ length: 30 }, (_, k) =>
      [0, 1, 2].map(() => 1 + 10 ** -(k / 3) * (stream.uniform() - 0.5)),
    );
    for (const concentration of [[1, 1, 1], [0.01, 0.2, 0.1], [900, 20, 3], ...concentrations]) {
      const { regions } = simplexRows(subComposition(new Dirichlet(concentration), [0, 1, 2]), [], choice);
      for (const { outlines } of regions) {
        // Of the second, the densest regions are the corners themselves.
        assert.ok(outlines.length > 0 || concentration[0] === 0.01, `${concentration}`);
        for (const outline of outlines) for (const point of outline) near(point[0] + point[1] + point[2], 1, 2e-4);
      }
    }
  });

  test("its path is the mean of each epoch", () => {
    const history = [epochOf(1, [], new Dirichlet([1, 1, 1, 1, 1])), epochOf(2, [], new Dirichlet([1, 2, 3, 4, 5]))];
    const choice = { edge: 0, operations: [1, 2, 4], looks: [] };
    const { path } = simplexRows(subComposition(new Dirichlet([1, 1, 1]), [0, 1, 2]), history, choice);
    assert.deepEqual(path, [
      { epoch: 1, mean: [0.3333, 0.3333, 0.3333] },
      { epoch: 2, mean: [0.2, 0.3, 0.5] },
    ]);
  });

  test("the surface is the density; its colours are Viridis's", () => {
    const { points, values } = surfaceRows(subComposition(new Dirichlet([2, 2, 2]), [0, 1, 2]));
    points.forEach(([a, b, c], k) => {
      near(values[k], 120 * a * b * c, 1e-3 * values[k] + 1e-9); // Γ(6) / Γ(2)³
    });
    assert.deepEqual([viridisAt(0), viridisAt(1), viridisAt(2)], ["#440154", "#fde725", "#fde725"]);
  });

  test("says which edges and operations there are, and what has no density", () => {
    const of = (row: EdgeDistribution) => new CellDistribution(["1<-0"], ["a", "b", "c"], [row]);
    const dirichlet = of(new Dirichlet([1, 1, 1]));
    assert.throws(() => display.simplex(dirichlet, { edge: "9<-0" }), /no edge "9<-0"; the edges are 1<-0/);
    assert.throws(
      () => display.simplex(dirichlet, { operations: ["a", "b", "d"] }),
      /no operation "d"; it has a, b, c/,
    );
    assert.throws(() => display.surface(dirichlet, { operations: ["a", "b", "b"] }), /three different ones of a, b, c/);
    assert.throws(() => display.simplex(of(new PointMass([0, 0, 0]))), /UserError: .*a point mass/);
    const two = new CellDistribution(["1<-0"], ["a", "b"], [new Dirichlet([1, 1])]);
    assert.throws(() => display.simplex(two), /only the operations a, b; a simplex is of three/);
  });

  test("shows itself to plotly.js, and as SVG, PNG and text", () => {
    const distribution = new CellDistribution(["1<-0"], ["a", "b", "c"], [new Dirichlet([1, 2, 3])]);
    for (const figure of [display.simplex(distribution), display.surface(distribution)]) {
      const types = ["application/vnd.plotly.v1+json", "image/png", "image/svg+xml", "text/plain"];
      assert.deepEqual(Object.keys(figure[DISPLAY]()).sort(), types);
      assert.match(figure.text, /a +0\.167/);
    }
  });
});

/** Even and odd: whether a ray to the right crosses the outlines an odd number of times, in the plane (b, c). */
function isInside([, x, y]: Shares, outlines: readonly (readonly Shares[])[]): boolean {
  let inside = false;
  for (const outline of outlines)
    outline.forEach(([, x1, y1], k) => {
      const [, x2, y2] = outline[(k + 1) % outline.length];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    });
  return inside;
}

suite("by epoch", () => {
  const history = [
    epochOf(1, [0.4, 0.3, 0.3, 0, 0]),
    epochOf(2, [0.5, 0.5, 0, 0, 0]),
    epochOf(3, [0, 1, 0, 0, 0]),
    epochOf(4, [0.2, 0.2, 0.2, 0.2, 0.2]),
  ];

  test("the entropy of an edge's mean weights", () => {
    const own = edgeEntropyRows(history, labels).filter(({ edge }) => edge === "3 ← 1");
    assert.deepEqual(own, [
      { edge: "3 ← 1", from: 0, epoch: 1, entropy: 1.0889 },
      { edge: "3 ← 1", from: 1, epoch: 2, entropy: Number(Math.LN2.toFixed(4)) },
      { edge: "3 ← 1", from: 2, epoch: 3, entropy: 0 },
      { edge: "3 ← 1", from: 3, epoch: 4, entropy: 1.6094 },
    ]);
  });

  test("who led: the first among equals, a row a reign", () => {
    const rows = leaderRows(history, labels).filter(({ edge }) => edge === "1 ← 0");
    assert.deepEqual(rows, [
      { edge: "1 ← 0", operation: "none", from: 0, epoch: 2, mean: 0.5 },
      { edge: "1 ← 0", operation: "skip", from: 2, epoch: 3, mean: 1 },
      { edge: "1 ← 0", operation: "none", from: 3, epoch: 4, mean: 0.2 },
    ]);
    assert.deepEqual(
      ledRows(leaderRows(history, labels), labels).filter(({ operation }) => operation === "none"),
      [1, 2, 3, 4].map((epoch) => ({ epoch, operation: "none", edges: epoch === 3 ? 0 : 6 })),
    );
  });

  test("medians of a step's parts, so that one long step does not count", () => {
    const step = (epoch: number, weightSeconds: number): StepRecord =>
      ({
        epoch,
        seconds: 0.1 + weightSeconds,
        imageSeconds: 0.01,
        architectureSeconds: 0.05,
        weightSeconds,
      }) as StepRecord;
    const rows = stepTimeRows([step(1, 9), step(1, 0.2), step(1, 0.1), step(2, 0.3)]);
    assert.deepEqual(rows, [
      { epoch: 1, part: "images", milliseconds: 10 },
      { epoch: 1, part: "architecture half-step", milliseconds: 50 },
      { epoch: 1, part: "weight half-step", milliseconds: 200 },
      { epoch: 1, part: "rest", milliseconds: 40 },
      { epoch: 2, part: "images", milliseconds: 10 },
      { epoch: 2, part: "architecture half-step", milliseconds: 50 },
      { epoch: 2, part: "weight half-step", milliseconds: 300 },
      { epoch: 2, part: "rest", milliseconds: 40 },
    ]);
  });
});

suite("runs", () => {
  let images: ImageDataset;
  before(async () => {
    images = (await datasets.fashionMnist()).take({ train: 64, test: 0 });
  });

  test("seeds of one method: their mean, and a standard deviation on each side", () => {
    const runs = [0, 1, 2].map((seed) => madeUpRun(images, "drnas", 3, seed));
    const figure = display.compare({ ours: runs, alone: runs[0] });
    const views = figure.specification!.vconcat as { data: { values: Record<string, unknown>[] } }[];
    const entropies = runs.map(({ history }) => history[1].entropy);
    const mean = (entropies[0] + entropies[1] + entropies[2]) / 3;
    const deviation = Math.sqrt(entropies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
    const [ours, alone] = ["ours", "alone"].map(
      (run) => views[1].data.values.find((row) => row.run === run && row.epoch === 2)!,
    );
    near(ours.entropy as number, mean, 1e-6);
    const [low, high] = ours.entropyBand as number[];
    near(low, mean - deviation, 1e-6);
    near(high, mean + deviation, 1e-6);
    near(alone.entropy as number, entropies[0], 1e-6);
    assert.equal(alone.entropyBand, undefined);
    assert.match(figure.text, /ours .* ± \d.*3 seeds/);
    assert.throws(() => display.compare({ nothing: [] }), /there are no runs/);
  });

  test("parallel coordinates: a place from the lowest to the highest, names in the order in which they come", () => {
    const axes = [
      { title: "rate", values: [0.1, 0.3, 0.2] },
      { title: "method", values: ["b", "a", "b"] },
      { title: "same", values: [1, 1, 1] },
    ];
    const rows = parallelRows(["x", "y", "z"], axes);
    assert.deepEqual(
      rows.map(({ place }) => place),
      [0, 1, 0.5, 0, 1, 0, 0.5, 0.5, 0.5],
    );
    assert.deepEqual(rows[4], { run: "y", axis: "method", value: "a", place: 1 });
  });

  test("parallel coordinates have the settings that differ, not those that are the method's own", () => {
    const { text } = display.parallel([madeUpRun(images, "drnas", 3, 0, 0.1), madeUpRun(images, "darts", 3, 1, 0.05)]);
    const [heading] = text.split("\n").slice(-3);
    assert.match(heading, /run +method +seed +weights.learningRate +epochs done .*CIFAR-10 test accuracy/);
    assert.throws(() => display.parallel([]), /UserError: parallel: there are no runs/);
  });

  test("without an epoch or a step, each says what to do first", () => {
    const fresh = madeUpRun(images, "drnas", 1, 0);
    fresh.history.length = 0;
    for (const name of ["ridgelines", "edgeEntropy", "leaders", "stepTimes"] as const)
      assert.throws(() => display[name](fresh), new RegExp(`UserError: ${name}: no (epoch|step).*run a stage first`));
  });
});

suite("two architectures", () => {
  const first = space.parse("|none~0|+|skip_connect~0|nor_conv_3x3~1|+|none~0|none~1|avg_pool_3x3~2|");
  const second = space.parse("|none~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|none~0|none~1|none~2|");

  test("differ on the edges whose operations differ", () => {
    assert.deepEqual(
      differenceRows(
        designOf(first),
        designOf(second),
        ["cell"].map(() => space.cells[0].name),
      ),
      [
        { cell: "", edge: "2 ← 0", first: "skip", second: "conv 1×1" },
        { cell: "", edge: "3 ← 2", first: "avg pool 3×3", second: "none" },
      ],
    );
    assert.match(differenceFigure(first, second).text, /differ on 2 edges[\s\S]*2 ← 0 +skip +conv 1×1/);
    assert.match(differenceFigure(first, first).text, /They are the same/);
  });

  test("of DARTS's networks differ in edges that only one of them has", () => {
    const [one, other] = [published["darts-v1"], published["darts-v2"]].map((each) => each.design());
    const rows = differenceRows(one, other, ["normal", "reduce"]);
    const counted = (side: "first" | "second") => rows.filter((row) => row[side] !== null).length;
    assert.ok(counted("first") > 0 && counted("first") === counted("second"));
    assert.match(differenceFigure(one, other, ["v1", "v2"]).svg, /v1, normal cell[\s\S]*v2, reduce cell/);
    assert.throws(() => display.difference(first, spaces.s2().sample(new RandomStream(0))), /give two of one space/);
  });
});

suite("all architectures of a benchmark", () => {
  test("squares hold every point once", () => {
    const rows = squareRows([0, 1, 1, 2], [0, 10, 10, 4], 2);
    assert.deepEqual(rows, [
      { x: 0, x2: 1, y: 0, y2: 5, architectures: 1 },
      { x: 1, x2: 2, y: 0, y2: 5, architectures: 1 },
      { x: 1, x2: 2, y: 5, y2: 10, architectures: 2 },
    ]);
  });

  test("valid against test: what is not drawn is counted, and counts in the correlation", () => {
    const benchmark = benchmarks.nasBench201();
    const [valid, tested] = (["valid", "test"] as const).map((split) => benchmark.all("cifar10", split));
    const rows = validTestRows(valid, tested, 80);
    const drawn = rows.squares.reduce((sum, { architectures }) => sum + architectures, 0);
    assert.equal(drawn + rows.hidden, 15_625);
    assert.equal(rows.correlation, spearman(valid, tested));
  });

  test("the Pareto front: nothing on it is beaten, everything else is", () => {
    assert.deepEqual(frontOf([1, 1, 2, 3, 4], [5, 6, 6, 8, 7]), [1, 3]);
    const stream = new RandomStream(1);
    const [costs, scores] = [0, 1].map(() => Array.from({ length: 300 }, () => Math.round(50 * stream.uniform())));
    const front = new Set(frontOf(costs, scores).map((k) => `${costs[k]} ${scores[k]}`));
    costs.forEach((cost, k) => {
      const beaten = costs.some(
        (other, j) => other <= cost && scores[j] >= scores[k] && (other < cost || scores[j] > scores[k]),
      );
      assert.equal(front.has(`${cost} ${scores[k]}`), !beaten);
    });
    const rows = paretoRows([1, 2, 3], [50, 90, 80], String, 60);
    assert.deepEqual(rows.front, [{ cost: 2, accuracy: 90, architecture: "1" }]);
    assert.equal(rows.hidden, 1);
  });

  test("the front's costs are the architectures' own", () => {
    const { text } = display.pareto(benchmarks.nasBench201().best("cifar10", "test"), { cost: "multiplyAdds" });
    const lines = text
      .split("\n")
      .slice(3)
      .filter((line) => line.includes("|"));
    for (const line of [lines[0], lines.at(-1)!, lines[lines.length >> 1]]) {
      const [cost, , architecture] = line.trim().split(/ +/);
      near(Number(cost), space.parse(architecture).cost().multiplyAdds / 1e6, 1e-3);
    }
    assert.throws(() => display.pareto(spaces.s2().sample(new RandomStream(0))), /display.pareto: no benchmark/);
  });
});
