// The search cell: on every edge the θ-weighted sum of all candidate operations (DARTS eq. 2; DrNAS section 2).
import * as tf from "@tensorflow/tfjs";
import { averagePool3x3, relu, scaleBy } from "../backend";
import type { Edge } from "../spaces";
import { type Features, type Pass, WeightedConvolution } from "./layers";
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

/** A candidate operation times its weight θ_o; null where it contributes nothing. */
type Candidate = (node: Node, weight: tf.Scalar, pass: Pass) => Features | null;

/** Makes a candidate's weights under `name` and answers how to run it. */
type Maker = (parameters: Parameters, name: string, channels: number) => Candidate;

const convolution =
  (size: number): Maker =>
  (parameters, name, channels) => {
    const layer = new WeightedConvolution(parameters, `${name}.op`, size, channels);
    return (node, weight, pass) => layer.forward(node.active, weight, pass);
  };

const CANDIDATES: Readonly<Record<string, Maker>> = {
  none: () => () => null,
  skip_connect: () => (node, weight) => scaleBy(node.features, weight),
  nor_conv_1x1: convolution(1),
  nor_conv_3x3: convolution(3),
  avg_pool_3x3: () => (node, weight) => scaleBy(node.pooled, weight),
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
    const incoming: Features[][] = Array.from({ length: this.#nodes }, () => []);
    const nodes = [this.#partial.input(x)];
    for (let from = 0; from < this.#nodes - 1; from++) {
      const node = new Node(this.#partial.channelsOf(nodes[from], this.#partial.mixed));
      this.#edges.forEach((edge, e) => {
        if (edge.from !== from) return;
        const weighted = edge.candidates.map((candidate, o) => candidate(node, theta[e][o], pass));
        incoming[edge.to].push(sum(weighted.filter((features) => features !== null)));
      });
      const next = from + 1; // all edges into it have been
      const sources = this.#edges.filter(({ to }) => to === next).map(({ from }) => nodes[from]);
      nodes.push(this.#partial.node(sum(incoming[next]), sources));
    }
    return this.#partial.channelsOf(nodes.at(-1)!, this.#partial.channels);
  }
}

export const sum = (terms: Features[]): Features => (terms.length === 1 ? terms[0] : tf.addN(terms));
