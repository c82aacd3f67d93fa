// Search spaces: NASLab's, and those of a user's own.
import { defineSpace, spaces as known } from "../../../src";
import type { OwnCell, OwnSpace } from "../../../src/spaces/define-space";
import type { Said } from "../said";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";

const plain: OwnSpace = {
  name: "mine",
  operations: ["skip_connect", "nor_conv_3x3"],
  cells: [{ name: "cell", nodes: 3 }],
  network: [{ convolution: 3 }, { cell: "cell" }],
};

const defining = (name: string, changes: object, said: Said): CallCase =>
  refused(`defineSpace with ${name}`, () => defineSpace({ ...plain, ...changes } as OwnSpace), said);

const withCell = (name: string, changes: object, said: Said) =>
  defining(name, { cells: [{ name: "cell", nodes: 3, ...changes } as OwnCell] }, said);

export const spaces: readonly CallCase[] = [
  defining("a name of NASLab's", { name: "darts" }, says('"darts"', "name", "take another name")),
  defining("a name with a space", { name: "my space" }, says('"my space"', "name", "a name has letters, digits")),
  defining("no operation", { operations: [] }, says("[]", "operations", ">=1")),
  defining("an unknown operation", { operations: ["swish", "none"] }, says('"swish"', "operations[0]", "skip_connect")),
  defining("an operation twice", { operations: ["none", "none"] }, says('"none"', "operations[1]", "there are two")),
  defining("an operation that is a number", { operations: [3] }, says("3", "operations[0]", "a name, or { name, run")),
  defining("no cell", { cells: [] }, says("[]", "cells", ">=1")),
  defining("a setting of no space", { colour: "red" }, says("colour", "description", "Unrecognized key")),
  defining("an unknown network", { network: "resnet" }, says('"resnet"', "network", '"nasbench201", "darts"')),
  defining(
    "a network of another cell",
    { network: [{ cell: "other" }] },
    says('"other"', "network[0]", "the cells are cell"),
  ),
  defining(
    "an even window",
    { network: [{ convolution: 2 }, { cell: "cell" }] },
    says("2", "network[0].convolution", "odd"),
  ),
  defining(
    "a cell that is not used",
    { network: [{ convolution: 3 }] },
    says('"cell"', "cells[0]", "not in the network"),
  ),
  defining("an image of two sizes", { image: [32, 32] }, says("[32,32]", "image", ">=3")),
  defining("no classes", { classes: 0 }, says("0", "classes", ">0")),
  withCell("too few nodes", { nodes: 1 }, says("1", 'cells[0] ("cell")', "not enough: the first 1 are inputs")),
  withCell("a billion nodes", { nodes: 1e9 }, says("1000000000", "cells[0].nodes", "<=100")),
  defining(
    "a billion cells",
    { network: [{ cell: "cell", times: 1e9 }] },
    says("1000000000", "network[0].times", "<=100"),
  ),
  withCell("a negative node", { output: [-1] }, says("-1", "cells[0].output[0]", ">=0")),
  withCell("an output that is not there", { output: [7] }, says("7", "output", "the nodes are 0 to 2")),
  withCell("an output that is an input", { output: [0] }, says("0", "output", "the output is made of the others")),
  withCell(
    "an edge backwards",
    {
      edges: [
        [0, 1],
        [2, 1],
      ],
    },
    says("2", "edges[1]", "edges lead to higher nodes only"),
  ),
  withCell("an edge to nowhere", { edges: [[0, 9]] }, says("9", "edges[0]", "the nodes are 0 to 2")),
  withCell(
    "an edge twice",
    {
      edges: [
        [0, 1],
        [0, 1],
      ],
    },
    says("1<-0", "edges[1]", "two such edges"),
  ),
  withCell("a node without an edge", { edges: [[0, 2]] }, says("node 1", 'cells[0] ("cell")', "can't be reached")),
  withCell("too many edges kept", { keep: 2 }, says("2 edges", "keep", "into node 1 lead 1")),
  withCell(
    "an edge of one operation",
    { edges: [{ from: 0, to: 1, operations: ["skip_connect"] }] },
    says("skip_connect", "edges[0] (1<-0)", "give an edge two operations to choose from"),
  ),
  refused("oneShot1(4)", () => known.oneShot1(4 as 1), says("4", "spaces.oneShot1", "there are the spaces 1, 2 and 3")),
  refused("chain of 9 layers", () => known.chain({ layers: 9 }), says("9", "spaces.chain: layers", "from 1 to 8")),
  refused(
    "only of an unknown operation",
    () => known.nasBench201().only(["swish"]),
    says('"swish"', "nasbench201", "it has none, skip_connect"),
  ),
  refused(
    "another cell of DARTS",
    () => known.darts().cell("norm"),
    says('"norm"', "darts", "the cells are normal, reduce"),
  ),
  refused(
    "layers of images that are too small",
    () => known.dartsImageNet().layers({ channels: 4, cells: 8, image: [2, 2, 3], classes: 10 }),
    says("1 × 1", 'cell 3 ("reduce")', "take larger images"),
  ),
];
