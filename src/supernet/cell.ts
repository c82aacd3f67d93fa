// The search cell: on every edge the θ-weighted sum of all candidate operations (DARTS eq. 2; DrNAS section 2).
import * as tf from "@tensorflow/tfjs";
import { addZero, averagePool3x3, choose, conv2d, relu, sum } from "../backend";
import type { Edge } from "../spaces";
import { BatchNorm, type Features, Pass, type Term, type Weight, weightedSum } from "./layers";
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

/** A candidate operation of an edge. */
interface Candidate {
  readonly filter?: tf.Variable<tf.Rank.R4>;
  readonly norm?: BatchNorm;
  /** The operation on a node, before its batch norm and its weight. Null where it contributes nothing. */
  run(node: Node, filter?: tf.Tensor4D): Features | null;
}

/** Makes a candidate's weights under `name` and answers how to run it. */
type Maker = (parameters: Parameters, name: string, channels: number) => Candidate;

const convolution =
  (size: number): Maker =>
  (parameters, name, channels) => {
    const filter = parameters.filter(`${name}.op.1.weight`, size, channels, channels);
    const norm = new BatchNorm(parameters, `${name}.op.2`, channels);
    return { filter, norm, run: (node, filter) => conv2d(node.active, filter!, 1) };
  };

const NONE: Candidate = { run: () => null };

const CANDIDATES: Readonly<Record<string, Maker>> = {
  none: () => NONE,
  skip_connect: () => ({ run: (node) => node.features }),
  nor_conv_1x1: convolution(1),
  nor_conv_3x3: convolution(3),
  avg_pool_3x3: () => ({ run: (node) => node.pooled }),
};

type SearchEdge = Edge & { readonly candidates: readonly Candidate[] };

/** A cell of the search network: node j is the sum over its incoming edges; the last node is the output. */
export class SearchCell {
  readonly #parameters: Parameters;
  readonly #partial: PartialChannels;
  /** With all candidates. */
  readonly #all: readonly SearchEdge[];
  #edges: readonly SearchEdge[];
  readonly #nodes: number;

  constructor(
    parameters: Parameters,
    name: string,
    cell: { edges: readonly Edge[]; operations: readonly string[]; nodes: number },
    partial: PartialChannels,
  ) {
    this.#parameters = parameters;
    this.#partial = partial;
    this.#nodes = cell.nodes;
    this.#all = cell.edges.map((edge) => ({
      ...edge,
      candidates: cell.operations.map((operation, o) =>
        CANDIDATES[operation](parameters, `${name}.edges.${edge.name}.${o}`, partial.mixed),
      ),
    }));
    this.#edges = this.#all;
  }

  /** From now on only these candidates run, the others are as `none`. @param kept by edge and operation. */
  keep(kept: readonly (readonly boolean[])[]): void {
    this.#edges = this.#all.map(({ candidates, ...edge }, e) => ({
      ...edge,
      candidates: candidates.map((candidate, o) => (kept[e][o] ? candidate : NONE)),
    }));
  }

  /** @param theta the operations' weights by edge and operation, all of one kind. */
  forward(x: Features, theta: readonly (readonly Weight[])[], pass: Pass): Features {
    const terms = ({ candidates }: SearchEdge, e: number, node: Node): Term<Weight>[] =>
      candidates.flatMap(({ filter, norm, run }, o) => {
        const x = run(node, filter);
        return x ? [{ x, norm, weight: theta[e][o] }] : [];
      });
    return this.#through(x, terms, (incoming) => weightedSum(incoming, pass));
  }

  /**
   * The same with one operation on each edge: only these run. Each of the others' weights, zero, is added to what its edge gives as GDAS's
   * code does it (Dong & Yang, CVPR 2019): that changes nothing but the weight's gradient, the sum of the node's.
   *
   * @param path which, int32 scalars by edge. @param theta the operations' weights [operations] by edge.
   * @param zeros by edge, the sum of the weights that are not on the path.
   */
  forwardPath(
    x: Features,
    path: readonly tf.Scalar[],
    theta: readonly tf.Tensor1D[],
    zeros: readonly tf.Scalar[],
    pass: Pass,
  ): Features {
    const chosen = (edge: SearchEdge, e: number, node: Node) => [
      {
        y: chosenOperation(edge.candidates, path[e], node.features, theta[e], this.#parameters.running, pass),
        zero: zeros[e],
      },
    ];
    return this.#through(x, chosen, (incoming) =>
      addZero(sum(incoming.map(({ y }) => y)), sum(incoming.map(({ zero }) => zero))),
    );
  }

  /** @param edge what an edge gives of a node, `into` what the node is that all of that goes into. */
  #through<T>(
    x: Features,
    edge: (edge: SearchEdge, e: number, node: Node) => readonly T[],
    into: (incoming: readonly T[]) => Features,
  ): Features {
    const incoming: T[][] = Array.from({ length: this.#nodes }, () => []);
    const nodes = [this.#partial.input(x)];
    for (let from = 0; from < this.#nodes - 1; from++) {
      const node = new Node(this.#partial.channelsOf(nodes[from], this.#partial.mixed));
      this.#edges.forEach((each, e) => {
        if (each.from === from) incoming[each.to].push(...edge(each, e, node));
      });
      const next = from + 1; // all edges into it have been
      const sources = this.#edges.filter(({ to }) => to === next).map(({ from }) => nodes[from]);
      const mixture = incoming[next].length > 0 ? into(incoming[next]) : tf.zerosLike(node.features);
      nodes.push(this.#partial.node(mixture, sources));
    }
    return this.#partial.channelsOf(nodes.at(-1)!, this.#partial.channels);
  }
}

/** θ_o times operation o; its batch norm's statistics go to the pass, with the word that the other norms' have not changed. */
function chosenOperation(
  candidates: readonly Candidate[],
  index: tf.Scalar,
  features: Features,
  theta: tf.Tensor1D,
  running: tf.Tensor1D,
  pass: Pass,
): Features {
  const filters = candidates.flatMap(({ filter }) => filter ?? []);
  const none = tf.zeros<tf.Rank.R1>([features.shape[3]]);
  const branches = candidates.map(({ filter, norm, run }, o) => {
    return (features: tf.Tensor, theta: tf.Tensor, running: tf.Tensor, ...values: tf.Tensor[]): tf.Tensor[] => {
      const x = run(new Node(features as Features), filter && (values[filters.indexOf(filter)] as tf.Tensor4D));
      if (!x) return [tf.zerosLike(features), none, none];
      const own = new Pass(pass.mode, running as tf.Tensor1D);
      const weight = tf.reshape(tf.slice(theta, o, 1), []) as tf.Scalar;
      const y = weightedSum([{ x, norm, weight }], own);
      const [moments] = own.statistics.values();
      return [y, moments?.mean ?? none, moments?.variance ?? none];
    };
  });
  const [y, mean, variance] = choose(index, branches, [features, theta, running, ...filters] as tf.Tensor[]);
  if (pass.mode === "training") {
    candidates.forEach(({ norm }, o) => {
      norm?.collect({ mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D, ran: tf.equal(index, o) }, pass);
    });
  }
  return y as Features;
}
