// The search cell: on every edge the θ-weighted sum of all candidate operations (DARTS eq. 2; DrNAS section 2).
import type * as tf from "@tensorflow/tfjs";
import { averagePool3x3, conv2d, relu } from "../backend";
import type { Edge } from "../spaces";
import { BatchNorm, type Features, type Pass, type Term, weightedSum } from "./layers";
import type { Parameters } from "./parameters";
import type { PartialChannels } from "./partial-channels";

/** What the operations that leave a node share: its features, and their ReLU and pooling, computed at most once. */
export class Node {
  #active: Features | null = null;
  #pooled: Features | null = null;

  constructor(readonly features: Features) {}

  get active(): Features {
    this.#active ??= relu(this.features);
    return this.#active;
  }

  get pooled(): Features {
    this.#pooled ??= averagePool3x3(this.features);
    return this.#pooled;
  }
}

/** A candidate operation on a node, before its weight: a map, and the batch norm that it ends in. Null where it contributes nothing. */
type Candidate = (node: Node) => Omit<Term, "weight"> | null;

/** Makes a candidate's weights under `name` and answers how to run it. */
type Maker = (parameters: Parameters, name: string, channels: number) => Candidate;

const convolution =
  (size: number): Maker =>
  (parameters, name, channels) => {
    const filter = parameters.filter(`${name}.op.1.weight`, size, channels, channels);
    const norm = new BatchNorm(parameters, `${name}.op.2`, channels);
    return (node) => ({ x: conv2d(node.active, filter, 1), norm });
  };

const CANDIDATES: Readonly<Record<string, Maker>> = {
  none: () => () => null,
  skip_connect: () => (node) => ({ x: node.features }),
  nor_conv_1x1: convolution(1),
  nor_conv_3x3: convolution(3),
  avg_pool_3x3: () => (node) => ({ x: node.pooled }),
};

/** A cell of the search network: node j is the sum over its incoming edges; the last node is the output. */
export class SearchCell {
  readonly #partial: PartialChannels;
  readonly #edges: readonly (Edge & { readonly candidates: readonly Candidate[] })[];
  readonly #nodes: number;

  constructor(
    parameters: Parameters,
    name: string,
    cell: { edges: readonly Edge[]; operations: readonly string[]; nodes: number },
    partial: PartialChannels,
  ) {
    this.#partial = partial;
    this.#nodes = cell.nodes;
    this.#edges = cell.edges.map((edge) => ({
      ...edge,
      candidates: cell.operations.map((operation, o) =>
        CANDIDATES[operation](parameters, `${name}.edges.${edge.name}.${o}`, partial.mixed),
      ),
    }));
  }

  /** @param theta the operations' weights, scalars by edge and operation. */
  forward(x: Features, theta: readonly (readonly tf.Scalar[])[], pass: Pass): Features {
    const incoming: Term[][] = Array.from({ length: this.#nodes }, () => []);
    const nodes = [this.#partial.input(x)];
    for (let from = 0; from < this.#nodes - 1; from++) {
      const node = new Node(this.#partial.channelsOf(nodes[from], this.#partial.mixed));
      this.#edges.forEach((edge, e) => {
        if (edge.from !== from) return;
        edge.candidates.forEach((candidate, o) => {
          const term = candidate(node);
          if (term) incoming[edge.to].push({ ...term, weight: theta[e][o] });
        });
      });
      const next = from + 1; // all edges into it have been
      const sources = this.#edges.filter(({ to }) => to === next).map(({ from }) => nodes[from]);
      nodes.push(this.#partial.node(weightedSum(incoming[next], pass), sources));
    }
    return this.#partial.channelsOf(nodes.at(-1)!, this.#partial.channels);
  }
}
