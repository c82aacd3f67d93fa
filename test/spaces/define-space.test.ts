import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../src/backend";
import { datasets } from "../../src/datasets";
import { methods } from "../../src/methods";
import { defineSpace, isCell, type OwnSpace, spaces } from "../../src/spaces";
import { SearchRun } from "../../src/trainer";
import { assertRefusedAt } from "./refused";

const ten: OwnSpace = {
  name: "mine",
  operations: [
    "skip_connect",
    "nor_conv_3x3",
    { name: "swish", run: (x) => tf.mul(x, tf.sigmoid(x)), multiplyAdds: 2 },
  ],
  cells: [
    {
      name: "cell",
      nodes: 4,
      edges: [[0, 1], [0, 2], { from: 1, to: 3, operations: ["skip_connect", "swish"] }, [2, 3]],
    },
  ],
  network: [{ convolution: 3 }, { cell: "cell", times: "N" }, "residual", { cell: "cell", times: "N" }],
};
const space = defineSpace(ten);

test("the rest follows: edges, size, notation, layers, costs", () => {
  assert.deepEqual(
    space.edges.map(({ name, candidates }) => [name, candidates]),
    [
      ["1<-0", [0, 1, 2]],
      ["2<-0", [0, 1, 2]],
      ["3<-1", [0, 2]],
      ["3<-2", [0, 1, 2]],
    ],
  );
  assert.equal(space.size, 54);
  assert.deepEqual(
    space.layers({ ...space.finalSize, cells: 2 }).map(({ kind, output: { channels } }) => `${kind} ${channels}`),
    ["convolution 16", "cell 16", "cell 16", "residual 32", "cell 32", "cell 32", "head 10"],
  );
  const text = "1<-0 swish, 2<-0 skip_connect, 3<-1 skip_connect, 3<-2 nor_conv_3x3";
  const architecture = space.parse(text);
  assert.equal(String(architecture), text);
  const emptier = space.parse("3<-2 skip_connect , 1<-0 skip_connect,2<-0 skip_connect,3<-1 skip_connect");
  const difference = (key: "parameters" | "multiplyAdds") => architecture.cost()[key] - emptier.cost()[key];
  const stages = [
    { channels: 16, side: 32 },
    { channels: 32, side: 16 },
  ];
  const sum = (of: (stage: (typeof stages)[number]) => number) =>
    stages.reduce((total, stage) => total + 5 * of(stage), 0);
  assert.equal(
    difference("parameters"),
    sum(({ channels: c }) => 9 * c * c + 2 * c),
  );
  assert.equal(
    difference("multiplyAdds"),
    sum(({ channels: c, side }) => side * side * (9 * c * c + 2 * c)),
  );
});

test("a network of NASLab's can have cells of one's own", () => {
  const cells = (["normal", "reduce"] as const).map((name) => ({
    name,
    inputs: 2 as const,
    nodes: 4,
    output: [2, 3],
    keep: 2,
    stride: name === "reduce" ? (2 as const) : (1 as const),
  }));
  const small = defineSpace({ name: "small", operations: ["max_pool_3x3", "sep_conv_3x3"], cells, network: "darts" });
  assert.equal(small.size, (4 * 12) ** 2);
  assert.deepEqual(small.edges.map(({ name }) => name).slice(4, 6), ["normal 3<-2", "reduce 2<-0"]);
  assert.equal(small.layers(small.finalSize).filter(isCell).length, 20);
  assert.deepEqual(small.search, spaces.darts().search);
});

const cell = (changed: object): OwnSpace => ({ ...ten, cells: [{ name: "cell", nodes: 4, ...changed }] });
const refused: [what: string, description: unknown, message: RegExp][] = [
  ["nothing", undefined, /: the description: it is missing/],
  ["a name that is taken", { ...ten, name: "darts" }, /: name: NASLab has a space "darts"/],
  ["an unknown word", { ...ten, layers: 3 }, /: the description: .*"layers"/],
  ["an unknown operation", { ...ten, operations: ["conv"] }, /: operations\[0\]: operation "conv" is unknown/],
  ["an operation twice", { ...ten, operations: ["none", "none"] }, /: operations\[1\]: there are two named "none"/],
  ["an operation without a function", { ...ten, operations: [{ name: "x" }] }, /: operations\[0\]\.run: it is missing/],
  ["a cell twice", { ...ten, cells: [...ten.cells, ...ten.cells] }, /: cells\[1\]: there are two named "cell"/],
  [
    "a cycle",
    cell({
      edges: [
        [0, 1],
        [1, 3],
        [3, 2],
        [2, 3],
      ],
    }),
    /cells\[0\] \("cell"\)\.edges\[2\] \(2<-3\): it leads from node 3 to node 2; .* no cycle/,
  ],
  [
    "an edge to nowhere",
    cell({
      edges: [
        [0, 3],
        [1, 7],
      ],
    }),
    /\.edges\[1\] \(7<-1\): there is no node 7; the nodes are 0 to 3/,
  ],
  ["an edge into an input", cell({ inputs: 2, edges: [[0, 1]] }), /\.edges\[0\] \(1<-0\): node 1 is an input/],
  [
    "an edge twice",
    cell({
      edges: [
        [0, 1],
        [0, 1],
      ],
    }),
    /\.edges\[1\] \(1<-0\): there are two such edges/,
  ],
  [
    "an edge's unknown operation",
    cell({ edges: [{ from: 0, to: 3, operations: ["nope", "swish"] }] }),
    /\.edges\[0\] \(3<-0\): operation "nope" is unknown; the space has/,
  ],
  [
    "an edge without a choice",
    cell({ edges: [{ from: 0, to: 3, operations: ["swish"] }] }),
    /\.edges\[0\] \(3<-0\): it has only swish; give an edge two operations/,
  ],
  [
    "an output that nothing reaches",
    cell({ nodes: 3, edges: [[0, 1]] }),
    /cells\[0\] \("cell"\): output node 2 can't be reached/,
  ],
  [
    "a node that leads nowhere",
    cell({
      nodes: 3,
      edges: [
        [0, 1],
        [0, 2],
      ],
    }),
    /node 1 does not lead to the output/,
  ],
  ["an output that is not there", cell({ output: [4] }), /cells\[0\] \("cell"\)\.output: there is no node 4/],
  ["an output that is an input", cell({ output: [0, 3] }), /\.output: node 0 is an input/],
  ["too few nodes", cell({ nodes: 1 }), /1 nodes are not enough/],
  ["too few edges to keep", cell({ keep: 2 }), /\.keep: 2 edges into each node, and into node 1 lead 1/],
  ["a stride of 3", cell({ stride: 3 }), /: cells\[0\]\.stride: 3 does not fit: 1 or 2/],
  ["a number that is none", { ...ten, network: [{ cell: "cell", times: 0 }] }, /: network\[0\]\.times: 0 does not fit/],
  ["an unknown network", { ...ten, network: "resnet" }, /: network: "resnet" does not fit: "nasbench201"/],
  [
    "an unknown cell",
    { ...ten, network: [{ cell: "other" }] },
    /: network\[0\]: there is no cell "other"; the cells are cell/,
  ],
  ["a network without its cells", { ...ten, network: "darts" }, /: network: there is no cell "normal"/],
  ["a cell that is not used", { ...ten, network: [{ convolution: 3 }] }, /: cells\[0\]: "cell" is not in the network/],
  [
    "an operation that can't change the channels",
    { ...ten, network: [{ cell: "cell" }] },
    /: edge 1<-0 of cells\.0 \("cell"\): skip_connect at stride 1 gives 32×32×3 where 32×32×16 is wanted/,
  ],
  [
    "an operation that can't take the stride",
    {
      ...cell({ nodes: 2, stride: 2 }),
      operations: ["nor_conv_3x3", { name: "act", steps: () => [{ kind: "relu" }] }],
      network: [{ convolution: 3 }, { cell: "cell" }],
    },
    /: edge 1<-0 of cells\.0 \("cell"\): act at stride 2 gives 32×32×16 where 16×16×32 is wanted/,
  ],
  [
    "maps that get too small",
    {
      ...cell({ nodes: 2, stride: 2 }),
      image: [4, 4, 3],
      network: [{ convolution: 3 }, { cell: "cell", times: 4 }],
    },
    /: network: cell 3 \("cell"\) halves maps of 1 × 1/,
  ],
  [
    "inputs that do not fit",
    {
      ...cell({ inputs: 2, nodes: 3 }),
      network: [{ convolution: 3 }, { convolution: 3, stride: 2 }, "pool", "pool", { cell: "cell" }],
      image: [30, 30, 3],
    },
    /cell 1 \("cell"\) takes in maps of 8 × 8 and 5 × 5/,
  ],
];
for (const [what, description, message] of refused) {
  test(`${what} is refused with its place`, () => {
    assert.throws(
      () => defineSpace(description as OwnSpace),
      (error) => error instanceof Error && error.name === "UserError" && message.test(error.message),
      String(message),
    );
  });
}

suite("its architectures are refused where they do not fit", () => {
  for (const [text, character, expected] of [
    ["4<-0 swish", 1, /an edge, 1<-0 or/],
    ["1<-0 relu", 6, /skip_connect or nor_conv_3x3 or swish/],
    ["1<-0 swish, 1<-0 swish", 13, /an edge that has no operation yet/],
    ["1<-0 swish;", 11, /the end/],
  ] as const)
    test(text, () => {
      assertRefusedAt(space, text, character, expected);
    });

  test("an edge is missing", () => {
    assert.throws(() => space.parse("1<-0 swish"), /edge 2<-0 takes 1 of its candidates/);
  });
});

for (const [backend, method] of [
  ["native", methods.drnas],
  ["wasm", methods.gdas],
] as const) {
  test(`three steps of ${method.name} on ${backend} search it`, async () => {
    await useBackend(backend);
    const images = (await datasets.fashionMnist()).take({ train: 64, test: 0 });
    const run = new SearchRun(method, space, images, { channels: 4, cells: 1, batch: 8, epochs: 1, stepsPerEpoch: 3 });
    await run.stage();
    assert.equal(run.steps.length, 3);
    assert.ok(run.steps.every(({ trainLoss }) => Number.isFinite(trainLoss)));
    await run.derive();
    assert.ok(space.parse(String(run.architecture)).equals(run.architecture));
    run.dispose();
  });
}
