// The search cell of NAS-Bench-1Shot1 (Zela et al., ICLR 2020): operations on nodes, whose inputs are weighted.
import * as tf from "@tensorflow/tfjs";
import { addZero } from "../backend";
import { type CellLayer, type Edge, nodeChoices, operationNamed, type SearchSpace } from "../spaces";
import { chosenOperation, type Kept, type Mixing, type MixtureShape, type Path, type SearchCell, scaled } from "./cell";
import { type Features, type Pass, type Weight, weightedSum } from "./layers";
import { Node } from "./node";
import { PlacedOperation } from "./operation";
import type { Parameters } from "./parameters";
import { PartialChannels } from "./partial-channels";
import { candidateName } from "./standing";

const projection = operationNamed("conv1x1-bn-relu");

/** A choice of a node's inputs. */
interface Inputs {
  /** Its number among the space's edges. */
  readonly row: number;
  /** By parent, its column of θ; null: gives nothing. */
  readonly columns: readonly (number | null)[];
}

interface Block {
  /** Of its operation, among the space's edges. */
  readonly row: number;
  /** What the cell's input goes through on its way to it. */
  readonly projection: PlacedOperation;
  /** By operation; null: gives nothing. */
  readonly candidates: readonly (PlacedOperation | null)[];
  /** Null: the sum of all nodes before it. */
  readonly inputs: Inputs | null;
}

/** What θ a cell runs under: of a parent its weight, and a block's mixture. */
interface Running {
  readonly weight: (row: number, column: number) => Weight;
  readonly mixture: (block: Block, x: Features) => Features;
}

/**
 * Block n is mixed_n(Σ θ_p x_p), over the blocks before it and a projection of its own of the cell's input (p = 0); a block without a choice
 * of inputs sums them unweighted. The output is θ_0 · projection + the blocks side by side, each times its weight. A projection is a 1×1
 * convolution, batch norm and ReLU. With partial channels the mixtures see the first 1/K of a block's input, the rest bypasses them.
 */
export class NodeCell implements SearchCell {
  readonly #parameters: Parameters;
  readonly #partial: PartialChannels;
  /** With all candidates. */
  readonly #all: { readonly blocks: readonly Block[]; readonly output: Inputs };
  readonly #projection: PlacedOperation;
  #blocks: readonly Block[];
  #output: Inputs;

  /** @param share K of partial channels. */
  constructor(parameters: Parameters, layer: CellLayer, space: SearchSpace, share: number) {
    const kind = space.cell(layer.cell);
    const { name, channels, input, output } = layer;
    this.#parameters = parameters;
    this.#partial = new PartialChannels(channels, share);
    const projected = (k: number, outputs: number) =>
      PlacedOperation.candidate(projection, parameters, {
        name: `${name}._input_projections.${k}`,
        inputs: input.channels,
        outputs,
        stride: 1,
      })!;
    const inputsOf = (row: number): Inputs => ({ row, columns: space.edges[row].candidates });
    const blocks = kind.output.map((node, k): Block => {
      const { operation, inputs } = nodeChoices(space, kind.name, node);
      const edge: Edge = space.edges[operation!];
      const operations = space.catalogue.slice(0, Math.max(...edge.candidates) + 1); // those behind it stand for inputs
      const candidates = operations.map((candidate, o) =>
        edge.candidates.includes(o)
          ? PlacedOperation.candidate(candidate, parameters, {
              name: candidateName(name, kind, edge, o),
              inputs: this.#partial.mixed,
              outputs: this.#partial.mixed,
              stride: 1,
            })
          : null,
      );
      return {
        row: operation!,
        projection: projected(k, channels),
        candidates,
        inputs: inputs === null ? null : inputsOf(inputs),
      };
    });
    this.#all = { blocks, output: inputsOf(nodeChoices(space, kind.name, kind.nodes - 1).inputs!) };
    this.#projection = projected(blocks.length, output.channels);
    this.#blocks = blocks;
    this.#output = this.#all.output;
  }

  keep(kept: Kept): void {
    const left = ({ row, columns }: Inputs): Inputs => ({
      row,
      columns: columns.map((column) => (column !== null && kept[row][column] ? column : null)),
    });
    this.#blocks = this.#all.blocks.map(({ inputs, candidates, ...block }) => ({
      ...block,
      candidates: candidates.map((candidate, o) => (kept[block.row][o] ? candidate : null)),
      inputs: inputs && left(inputs),
    }));
    this.#output = left(this.#all.output);
  }

  forward([input]: readonly Features[], { theta }: Mixing, pass: Pass): Features {
    const mixture = ({ row, candidates }: Block, x: Features) => {
      const node = new Node(x);
      const terms = candidates.flatMap((candidate, o) =>
        candidate ? candidate.run(node, pass).map((part) => ({ ...part, weight: theta[row][o] })) : [],
      );
      return weightedSum(terms, pass);
    };
    return this.#through(input, pass, { weight: (row, column) => theta[row][column], mixture });
  }

  /** Inputs are weighted by θ as in `forward`: where it chooses so many of them, it is 1 there and 0 elsewhere. */
  forwardPath([input]: readonly Features[], { indices, theta, zeros }: Path, pass: Pass): Features {
    const { running } = this.#parameters;
    const mixture = ({ row, candidates }: Block, x: Features) => {
      const shape = x.shape as MixtureShape;
      return addZero(chosenOperation(candidates, indices[row], shape, x, theta[row], running, pass), zeros[row]);
    };
    const weights = new Map<number, tf.Scalar[]>();
    const weight = (row: number, column: number) => {
      if (!weights.has(row)) weights.set(row, tf.unstack(theta[row]) as tf.Scalar[]);
      return weights.get(row)![column];
    };
    return this.#through(input, pass, { weight, mixture });
  }

  #through(input: Features, pass: Pass, { weight, mixture }: Running): Features {
    const partial = this.#partial;
    const states: Features[] = [];
    for (const block of this.#blocks) {
      const parents = [block.projection.apply(input, pass), ...states];
      const whole = partial.input(block.inputs ? weighted(parents, block.inputs, weight, pass) : tf.addN(parents));
      const mixed = mixture(block, partial.channelsOf(whole, partial.mixed));
      states.push(partial.channelsOf(partial.node(mixed, [whole]), partial.channels));
    }
    const { row, columns } = this.#output;
    const [first, ...others] = columns;
    const nothing = () => tf.fill(states[0].shape, 0) as Features;
    const together = tf.concat(
      states.map((state, k) => (others[k] === null ? nothing() : scaled(state, weight(row, others[k])))),
      3,
    );
    return first === null
      ? together
      : tf.add(scaled(this.#projection.apply(input, pass), weight(row, first)), together);
  }
}

/** Σ θ_p x_p over the parents that are left. */
function weighted(
  parents: readonly Features[],
  { row, columns }: Inputs,
  weight: Running["weight"],
  pass: Pass,
): Features {
  const terms = parents.flatMap((x, k) => (columns[k] === null ? [] : [{ x, weight: weight(row, columns[k]) }]));
  return weightedSum(terms, pass);
}
