import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, suite, test } from "node:test";
import { RandomStream } from "../../src/backend";
import { benchmarks } from "../../src/benchmarks";
import { display, Figure } from "../../src/display";
import { DISPLAY } from "../../src/display/bundle";
import { architectureFigure } from "../../src/display/cell-graph";
import { draw } from "../../src/display/draw";
import { binRows, rankFigure } from "../../src/display/rank";
import { spaceFigure } from "../../src/display/space-graph";
import { spaces } from "../../src/spaces";

const space = spaces.nasBench201();
const text = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|";
const architecture = space.parse(text);

suite("Figure", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "naslab-figure-"));
  after(() => rmSync(folder, { recursive: true }));
  const chart = display.rank(architecture);
  const graph = display.architecture(architecture);

  test("saves SVG, PNG and, of a chart, its specification; the path is absolute", () => {
    const svg = chart.save(path.join(folder, "rank.svg"));
    assert.equal(readFileSync(svg, "utf8"), chart.svg);
    assert.ok(path.isAbsolute(svg));
    const png = readFileSync(chart.save(path.join(folder, "rank.PNG")));
    assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const json = readFileSync(chart.save(path.join(folder, "rank.json")), "utf8");
    assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(chart.specification)));
  });

  test("refuses other endings, naming those it can write", () => {
    assert.throws(
      () => chart.save(path.join(folder, "rank.gif")),
      /UserError: save: .*rank\.gif".*\.svg, \.png or \.json/,
    );
    assert.throws(() => graph.save(path.join(folder, "cell.json")), /UserError: save: .*cell\.json".*\.svg or \.png$/);
  });

  test("shows a chart as Vega-Lite, SVG, PNG and text, a graph as SVG, PNG and text", () => {
    const pictures = ["image/png", "image/svg+xml", "text/plain"];
    assert.deepEqual(Object.keys(graph[DISPLAY]()).sort(), pictures);
    assert.deepEqual(Object.keys(chart[DISPLAY]()).sort(), ["application/vnd.vegalite.v5+json", ...pictures]);
  });

  test("never shows itself as HTML", () => {
    for (const figure of [chart, graph]) assert.ok(!("text/html" in figure[DISPLAY]()));
  });

  test("draws well-formed XML", () => {
    for (const figure of [chart, graph, spaceFigure(space)]) {
      assert.match(figure.svg, /^<svg [\s\S]*<\/svg>\s*$/);
      assert.doesNotMatch(figure.svg, /&(?!(amp|lt|gt|quot|apos|#\d+);)/);
      const open = figure.svg.match(/<[a-z][^>]*[^/]>|<[a-z]>/gi)?.length;
      assert.equal(open, figure.svg.match(/<\/[a-z]/gi)?.length);
    }
  });
});

suite("pictures of NAS-Bench-201", () => {
  test("a cell names its operations, its string and its accuracies", () => {
    const { svg, text: words } = display.architecture(architecture);
    for (const name of ["conv 3×3", "conv 1×1", "skip", "none", "avg pool 3×3", text])
      assert.ok(svg.includes(name), name);
    assert.ok(words.includes(text));
  });

  test("a cut edge is dashed; without an entry there are no accuracies", () => {
    const { svg, text: words } = architectureFigure(architecture);
    assert.equal(svg.match(/stroke-dasharray/g)?.length, 1);
    assert.doesNotMatch(svg, /epochs/);
    assert.equal(words, text);
    const entry = benchmarks.nasBench201().query(architecture);
    const { svg: told } = architectureFigure(architecture, entry);
    for (const value of Object.values(entry.accuracies).flatMap(({ valid, test: tested }) => [valid, tested]))
      assert.ok(told.includes(`>${value.toFixed(2)}<`), String(value));
  });

  test("there is no rank where no benchmark is", () => {
    const other = spaces.s2().sample(new RandomStream(0));
    assert.throws(
      () => display.rank(other),
      /UserError: display.rank: no benchmark has trained the architectures of S2/,
    );
  });

  test("the rank says whose accuracies they are", () => {
    assert.match(display.rank(architecture).text, /CIFAR-10/);
    assert.match(display.rank(architecture, "cifar100").svg, /CIFAR-100/);
  });

  test("the rank of the best, of the worst and between: sound, every architecture drawn or said to be left out", () => {
    const benchmark = benchmarks.nasBench201();
    const all = benchmark.all("cifar10", "test");
    const worst = space.at(all.indexOf(Math.min(...all)));
    for (const one of [benchmark.best("cifar10", "test"), architecture, worst]) {
      const figure = rankFigure(benchmark.query(one), benchmark);
      assert.deepEqual(draw(figure.specification!).warnings, []);
      const [bars] = figure.specification!.layer as { data: { values: { architectures: number }[] } }[];
      const drawn = bars.data.values.reduce((sum, { architectures }) => sum + architectures, 0);
      const hidden = Number(/([\d,]+) architectures \(.*not drawn/.exec(figure.text)?.[1].replace(",", "") ?? 0);
      assert.equal(drawn + hidden, 15_625);
      const better = all.filter((accuracy) => accuracy > all[one.index]).length;
      assert.ok(figure.text.startsWith(`Rank ${(better + 1).toLocaleString("en-US")} of 15,625: better than`));
    }
  });

  test("a histogram's bins hold every value once, empty bins among them", () => {
    assert.deepEqual(binRows([1, 1.4, 2.5, 2.6], 0.5), [
      { from: 1, to: 1.5, architectures: 2 },
      { from: 1.5, to: 2, architectures: 0 },
      { from: 2, to: 2.5, architectures: 0 },
      { from: 2.5, to: 3, architectures: 2 },
    ]);
  });
});

test("Figure is what display gives", () => assert.ok(display.rank(architecture) instanceof Figure));
