// Each figure as it is stored in docs/figures, where the documentation shows it. `NASLAB_FIGURES=update` writes them anew.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { datasets } from "../../src/datasets";
import { display, type Figure } from "../../src/display";
import { labelsOf } from "../../src/display/edges";
import { methods } from "../../src/methods";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";
import { drifted, gallery, madeUpHistory, madeUpSteps } from "./gallery";

const folder = join(packageRoot, "docs", "figures");
const isUpdated = process.env.NASLAB_FIGURES === "update";

/** What a screen reader is told is left out: it is as long as the picture. */
const stored = (svg: string) => `${svg.replace(/ (?:aria-[a-z]+|role)="[^"]*"/g, "").replaceAll("><", ">\n<")}\n`;

/** The same words and numbers, the numbers to a tenth of a pixel. */
function assertAlike(actual: string, expected: string): void {
  const number = /-?\d+(?:\.\d+)?/g;
  assert.equal(actual.replace(number, "0"), expected.replace(number, "0"));
  const wanted = expected.match(number)!.map(Number);
  for (const [k, value] of actual.match(number)!.map(Number).entries())
    assert.ok(Math.abs(value - wanted[k]) <= 0.1, `the ${k + 1}th number is ${value}, not ${wanted[k]}`);
}

suite("the gallery", () => {
  let figures: Record<string, Figure>;
  let images: Awaited<ReturnType<typeof datasets.fashionMnist>>;
  before(async () => {
    images = await datasets.fashionMnist();
    figures = Object.fromEntries(
      Object.entries(gallery(images.take({ train: 64, test: 0 }))).map(([name, make]) => [name, make()]),
    );
  });

  test("is as the documentation shows it, and each figure is drawn without a warning", async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.message);
    process.on("warning", warned);
    for (const [name, figure] of Object.entries(figures)) {
      assert.doesNotMatch(figure.svg, /NaN|undefined|Infinity/, name);
      const file = join(folder, `${name}.svg`);
      const svg = stored(figure.svg);
      if (isUpdated) writeFileSync(file, svg);
      assert.ok(existsSync(file), `${file} is missing; NASLAB_FIGURES=update writes it`);
      assertAlike(svg, readFileSync(file, "utf8"));
    }
    await new Promise(setImmediate); // warnings are told in a tick of their own
    process.off("warning", warned);
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      readdirSync(folder).sort(),
      Object.keys(figures)
        .map((name) => `${name}.svg`)
        .sort(),
    );
    const page = readFileSync(join(packageRoot, "docs", "displays.md"), "utf8");
    for (const name of Object.keys(figures)) assert.ok(page.includes(`(figures/${name}.svg)`), name);
  });

  test("is the same byte for byte when it is made again", () => {
    const again = gallery(images.take({ train: 64, test: 0 }));
    for (const name of ["simplex", "surface", "leaders", "compare"]) assert.equal(again[name]().svg, figures[name].svg);
  });

  test("fits a notebook", () => {
    for (const name of ["heat-map", "leaders-darts", "parallel", "step-times", "compare", "valid-test"]) {
      const width = Number(/ width="([\d.]+)"/.exec(figures[name].svg)![1]);
      assert.ok(width <= 780, `${name}: ${width} pixels`);
    }
  });

  test("of 100 epochs of DARTS's space, a figure's specification is below 100 kB", () => {
    const space = spaces.darts();
    const run = new SearchRun(methods.drnas, space, images.take({ train: 64, test: 0 }), { batch: 8, epochs: 100 });
    run.history.push(...madeUpHistory(space, 100));
    run.steps.push(...madeUpSteps(run.history, 20));
    const distribution = drifted(space, 1);
    assert.equal(labelsOf(space).edges.length, 28);
    const made: Record<string, Figure> = {
      heatMap: display.heatMap(distribution),
      distribution: display.distribution(distribution),
      ridgelines: display.ridgelines(run),
      "ridgelines of an edge": display.ridgelines(run, { edge: "reduce 5<-4" }),
      simplex: display.simplex(run),
      surface: display.surface(distribution),
      edgeEntropy: display.edgeEntropy(run),
      leaders: display.leaders(run),
      trajectory: display.trajectory(run),
      history: display.history(run),
      entropy: display.entropy(run),
      stepTimes: display.stepTimes(run),
      compare: display.compare({ one: [run, run] }),
      parallel: display.parallel([run, run]),
    };
    for (const [name, { specification, plotly }] of Object.entries(made)) {
      for (const form of [specification, plotly]) {
        const bytes = Buffer.byteLength(JSON.stringify(form ?? ""));
        assert.ok(bytes < 100_000, `${name}: ${bytes} bytes`);
      }
    }
  });

  test("of a run that is smaller than the paper's, each figure says so on the plot", () => {
    const run = new SearchRun(methods.drnas, spaces.nasBench201(), images.take({ train: 64, test: 0 }), {
      channels: 4,
      batch: 8,
      epochs: 4,
    });
    run.history.push(...madeUpHistory(run.space, 4));
    run.steps.push(...madeUpSteps(run.history, 2));
    const made: Record<string, Figure> = {
      heatMap: display.heatMap(run),
      ridgelines: display.ridgelines(run),
      simplex: display.simplex(run),
      surface: display.surface(run),
      edgeEntropy: display.edgeEntropy(run),
      leaders: display.leaders(run),
      stepTimes: display.stepTimes(run),
      compare: display.compare([run]),
      parallel: display.parallel([run]),
      validTest: display.validTest(run),
      pareto: display.pareto(run),
    };
    for (const [name, figure] of Object.entries(made)) {
      const words = /Reduced search on Fashion-MNIST: 4 of 16 channels/;
      assert.match(figure.svg.replace(/<\/?t(?:ext|span)[^>]*>/g, " "), words, name);
      assert.match(figure.text, words, name);
      if (figure.plotly) assert.match(JSON.stringify(figure.plotly), words, name);
    }
  });
});
