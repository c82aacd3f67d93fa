// A small chain: twelve kinds of cell of an edge each, the first of each six halving its input.
import { operationNamed } from "../../src/spaces";
import { Architecture } from "../../src/spaces/architecture";
import { layerCell, layerEdge } from "../../src/spaces/layer-choice";
import { SearchSpace } from "../../src/spaces/space";

const layers = Array.from({ length: 12 }, (_, k) => ({ name: `layer ${k + 1}`, first: k % 6 === 0 }));

export const chain = new SearchSpace({
  name: "chain",
  title: "Chain",
  paper: "",
  operations: ["skip_connect", "mbconv_3x3_3", "mbconv_5x5_6"].map(operationNamed),
  cells: layers.map(({ name, first }) => layerCell(name, first ? 2 : 1)),
  edges: layers.map(({ name, first }) => layerEdge(`${name} 1<-0`, name, first ? [1, 2] : [0, 1, 2])),
  network(list, cell) {
    list.convolution("stem", list.size.channels);
    layers.forEach(({ name }, k) => void list.cell(cell(name), list.size.channels * (1 + Math.floor(k / 6))));
    list.head();
  },
  search: { channels: 16, cells: 12, epochs: 50 },
  final: { channels: 16, cells: 12 },
  counts: "cells",
  image: [32, 32, 3],
  classes: 10,
  auxiliary: null,
  notation: {
    print: ({ operations }) => operations.join(" "),
    parse: (text, space) => new Architecture(space, text.split(" ").map(Number)),
  },
});
