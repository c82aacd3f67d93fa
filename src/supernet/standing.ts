// The operations of a search cell where they stand, told from the space alone: what counts of arithmetic and memory are made from.
import {
  type CellKind,
  type CellLayer,
  type Edge,
  type MapShape,
  operationNamed,
  type PlacedStep,
  preprocessing,
  type SearchSpace,
} from "../spaces";

/** What the tensors of an edge's candidate are called by, as in the authors' code. */
export const candidateName = (
  layer: string,
  { operationsOn }: Pick<CellKind, "operationsOn">,
  { from, to }: Pick<Edge, "from" | "to">,
  operation: number,
): string =>
  operationsOn === "nodes"
    ? `${layer}._choice_blocks.${to - 1}.mixed_op._ops.${operation}.op`
    : `${layer}.edges.${to}<-${from}.${operation}`;

/** An operation of a search cell. */
export interface Standing {
  /** As the parameters name it: "cells.0.edges.2<-1.3". */
  readonly name: string;
  /** With partial channels a candidate has so many channels less. */
  readonly placed: PlacedStep;
  readonly input: MapShape;
  /** Whether it is one of several that are mixed. */
  readonly candidate: boolean;
  /** What of its cell comes before it: nothing, operations that are not chosen, or mixtures. */
  readonly behind: "nothing" | "operations" | "mixtures";
}

/** @param share K of partial channels. */
export const standingIn = (space: SearchSpace, layer: CellLayer, share: number): Standing[] =>
  (space.cell(layer.cell).operationsOn === "nodes" ? onNodes : onEdges)(space, layer, share);

function onEdges(space: SearchSpace, layer: CellLayer, share: number): Standing[] {
  const kind = space.cell(layer.cell);
  const { name, channels, inputs, output, stride } = layer;
  const before = preprocessing(layer);
  const incoming = before.length > 0 ? channels : inputs[0].channels;
  const preprocessed = before.map(
    (placed, k): Standing => ({
      name: `${name}.preprocess${k}`,
      placed,
      input: inputs[k],
      candidate: false,
      behind: "nothing",
    }),
  );
  const edges = space.edges
    .filter(({ cell, carries }) => cell === layer.cell && carries)
    .flatMap((edge) => {
      const fromInput = edge.from < kind.inputs;
      const own = incoming === channels ? share : 1;
      const input = fromInput ? { ...layer.input, channels: incoming } : { ...output, channels };
      return edge.candidates.map(
        (o): Standing => ({
          name: candidateName(name, kind, edge, o),
          placed: {
            operation: space.catalogue[o],
            inputs: input.channels / own,
            outputs: channels / own,
            stride: fromInput ? stride : 1,
          },
          input,
          candidate: true,
          behind: fromInput ? "operations" : "mixtures",
        }),
      );
    });
  return [...preprocessed, ...edges];
}

/** Projections of the cell's input, one a block and one for the output, and the blocks' operations; only the first block has no mixture before it. */
function onNodes(space: SearchSpace, layer: CellLayer, share: number): Standing[] {
  const { name, channels, input, output } = layer;
  const kind = space.cell(layer.cell);
  const operation = operationNamed("conv1x1-bn-relu");
  const widths = [...kind.output.map(() => channels), output.channels];
  const projections = widths.map(
    (outputs, k): Standing => ({
      name: `${name}._input_projections.${k}`,
      placed: { operation, inputs: input.channels, outputs, stride: 1 },
      input,
      candidate: false,
      behind: "nothing",
    }),
  );
  const mixed = channels / share;
  const blocks = space.edges
    .filter(({ cell, carries }) => cell === kind.name && carries)
    .flatMap((edge) =>
      edge.candidates.map(
        (o): Standing => ({
          name: candidateName(name, kind, edge, o),
          placed: { operation: space.catalogue[o], inputs: mixed, outputs: mixed, stride: 1 },
          input: output,
          candidate: true,
          behind: edge.to > 1 ? "mixtures" : "operations",
        }),
      ),
    );
  return [...projections, ...blocks];
}
