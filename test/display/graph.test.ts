import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RandomStream } from "../../src/backend";
import { architectureFigure, mixedFigure } from "../../src/display/cell-graph";
import { paragraph } from "../../src/display/graph";
import { layOut } from "../../src/display/graphviz";
import { networkBlocks, networkFigure, networkWords } from "../../src/display/network-graph";
import { spaceFigure } from "../../src/display/space-graph";
import { operationColours } from "../../src/display/theme";
import { CellDistribution, PointMass } from "../../src/distributions";
import { type Design, operationNamed, type SearchSpace, spaces } from "../../src/spaces";
import { chain } from "./chain";

const DARTS_V2 =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))";

type Box = readonly [left: number, top: number, right: number, bottom: number];

const boxes = (svg: string, pattern: RegExp): Box[] =>
  [...svg.matchAll(pattern)].map((match) => {
    const [x, y, width, height] = match.slice(1, 5).map(Number);
    return [x, y, x + width, y + height];
  });
const place = 'x="([-\\d.]+)" y="([-\\d.]+)" width="([\\d.]+)" height="([\\d.]+)"';
const plates = (svg: string) => boxes(svg, new RegExp(`<rect class="plate" ${place}`, "g"));
const nodes = (svg: string) => boxes(svg, new RegExp(`<rect ${place} rx="5"`, "g"));
const edges = (svg: string) => svg.match(/<path class="edge"/g)?.length ?? 0;
const named = (svg: string, words: string) => svg.split(`>${words}<`).length - 1;

/** The parts of a picture that have coordinates of their own: its cells. */
const cells = (svg: string) =>
  svg.split(/<g transform="(?:scale|translate\([\d.]+,[\d.]+\)"><path class="edge")/).slice(1);

function assertApart(all: readonly Box[], what: string): void {
  all.forEach((a, i) => {
    for (const b of all.slice(i + 1)) {
      const apart = a[2] <= b[0] + 1 || b[2] <= a[0] + 1 || a[3] <= b[1] + 1 || b[3] <= a[1] + 1;
      assert.ok(apart, `${what}: ${a} meets ${b}`);
    }
  });
}

function distribution(space: SearchSpace): CellDistribution {
  const kept = space.edges.map(({ candidates }, e) => (e === 0 ? candidates.slice(1) : candidates));
  return new CellDistribution(
    space.edges.map(({ name }) => name),
    space.operations,
    kept.map((row, e) => new PointMass(row.map((_, k) => (e + k) % 3))),
    kept,
  );
}

suite("Graphviz", () => {
  const wide = { width: 60, height: 20 };
  const a = { name: "a", ...wide };
  const b = { name: "b", ...wide };

  test("lays out left to right, each time the same, with room for labels", () => {
    const lay = (label?: typeof wide) =>
      layOut([a, b], [{ from: "a", to: "b", clip: true, label }], { node: 10, column: 20 });
    const plain = lay();
    assert.deepEqual(plain.nodes[0], [30, 10]);
    assert.deepEqual([plain.width, plain.height], [140, 20]);
    assert.deepEqual(lay(), plain);
    const [{ curve, label }] = lay({ width: 200, height: 16 }).edges;
    assert.equal(curve.length % 3, 1);
    assert.ok(curve.at(-1)![0] - curve[0][0] >= 200);
    assert.ok(label![0] > 30 + 100);
    assert.equal(plain.edges[0].label, null);
  });

  test("tells edges between the same nodes apart", () => {
    const edge = { from: "a", to: "b", clip: true };
    const { edges } = layOut([a, b], [edge, edge], { node: 10, column: 20 });
    assert.equal(edges.length, 2);
    assert.notDeepEqual(edges[0], edges[1]);
  });

  test("passes on what Graphviz complains of", () => {
    const broken = { name: "a", width: Number.NaN, height: 20 };
    assert.throws(() => layOut([broken], [{ from: "a", to: "missing", clip: true }], { node: 1, column: 1 }));
    assert.equal(layOut([a], [], { node: 1, column: 1 }).nodes.length, 1); // and works on
  });
});

suite("an architecture's cells", () => {
  const architecture = spaces.darts().parse(DARTS_V2);

  test("have the papers' names, the edges that are kept and no others, the operations in their colours", () => {
    const { svg, text } = architectureFigure(architecture);
    assert.equal(text, architecture.toString());
    for (const [words, count] of [
      ["c_{k-2}", 2],
      ["c_{k-1}", 2],
      ["c_{k}", 2],
      ["3", 2],
      ["sep conv 3×3", 5],
      ["skip", 5],
      ["dil conv 3×3", 1],
      ["max pool 3×3", 5],
      ["normal cell", 1],
      ["reduce cell", 1],
    ] as const)
      assert.equal(named(svg, words), count, words);
    assert.equal(plates(svg).length, 16);
    assert.equal(edges(svg), 16 + 8); // the four nodes of each cell are concatenated
    const [pool] = operationColours(["max_pool_3x3"]);
    assert.equal(svg.split(`stroke="${pool}" stroke-width="2"`).length - 1, 5);
    assert.equal(architectureFigure(spaces.darts().parse(DARTS_V2)).svg, svg); // to the byte
  });

  test("have labels and nodes that do not lie on each other", () => {
    for (const space of [spaces.nasBench201(), spaces.darts(), spaces.s1()])
      for (let seed = 0; seed < 4; seed++) {
        const { svg } = architectureFigure(space.sample(new RandomStream(seed)));
        const parts = cells(svg);
        assert.equal(parts.length, space.cells.length);
        for (const part of parts) assertApart([...plates(part), ...nodes(part)], `${space.name}, seed ${seed}`);
      }
  });

  test("of a design that is in no space are drawn too", () => {
    const design: Design = {
      title: "NASNet-A",
      layers: (size) => spaces.darts().layers(size),
      cell: () => ({
        inputs: 2,
        nodes: 4,
        operationsOn: "edges",
        stride: 1,
        output: [3],
        edges: [
          { place: 0, from: 1, to: 2, operation: operationNamed("sep_conv_7x7") },
          { place: 1, from: 1, to: 2, operation: operationNamed("conv_7x1_1x7") },
          { place: 2, from: 2, to: 3, operation: operationNamed("skip_connect") },
        ],
      }),
      auxiliary: () => null,
    };
    const { svg } = architectureFigure(design);
    assert.equal(plates(svg).length, 6);
    for (const words of ["NASNet-A", "sep conv 7×7", "conv 7×1, 1×7"]) assert.ok(named(svg, words) > 0, words);
  });

  test("of a chain are its network, each layer with its operation", () => {
    const { svg } = architectureFigure(chain.architecture(chain.edges.map(({ candidates }) => candidates[0])));
    assert.equal(named(svg, "MBConv 3×3, 3"), 2);
    assert.equal(named(svg, "skip"), 10);
    assert.ok(svg.includes('stroke-width="3"'));
  });
});

test("a string without spaces is broken where the card ends", () => {
  const words = Array.from({ length: 30 }, () => "mbconv_5x5_6").join(",");
  const { width, svg } = paragraph([words, "a short line"], 10);
  const lines = [...svg.matchAll(/>([^<]+)<\/text>/g)].map(([, line]) => line);
  assert.ok(width <= 696);
  assert.equal(lines.slice(0, -1).join(""), words);
  assert.ok(lines.length > 3 && lines.slice(0, -2).every((line) => line.endsWith(",")));
});

suite("a search's cells", () => {
  test("show each operation as wide as its mean weight, and none that was pruned", () => {
    const space = spaces.darts();
    const { svg, text } = mixedFigure(distribution(space), space, "a note");
    assert.equal(edges(svg), 7 * 28 - 1 + 8);
    assert.match(text, /a note\nedge +operation +mean weight\nnormal 0 ← c_\{k-2\} +sep conv 3×3 +0\.333\n/);
    const widths = [...svg.matchAll(/class="edge"[^>]*stroke-width="([\d.]+)"/g)].map((match) => Number(match[1]));
    const sum = widths.filter((width) => width !== 1).reduce((total, width) => total + width, 0);
    assert.ok(Math.abs(sum - 28 * 13) < 1, `${sum}`);
    assert.equal(mixedFigure(distribution(space), space, "a note").svg, svg);
  });
});

test("words name as many operations as a choice takes", () => {
  const space = spaces.oneShot1(1);
  const taken = space.edges.reduce((sum, { picks }) => sum + picks, 0);
  assert.ok(taken > space.edges.length);
  const { text } = mixedFigure(distribution(space), space, "a note");
  assert.equal(text.split("\n").length, 3 + taken); // title, note, heading
});

test("an edge with a single operation left is a ribbon too", () => {
  const space = spaces.nasBench201();
  const certain = new CellDistribution(
    space.edges.map(({ name }) => name),
    space.operations,
    space.edges.map(() => new PointMass([40, 0, 0, 0, 0])),
  );
  const { svg } = mixedFigure(certain, space);
  assert.equal(svg.match(/class="edge"[^>]*stroke-width="13"/g)?.length, 6);
  assert.doesNotMatch(svg, /polygon/);
});

suite("a space", () => {
  test("of NAS-Bench-201 shows all candidates and its size", () => {
    const { svg, text } = spaceFigure(spaces.nasBench201());
    assert.match(svg, /5⁶ = 15,625 architectures/);
    assert.equal(edges(svg), 30);
    assert.match(text, /15,625/);
  });

  test("of DARTS draws cells of the same candidates once, S1 each with its own", () => {
    const darts = spaceFigure(spaces.darts());
    assert.equal(edges(darts.svg), 14 * 7 + 4);
    assert.match(darts.svg, /1\.1 × 10¹⁸ architectures/);
    assert.match(darts.svg, /keeps 2 of the edges into a node/);
    const s1 = spaceFigure(spaces.s1()).svg;
    assert.equal(edges(s1), 28 * 2 + 8);
    assert.match(s1, /2 operations on each of 28 edges/);
    assert.equal(named(s1, "sep conv 5×5"), 0);
  });

  test("of a chain has no picture for each of its cells", () => {
    const { svg } = spaceFigure(chain);
    assert.equal(edges(svg), 2 + 3);
    assert.match(svg, /2 to 3 operations on each of 12 edges/);
  });

  for (const space of [spaces.darts({ none: true }), spaces.s1(), spaces.dartsImageNet(), chain])
    test(`${space.name}: everything lies inside the card, nodes apart`, () => {
      const { svg } = spaceFigure(space);
      const [, width, height] = /^<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number);
      assert.ok(width <= 720 && height <= 900, `${width} × ${height}`);
      for (const part of cells(svg)) assertApart(nodes(part.split("</g>")[0]), space.name);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    });
});

suite("a network", () => {
  test("of DARTS: folded, with channels and resolution", () => {
    const space = spaces.darts();
    assert.equal(
      networkWords(networkBlocks(space, space.finalSize, { own: true })),
      "image, 3 channels, 32×32 → conv 3×3, 108 channels, 32×32 → 6 × normal, 36 channels, 32×32 → reduce, 72 channels, 16×16 → 6 × normal, 72 channels, 16×16 → reduce, 144 channels, 8×8 (auxiliary tower) → 6 × normal, 144 channels, 8×8 → head, 10 classes",
    );
  });

  test("of DARTS for ImageNet and of NAS-Bench-201", () => {
    const imageNet = spaces.dartsImageNet();
    const words = networkWords(networkBlocks(imageNet, imageNet.finalSize));
    assert.match(words, /conv 3×3, 48 channels, 28×28 → 4 × normal, 48 channels, 28×28 → reduce, 96 channels, 14×14/);
    assert.doesNotMatch(words, /auxiliary/);
    const size = { channels: 8, cells: 1, image: [28, 28, 1], classes: 10 } as const;
    const { svg, text } = networkFigure(spaces.nasBench201(), size, "a note");
    assert.match(text, /network of 8 channels, 1 cells a stage\na note\nimage, 1 channel, 28×28/);
    assert.equal(named(svg, "residual block"), 2);
    assert.equal(named(svg, "cell"), 3);
  });

  test("an auxiliary tower in the middle of equal cells parts them", () => {
    const blocks = networkBlocks(spaces.darts(), { ...spaces.darts().finalSize, cells: 8 }, { own: true });
    assert.deepEqual(
      blocks.filter(({ auxiliary }) => auxiliary).map(({ title }) => title),
      ["reduce"],
    );
  });
});
