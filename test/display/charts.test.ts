import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { barRows } from "../../src/display/bars";
import { thin, wholeTicks, wrap } from "../../src/display/chart";
import { densityRows } from "../../src/display/densities";
import { distributionFigure } from "../../src/display/distribution";
import { draw, rasterise } from "../../src/display/draw";
import { groupsOf, type Labels, labelsOf, uniformShare, uniformWeight } from "../../src/display/edges";
import { entropyFigure, entropyRows, uniformLabel } from "../../src/display/entropy";
import { textWidth } from "../../src/display/font";
import { historyFigure, scoreRows } from "../../src/display/history";
import { intervalRows } from "../../src/display/intervals";
import { scaleNote } from "../../src/display/scale";
import { stageNote, stageRules } from "../../src/display/stages";
import { looksOfNames } from "../../src/display/theme";
import { meanRows, trajectoryFigure } from "../../src/display/trajectory";
import { clock, textTable } from "../../src/display/words";
import {
  Categorical,
  CellDistribution,
  Concrete,
  concentrationOf,
  Dirichlet,
  type EdgeDistribution,
  Gaussian,
  PointMass,
} from "../../src/distributions";
import { spaces } from "../../src/spaces";
import type { EpochRecord, StepRecord } from "../../src/trainer";
import { chain } from "./chain";

const edges = ["1<-0", "2<-0"];
const operations = ["none", "skip_connect", "nor_conv_3x3"];
const labels: Labels = {
  operations: looksOfNames(operations),
  edges: edges.map((name) => ({ name, cell: "", title: name.replace("<-", " ← "), candidates: [0, 1, 2] })),
};

const epoch = (number: number, mean: number[][]): EpochRecord => ({
  epoch: number,
  train: { loss: 2 / number, accuracy: 0.25 * number },
  valid: { loss: 3 / number, accuracy: 0.2 * number },
  seconds: 4,
  secondsPerStep: 0.2,
  eta: mean,
  rows: mean.map((logits) => ({ kind: "point-mass", logits })),
  kept: mean.map(() => [0, 1, 2]),
  mean,
  entropy: 1,
  eigenvalue: null,
  smallestEigenvalue: null,
  hessianDiagonal: null,
  architecture: "",
  residentBytes: 1e9,
});
const history = [
  epoch(1, [
    [0.2, 0.3, 0.5],
    [0.1, 0.1, 0.8],
  ]),
  epoch(2, [
    [0.1, 0.2, 0.7],
    [0, 0.1, 0.9],
  ]),
];
const dirichlets = (eta: number[][]) =>
  new CellDistribution(
    edges,
    operations,
    eta.map((row) => new Dirichlet(concentrationOf(row))),
  );
const steps = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, entropy: 1 - i / 2000 }) as StepRecord);

suite("data rows", () => {
  test("intervals: uniform Dirichlets have the quantiles of Beta(1, 2), 1 - √(1 - p)", () => {
    const zero = [0, 0, 0]; // η = 0: β = 1
    const rows = intervalRows(dirichlets([zero, zero]), labels);
    const quantile = (p: number) => Number((1 - Math.sqrt(1 - p)).toFixed(6));
    assert.equal(rows.length, 6);
    assert.deepEqual(rows[4], {
      edge: "2 ← 0",
      operation: "skip",
      mean: 0.333333,
      median: quantile(0.5),
      low50: quantile(0.25),
      high50: quantile(0.75),
      low90: quantile(0.05),
      high90: quantile(0.95),
    });
  });

  test("scores: training and validation of each epoch", () => {
    assert.deepEqual(scoreRows(history), [
      { epoch: 1, images: "training", loss: 2, accuracy: 0.25 },
      { epoch: 1, images: "validation", loss: 3, accuracy: 0.2 },
      { epoch: 2, images: "training", loss: 1, accuracy: 0.5 },
      { epoch: 2, images: "validation", loss: 1.5, accuracy: 0.4 },
    ]);
  });

  test("means: by epoch and edge; null where an edge has no such operation", () => {
    const rows = meanRows(history, labels);
    assert.equal(rows.length, 4);
    assert.deepEqual(rows[0], { edge: "1 ← 0", epoch: 1, means: [0.2, 0.3, 0.5] });
    assert.deepEqual(rows[3], { edge: "2 ← 0", epoch: 2, means: [0, 0.1, 0.9] });
    const [first, second] = labels.edges;
    const fewer = { ...labels, edges: [first, { ...second, cell: "reduce", candidates: [0, 2] }] };
    assert.deepEqual(meanRows(history, fewer)[3], { cell: "reduce", edge: "2 ← 0", epoch: 2, means: [0, null, 0.9] });
  });

  test("entropy: at most 400 steps, the first and the last among them, none altered", () => {
    const rows = entropyRows(steps);
    assert.equal(rows.length, 400);
    assert.deepEqual(rows[0], { step: 1, entropy: 1 });
    assert.deepEqual(rows[399], { step: 1000, entropy: steps[999].entropy });
    for (const row of rows) assert.equal(row.entropy, steps[row.step - 1].entropy);
    assert.equal(entropyRows(steps.slice(0, 3)).length, 3);
  });

  test("axes of steps and epochs name whole numbers, multiples of a round step", () => {
    assert.deepEqual(wholeTicks(1, 2, 10), [1, 2]);
    assert.deepEqual(wholeTicks(1, 12, 10), [2, 4, 6, 8, 10, 12]);
    assert.deepEqual(wholeTicks(0, 900, 12), [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    assert.deepEqual(wholeTicks(0, 3000, 5), [0, 1000, 2000, 3000]);
  });

  test("thin keeps order and does not repeat", () => {
    assert.deepEqual(thin([1, 2, 3, 4, 5], 3), [1, 3, 5]);
    assert.deepEqual(thin([1, 2], 3), [1, 2]);
  });
});

/** Two edges of a kind. */
const of = (make: (logits: number[]) => EdgeDistribution) =>
  new CellDistribution(edges, operations, [make([0.5, -1, 3]), make([0, 0.1, -0.2])]);
const pruned = new CellDistribution(
  edges,
  operations,
  [new PointMass([0, Math.log(3)]), new PointMass([0, 0, 0])],
  [
    [0, 2],
    [0, 1, 2],
  ],
);

suite("each kind of distribution has its own picture", () => {
  test("a Gaussian's logits are ridges from -3 to 3 deviations, their peaks at the means", () => {
    const distribution = of((row) => new Gaussian(row, [0.1, 1, 3])) as CellDistribution<Gaussian>;
    assert.deepEqual(densityRows(distribution, labels)[2], {
      edge: "1 ← 0",
      operation: "conv 3×3",
      mean: 3,
      deviation: 3,
      line: 0, // the last operation is the lowest
    });
    // The widest ridge ends three deviations from its mean: 3 ± 9.
    const { svg } = distributionFigure(distribution);
    assert.match(svg, /−5<[\s\S]*>10</);
  });

  test("a Concrete names its temperature, and its quantiles are those of draws", () => {
    const { specification, text } = distributionFigure(of((row) => new Concrete(row, 0.05)));
    assert.match(JSON.stringify(specification!.title), /temperature 0\.05.*weight at the mean logits.*of 4,096 draws/);
    assert.match(text, /temperature 0\.05/);
  });

  test("a categorical's probabilities and a point mass's weights are bars", () => {
    const half = [0, 0, Math.log(2)];
    const categorical = of(() => new Categorical(half));
    assert.deepEqual(barRows(categorical, labels)[2], { edge: "1 ← 0", operation: "conv 3×3", mean: 0.5 });
    assert.match(distributionFigure(categorical).text, /^Probabilities of operations.*\n.*probability/);
    assert.match(distributionFigure(of(() => new PointMass(half))).text, /^Weights of operations, by edge\n.*weight/);
  });

  test("a pruned operation keeps its line, without a number", () => {
    const rows = barRows(pruned, labels);
    assert.deepEqual(rows.slice(0, 3), [
      { edge: "1 ← 0", operation: "none", mean: 0.25 },
      { edge: "1 ← 0", operation: "skip", pruned: true },
      { edge: "1 ← 0", operation: "conv 3×3", mean: 0.75 },
    ]);
    const dirichlet = new CellDistribution(
      edges,
      operations,
      [new Dirichlet([1, 1]), new Dirichlet([1, 1, 1])],
      pruned.kept,
    );
    const [first, second, third] = intervalRows(dirichlet, labels);
    assert.deepEqual(
      [first, third].map((row) => "median" in row && row.median),
      [0.5, 0.5],
    );
    assert.ok("pruned" in second);
    assert.match(distributionFigure(pruned, "", labels).text, /1 ← 0 +skip +pruned/);
  });

  test("of a distribution that no space is known of, an operation that is missing was never there", () => {
    assert.doesNotMatch(distributionFigure(pruned).text, /pruned/);
    assert.match(distributionFigure(pruned).text, /uniform|1 ← 0 +none +0.250/);
  });
});

suite("figures", () => {
  const distribution = dirichlets([
    [0.5, -1, 3],
    [0, 0.1, -0.2],
  ]);
  const figures = {
    distribution: distributionFigure(distribution, "a note"),
    Gaussians: distributionFigure(
      of((row) => new Gaussian(row, [0.1, 1, 3])),
      "a note",
    ),
    Concretes: distributionFigure(
      of((row) => new Concrete(row, 0.05)),
      "a note",
    ),
    Categoricals: distributionFigure(
      of((row) => new Categorical(row)),
      "a note",
    ),
    "point masses": distributionFigure(
      of((row) => new PointMass(row)),
      "a note",
    ),
    "what is left after pruning": distributionFigure(pruned, "a note", labels),
    history: historyFigure(history, "Losses and accuracies", "a note"),
    "history of one epoch": historyFigure(history.slice(0, 1), "Losses and accuracies", "a note"),
    trajectory: trajectoryFigure(history, labels, "a note"),
    entropy: entropyFigure(steps, labels, "a note"),
    "entropy of one step": entropyFigure(steps.slice(0, 1), labels, "a note"),
  };
  for (const [name, figure] of Object.entries(figures)) {
    test(`${name}: sound specification, self-contained picture, its note in picture and text`, () => {
      const { svg, warnings } = draw(figure.specification!);
      assert.deepEqual(warnings, []);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity|href="http/);
      assert.match(svg, /a note/);
      assert.match(figure.text, /a note/);
      const width = Number(/ width="(\d+)"/.exec(svg)![1]);
      assert.ok(width <= 780, `${width} pixels are wider than a notebook`);
    });
  }

  test("a single epoch or step has no label twice on an axis", () => {
    const flat = trajectoryFigure([epoch(1, [Array(3).fill(1 / 3), Array(3).fill(1 / 3)])], labels);
    for (const { svg } of [flat, figures["history of one epoch"], figures["entropy of one step"]]) {
      const axes = svg.split(/class="mark-text role-axis-label"/).slice(1);
      assert.ok(axes.length >= 2);
      for (const axis of axes) {
        const names = [...axis.split("</g>")[0].matchAll(/>([^<]+)<\/text>/g)].map(([, name]) => name);
        assert.ok(names.length >= 2, axis.slice(0, 300));
        assert.equal(new Set(names).size, names.length, names.join(" "));
      }
    }
  });

  test("nothing to draw is an error with its remedy", () => {
    assert.throws(() => historyFigure([]), /UserError: history: no epoch.*run a stage/);
    assert.throws(() => trajectoryFigure([], labels), /UserError: trajectory: no epoch.*run a stage/);
    assert.throws(() => entropyFigure([], labels), /UserError: entropy: no step.*run a stage/);
  });

  test("the PNG has its text on a machine without fonts", () => {
    const { svg } = figures.history;
    const png = figures.history.png(1);
    assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
    const wordless = rasterise(svg.replace(/<text[\s\S]*?<\/text>/g, ""), 1);
    assert.ok(png.length > wordless.length + 2000, `${png.length} bytes with text, ${wordless.length} without`);
  });
});

suite("cells of many edges", () => {
  const space = spaces.s1();
  const s1 = labelsOf(space);
  const logits = new CellDistribution(
    space.edges.map(({ name }) => name),
    space.operations,
    space.edges.map(() => new PointMass([0, 1])),
    space.edges.map(({ candidates }) => candidates),
  );

  test("edges have the papers' names in groups by cell, and their own candidates", () => {
    assert.deepEqual(s1.edges[0], { name: "normal 2<-0", cell: "normal", title: "0 ← c_{k-2}", candidates: [2, 4] });
    assert.deepEqual(s1.edges[27].title, "3 ← 2");
    assert.deepEqual(
      groupsOf(s1).map(({ cell, edges }) => [cell, edges.length]),
      [
        ["normal", 14],
        ["reduce", 14],
      ],
    );
    assert.deepEqual(
      labelsOf(logits)
        .edges.map(({ cell, title }) => `${cell} ${title}`)
        .slice(13, 15),
      ["normal 5 ← 4", "reduce 2 ← 0"],
    );
  });

  test("edges of a chain, and of a space of one kind of cell, stand in one group", () => {
    assert.deepEqual(groupsOf(labelsOf(chain)), [{ cell: "", edges: chain.edges.map((_, e) => e) }]);
    assert.deepEqual(labelsOf(chain).edges[11], {
      name: "layer 12 1<-0",
      cell: "",
      title: "layer 12",
      candidates: [0, 1, 2],
    });
    assert.equal(labelsOf(spaces.nasBench201()).edges[0].title, "1 ← 0");
  });

  test("what an edge never had is no row; what it lost is pruned", () => {
    const rows = barRows(logits, s1);
    assert.equal(rows.length, 56);
    assert.deepEqual(rows[1], { cell: "normal", edge: "0 ← c_{k-2}", operation: "dil conv 3×3", mean: 0.731059 });
    assert.doesNotMatch(distributionFigure(logits, "", s1).svg, /pruned|sep conv 5×5/);
    const [, ...others] = logits.rows;
    const lost = new CellDistribution(logits.edges, logits.operations, [new PointMass([0, 0]), ...others], logits.kept);
    const wide = { ...s1, edges: s1.edges.map((edge, e) => (e === 0 ? { ...edge, candidates: [2, 3, 4] } : edge)) };
    assert.deepEqual(
      barRows(lost, wide).filter((row) => "pruned" in row),
      [{ cell: "normal", edge: "0 ← c_{k-2}", operation: "sep conv 3×3", pruned: true }],
    );
  });

  test("stand as a matrix, node by input, in one figure of a page", () => {
    const { specification, svg } = distributionFigure(logits, "", s1);
    assert.deepEqual(draw(specification!).warnings, []);
    const [, width, height] = / width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number);
    assert.ok(width <= 760 && height <= 1000, `${width} × ${height}`);
    for (const name of ["normal cell", "reduce cell"]) assert.equal(svg.split(`>${name}<`).length - 1, 1);
    for (const name of ["node 0", "node 3", "← c_{k-2}", "← 2"])
      assert.equal(svg.split(`>${name}<`).length - 1, 2, name);
    const [normal] = svg.split("concat_1_group");
    // The matrix has empty places too: a panel is one that has bars.
    const places = normal.split(/(?=<g transform="translate\([\d.]+,[\d.]+\)"><path class="background"[^>]*h104v78)/);
    const panels = places.slice(1).flatMap((place) => {
      const [, x, y] = /translate\(([\d.]+),([\d.]+)\)/.exec(place)!.map(Number);
      return place.includes('aria-roledescription="bar"') ? [{ x, y }] : [];
    });
    const columns = (row: number) => panels.filter(({ y }) => y === row).map(({ x }) => x);
    const rows = [...new Set(panels.map(({ y }) => y))].sort((a, b) => a - b);
    // Node n takes in the cell's inputs and the n nodes before it.
    assert.deepEqual(
      rows.map(columns),
      [2, 3, 4, 5].map((inputs) => [0, 122, 244, 366, 488].slice(0, inputs)),
    );
  });

  test("the uniform distribution: 1/2 and ln 2; where edges differ, in words", () => {
    assert.equal(uniformShare(s1), "1/2");
    assert.equal(uniformLabel(s1), "uniform, ln 2 = 0.693");
    assert.equal(uniformWeight(labelsOf(chain)), null);
    assert.equal(uniformShare(labelsOf(chain)), "over an edge's operations");
    const entropy = (2 * Math.log(2) + 10 * Math.log(3)) / 12;
    assert.equal(uniformLabel(labelsOf(chain)), `uniform, ${entropy.toFixed(3)}`);
  });

  test("a long search's trajectory keeps some epochs, and stays below 100 kB", () => {
    const darts = labelsOf(spaces.darts());
    const mean = darts.edges.map(() => new Array(7).fill(1 / 7));
    const long = Array.from({ length: 200 }, (_, k) => epoch(k + 1, mean));
    const rows = meanRows(long, darts);
    assert.deepEqual([rows[0].epoch, rows.at(-1)!.epoch, rows.length], [1, 200, 28 * 28]);
    const { specification } = trajectoryFigure(long, darts);
    assert.ok(JSON.stringify(specification).length < 100_000);
    assert.deepEqual(draw(specification!).warnings, []);
  });
});

suite("stages that change the network", () => {
  const stages = [
    { stage: 1, fromEpoch: 1, keep: null, partialChannels: 6 },
    { stage: 2, fromEpoch: 2, keep: 4, partialChannels: 3 },
  ];

  test("have a rule where they begin, and say what they change", () => {
    assert.equal(stageNote(stages), "┆ stage 2 from epoch 2: 4 operations an edge, K = 3");
    assert.equal(stageNote([{ ...stages[1], keep: null, partialChannels: null }]), "┆ stage 2 from epoch 2");
    for (const figure of [historyFigure(history, "A", "", stages), trajectoryFigure(history, labels, "", stages)]) {
      assert.match(JSON.stringify(figure.specification), /"at":1\.5,"label":"stage 2"/);
      assert.equal(figure.svg.split(">stage 2<").length - 1, 2); // in each of two panels
      assert.match(figure.text, /stage 2 from epoch 2/);
      assert.deepEqual(draw(figure.specification!).warnings, []);
    }
  });

  test("the first is no mark", () => {
    assert.equal(stageNote(stages.slice(0, 1)), "");
    assert.deepEqual(stageRules(stages.slice(0, 1)), []);
  });
});

suite("words", () => {
  const run = {
    settings: { channels: 8, cells: 1, epochs: 6, batch: 64, stepsPerEpoch: null },
    data: { title: "CIFAR-10", train: { count: 2000 }, whole: { train: 50_000 } },
    history: { length: 0 },
    space: spaces.nasBench201(),
  };
  test("a reduced search says by how much", () => {
    assert.equal(
      scaleNote(run),
      "Reduced search on CIFAR-10: 8 of 16 channels, 1 of 5 cells a stage, 2,000 of 50,000 images, 6 of 100 epochs",
    );
    assert.match(scaleNote({ ...run, settings: { ...run.settings, stepsPerEpoch: 4 } }), /4 of 15 steps an epoch/);
    assert.match(scaleNote({ ...run, history: { length: 2 } }), /2 of 100 epochs/);
  });

  test("a search at the authors' scale says nothing", () => {
    const settings = { channels: 16, cells: 5, epochs: 100, batch: 64, stepsPerEpoch: null };
    const data = { ...run.data, train: { count: 50_000 } };
    assert.equal(scaleNote({ ...run, settings, data, history: { length: 100 } }), "");
  });

  test("clock and columns", () => {
    assert.deepEqual([0, 75, 3675].map(clock), ["0:00", "1:15", "1:01:15"]);
    const rows = [
      ["name", "value"],
      ["a", "9"],
      ["bcdef", "10.5"],
    ];
    assert.equal(textTable(rows), "name   value\na          9\nbcdef   10.5");
  });

  test("widths of DejaVu Sans, in its units of 1/2048: H 1540, bold H 1714, space 651, ← 1716", () => {
    assert.equal(textWidth("H", 2048), 1540);
    assert.equal(textWidth("H", 2048, true), 1714);
    assert.equal(textWidth(" ", 2048), 651);
    assert.equal(textWidth("←", 2048), 1716);
    assert.equal(textWidth("H H", 10), (10 * (1540 + 651 + 1540)) / 2048);
  });

  test("lines break between words, where they are too wide", () => {
    const line = "one two three four";
    assert.deepEqual(wrap(line, 1000, 11), [line]);
    assert.deepEqual(wrap(line, textWidth("one two", 11), 11), ["one two", "three", "four"]);
    assert.deepEqual(wrap("", 100, 11), []);
  });
});
