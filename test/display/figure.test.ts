import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, suite, test } from "node:test";
import { display, Figure } from "../../src/display";
import { DISPLAY } from "../../src/display/bundle";
import { binRows } from "../../src/display/rank";
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
      /RangeError: save: .*rank\.gif".*\.svg, \.png or \.json/,
    );
    assert.throws(() => graph.save(path.join(folder, "cell.json")), /RangeError: save: .*cell\.json".*\.svg or \.png$/);
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

  test("the space tells its size", () => {
    const { svg, text: words } = spaceFigure(space);
    assert.match(svg, /15,625/);
    assert.match(words, /15,625/);
  });

  test("the rank says whose accuracies they are", () => {
    assert.match(display.rank(architecture).text, /CIFAR-10/);
    assert.match(display.rank(architecture, "cifar100").svg, /CIFAR-100/);
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
