// A layer that is a choice by itself: a cell of one edge, of which a network has one.
import type { Edge } from "./choices";
import type { CellKind } from "./space";

export const layerCell = (name: string, stride: 1 | 2): CellKind => ({
  name,
  inputs: 1,
  nodes: 2,
  output: [1],
  stride,
  keep: null,
  operationsOn: "edges",
});

/** @param cell the layer's. @param candidates numbers of operations. */
export const layerEdge = (name: string, cell: string, candidates: readonly number[]): Edge => ({
  name,
  cell,
  from: 0,
  to: 1,
  candidates,
  picks: 1,
  carries: true,
});
