import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, suite, test } from "node:test";
import { inflateSync } from "node:zlib";
import { RandomStream } from "../../src/backend";
import { benchmarks } from "../../src/benchmarks";
import { display, Figure } from "../../src/display";
import { DISPLAY } from "../../src/display/bundle";
import { architectureFigure } from "../../src/display/cell-graph";
import { draw } from "../../src/display/draw";
import { pdfOf } from "../../src/display/pdf";
import { binRows, rankFigure } from "../../src/display/rank";
import { spaceFigure } from "../../src/display/space-graph";
import { CellDistribution, Dirichlet } from "../../src/distributions";
import { spaces } from "../../src/spaces";

const space = spaces.nasBench201();
const text = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|";
const architecture = space.parse(text);

const distribution = new CellDistribution(["1<-0"], ["a", "b", "c"], [new Dirichlet([1, 2, 3])]);

/** The operators of a page's content. */
function contentOf(pdf: Buffer): string[] {
  const streams = [...pdf.toString("latin1").matchAll(/\/Filter \/FlateDecode\n>>\nstream\n([\s\S]*?)\nendstream/g)];
  const [page] = streams.map(([, bytes]) => inflateSync(Buffer.from(bytes, "latin1")).toString("latin1"));
  return page.match(/(?<=^| )[A-Za-z]+\*?(?=$)/gm)!;
}

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

  test("refuses other endings, folders that are not there and widths that are none, with what to do", () => {
    assert.throws(
      () => chart.save(path.join(folder, "rank.gif")),
      /UserError: save: .*rank\.gif".*\.svg, \.pdf, \.png or \.json$/,
    );
    assert.throws(() => graph.save(path.join(folder, "cell.json")), /UserError: .*cell\.json".*\.svg, \.pdf or \.png$/);
    const away = path.join(folder, "away", "rank.svg");
    assert.throws(
      () => chart.save(away),
      /UserError: save: ".*rank\.svg": there is no folder .*away; make it first: mkdirSync\(/,
    );
    for (const width of ["84", "wide", "-3mm", "0mm", "84px", "1e9mm"])
      assert.throws(() => chart.save(path.join(folder, "rank.svg"), { width }), /width must be a length .*"84mm", got/);
    assert.ok(!readdirSync(folder).some((file) => /gif|tmp|part|away/.test(file)));
  });

  test("saves an SVG in its size on paper, a chart laid out anew with text of 6 points, a graph scaled", () => {
    const save = (figure: Figure, width: string) =>
      readFileSync(figure.save(path.join(folder, "paper.svg"), { width }), "utf8");
    const sizeOf = (svg: string) => {
      const [, width, height, across, down] =
        /^<svg[^>]* width="([\d.]+)mm" height="([\d.]+)mm" viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
      return { width, height, across, down };
    };
    for (const figure of [chart, graph])
      for (const [width, millimetres] of [
        ["84mm", 84],
        ["8.4cm", 84],
        ["5in", 127],
        ["400 pt", 141.111],
      ] as const) {
        const size = sizeOf(save(figure, width));
        assert.equal(size.width, millimetres);
        assert.ok(Math.abs(size.height / size.width - size.down / size.across) < 1e-4);
      }
    const points = (11 * (84 / 25.4) * 72) / sizeOf(save(chart, "84mm")).across;
    assert.ok(points > 5.5, `${points.toFixed(2)} points`); // labels may stick out of the page's width a little
    assert.equal(sizeOf(save(graph, "84mm")).across, 720);
    assert.ok(save(chart, "84mm") !== chart.svg && graph.save(path.join(folder, "g.svg")).endsWith("g.svg"));
  });

  test("saves a PNG of 300 dots an inch at a width on paper", () => {
    const png = readFileSync(chart.save(path.join(folder, "paper.png"), { width: "84mm" }));
    assert.equal(png.readUInt32BE(16), Math.round((84 / 25.4) * 300));
  });

  test("saves a PDF of that width, its text as text in embedded subsets of the font, the same bytes each time", () => {
    for (const figure of [chart, graph, display.simplex(distribution), display.heatMap(distribution)]) {
      const file = figure.save(path.join(folder, "paper.pdf"), { width: "84mm" });
      const pdf = readFileSync(file);
      assert.match(pdf.toString("latin1"), /^%PDF-1\.\d[\s\S]*%%EOF\s*$/);
      const [, width] = /\/MediaBox \[0 0 ([\d.]+) [\d.]+\]/.exec(pdf.toString("latin1"))!.map(Number);
      assert.ok(Math.abs(width - (84 / 25.4) * 72) < 1e-3);
      assert.match(pdf.toString("latin1"), /\/FontName \/[A-Z]{6}\+DejaVuSans[\s\S]*\/FontFile2/);
      const page = contentOf(pdf);
      // Every path that is begun is painted, or is ended without: else the next one would go on with it.
      const open = page.reduce((begun, operator) => {
        if (["m", "re"].includes(operator)) return true;
        if (["f", "S", "B", "n", "f*", "B*", "s"].includes(operator)) return false;
        assert.ok(!begun || !["q", "Q", "BT", "cm"].includes(operator), `${operator} within a path`);
        return begun;
      }, false);
      assert.equal(open, false);
      const texts = figure.save(path.join(folder, "paper.svg"), { width: "84mm" });
      const words = readFileSync(texts, "utf8").match(/<text[^>]*>[^<\s]/g)!.length;
      assert.ok(page.filter((operator) => operator === "BT").length >= words, "a text is missing");
      assert.deepEqual(readFileSync(figure.save(path.join(folder, "again.pdf"), { width: "84mm" })), pdf);
    }
    const whole = readFileSync(chart.save(path.join(folder, "whole.pdf"))).toString("latin1");
    const across = Number(/viewBox="0 0 ([\d.]+)/.exec(chart.svg)![1]);
    assert.ok(whole.includes(`/MediaBox [0 0 ${0.75 * across} `), "three quarters of a point to a pixel");
  });

  test("a picture with what PDF cannot show is refused, not drawn with a hole", () => {
    const svg = (inner: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9">${inner}</svg>`;
    assert.throws(() => pdfOf(svg("<ellipse rx='3' ry='2'/>"), 100), /no element "ellipse"/);
    assert.throws(() => pdfOf(svg('<g transform="skewX(3)"/>'), 100), /no transformation "skewX"/);
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
      const figure = rankFigure(benchmark.query(one));
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
