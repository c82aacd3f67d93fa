// NAS-Bench-Macro (Su et al., CVPR 2021): eight layers in a row, each an inverted residual block, small or large, or nothing.
import { Architecture } from "./architecture";
import { layerCell, layerEdge } from "./layer-choice";
import { invertedResidual, type Operation } from "./operations";
import { Scanner } from "./scanner";
import { type Notation, SearchSpace, type SpaceDefinition } from "./space";

const OPERATIONS: readonly Operation[] = [
  {
    name: "identity",
    title: "identity",
    steps: (stride) => (stride === 1 ? [] : [{ kind: "convolution", window: [1, 1] }, { kind: "norm" }]),
  },
  ...[
    { kernel: 3, expansion: 3 },
    { kernel: 5, expansion: 6 },
  ].map(({ kernel, expansion }) => {
    const steps = invertedResidual(kernel, expansion, "relu");
    return {
      name: `mb${expansion}_k${kernel}`,
      title: `MBConv ${kernel}×${kernel}, ${expansion}`,
      steps: () => steps,
      residual: true,
    };
  }),
];

/** Layers of each stage; its first halves the maps and doubles the channels. */
const STAGES = [2, 3, 3] as const;
/** Channels in front of the classifier, of narrower networks too. */
const FEATURES = 1280;

const LAYERS = STAGES.flatMap((length, stage) =>
  Array.from({ length }, (_, k) => ({ name: `layer ${stage + 1}.${k + 1}`, stage, first: k === 0 })),
);

/** The authors' train/model.py; `cells` is how often each layer stands, once in the benchmark. */
const network: SpaceDefinition["network"] = (list, cell) => {
  const { channels, cells } = list.size;
  list.convolution("stem", channels, { activation: "after" });
  for (const { name, stage, first } of LAYERS)
    for (let n = 0; n < cells; n++) list.cell(cell(name), 2 ** (stage + 1) * channels, first && n === 0 ? 2 : 1);
  list.convolution("out", FEATURES, { window: 1, activation: "after" }).head();
};

/** "02012100": a digit a layer, the number of its operation. */
const notation: Notation = {
  print: ({ operations }) => operations.join(""),
  parse(text, space) {
    const scan = new Scanner(text, `${space.title}: parse`);
    const picks = LAYERS.map(({ name }) => {
      const start = scan.position;
      return Number(scan.take(/[012]/y) ?? scan.fail(`0, 1 or 2, the operation of ${name}`, start));
    });
    scan.end();
    return new Architecture(space, picks);
  },
  /** A layer that is nothing may as well stand behind the others of its stage, but for a stage's first. */
  canonical({ operations }) {
    return STAGES.map((length, stage) => {
      const [first, ...others] = operations.filter((_, k) => LAYERS[k].stage === stage);
      return [first, ...others.filter((o) => o !== 0)].join("").padEnd(length, "0");
    }).join("");
  },
};

/** The space of 3^8 networks, of which 3,969 differ. */
export function nasBenchMacroSpace(): SearchSpace {
  return new SearchSpace({
    name: "nasbench-macro",
    title: "NAS-Bench-Macro",
    paper: "Prioritized Architecture Sampling with Monto-Carlo Tree Search",
    operations: OPERATIONS,
    cells: LAYERS.map(({ name, first }) => layerCell(name, first ? 2 : 1)),
    edges: LAYERS.map(({ name }) =>
      layerEdge(
        name,
        name,
        OPERATIONS.map((_, o) => o),
      ),
    ),
    network,
    search: { channels: 32, cells: 1, epochs: 50 },
    final: { channels: 32, cells: 1 },
    counts: "cells a stage",
    image: [32, 32, 3],
    classes: 10,
    auxiliary: null,
    notation,
  });
}
