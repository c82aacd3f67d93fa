// The search cell: on every edge the θ-weighted sum of all candidate operations (DARTS eq. 2; DrNAS section 2).
import * as tf from "@tensorflow/tfjs";
import { addZero, choose, maxPool2x2, scaleBy, sum } from "../backend";
import { UserError } from "../errors";
import { type CellKind, type CellLayer, type Edge, type Operation, preprocessing, type SearchSpace } from "../spaces";
import { type Features, Pass, type Term, type Weight, weightedSum } from "./layers";
import { Node } from "./node";
import { PlacedOperation } from "./operation";
import type { Parameters } from "./parameters";
import { type Combination, PartialChannels } from "./partial-channels";
import { candidateName } from "./standing";

/** What a mixture of all candidates runs under. */
export interface Mixing {
  /** The weights of the space's edges and operations, all of one kind. */
  readonly theta: readonly (readonly Weight[])[];
  /** Whether an edge counts as much as its weights in sum, and with it the channels that bypass it (PC-DARTS eq. 3); otherwise these count once. */
  readonly weightedEdges?: boolean;
}

/** One operation on each edge. */
export interface Path {
  /** By edge, which one, int32 scalars; the number of operations where the edge is left out. */
  readonly indices: readonly tf.Scalar[];
  /** The operations' weights [operations] by edge. */
  readonly theta: readonly tf.Tensor1D[];
  /** By edge, the sum of the weights that are not on the path. */
  readonly zeros: readonly tf.Scalar[];
}

/** By edge and operation, whether a candidate runs. */
export type Kept = readonly (readonly boolean[])[];

/** A cell of a search network. */
export interface SearchCell {
  /** From now on only these candidates run, the others give nothing. */
  keep(kept: Kept): void;
  forward(inputs: readonly Features[], mixing: Mixing, pass: Pass): Features;
  /**
   * The same with one operation on each edge: only these run. Each of the others' weights, zero, is added to what its edge gives as GDAS's
   * code does it (Dong & Yang, CVPR 2019): that changes nothing but the weight's gradient, the sum of the node's.
   */
  forwardPath(inputs: readonly Features[], path: Path, pass: Pass): Features;
}

/** Of what a mixture gives. */
export type MixtureShape = [batch: number, height: number, width: number, channels: number];

interface SearchEdge extends Omit<Edge, "candidates"> {
  /** Its number among the space's edges. */
  readonly row: number;
  readonly stride: 1 | 2;
  /** By operation; null: gives nothing. */
  readonly candidates: readonly (PlacedOperation | null)[];
}

/** A node of a cell that is under way. */
class SearchNode {
  #mixed: Node | null = null;
  #pooled: Combination | null = null;
  #whole: Features | null = null;

  constructor(
    readonly combination: Combination,
    readonly partial: PartialChannels,
  ) {}

  /** The channels that are mixed. */
  get mixed(): Node {
    this.#mixed ??= new Node(this.partial.channelsOf(this.combination, this.partial.mixed));
    return this.#mixed;
  }

  get whole(): Features {
    this.#whole ??= this.partial.channelsOf(this.combination, this.partial.channels);
    return this.#whole;
  }

  /** What bypasses an edge: pooled where the edge halves the maps, as the authors do. */
  bypass(stride: 1 | 2, weight: Weight | null): Combination {
    if (weight) return this.partial.input(scaled(stride === 2 ? maxPool2x2(this.whole) : this.whole, weight));
    if (stride === 1) return this.combination;
    this.#pooled ??= this.partial.input(maxPool2x2(this.whole));
    return this.#pooled;
  }
}

/** x times a weight. */
export const scaled = (x: Features, weight: Weight): Features =>
  weight.rank === 0 ? scaleBy(x, weight as tf.Scalar) : tf.mul(x, weight);

/** What bypasses a mixture that halves maps is pooled by 2×2. @throws UserError where a side is odd: the two would not fit together. */
function requireEven({ name, input: { height, width }, output }: CellLayer): void {
  if (output.height === height || (height % 2 === 0 && width % 2 === 0)) return;
  throw new UserError(
    `${name}: with partial channels a cell halves even maps only, and its maps are ${height} × ${width}; take images of another size, or partialChannels 1`,
  );
}

/** A cell whose operations stand on its edges: node j is the sum over its incoming edges; some nodes, side by side, are the output. */
export class EdgeCell implements SearchCell {
  readonly #parameters: Parameters;
  readonly #kind: CellKind;
  readonly #layer: CellLayer;
  readonly #partial: PartialChannels;
  readonly #preprocessing: readonly PlacedOperation[];
  /** With all candidates. */
  readonly #all: readonly SearchEdge[];
  #edges: readonly SearchEdge[];

  /** @param share K of partial channels. */
  constructor(parameters: Parameters, layer: CellLayer, space: SearchSpace, share: number) {
    const kind = space.cell(layer.cell);
    const { name, channels, inputs } = layer;
    this.#parameters = parameters;
    this.#kind = kind;
    this.#layer = layer;
    this.#preprocessing = preprocessing(layer).map(
      ({ operation, ...place }, k) =>
        PlacedOperation.candidate(operation, parameters, { ...place, name: `${name}.preprocess${k}` })!,
    );
    const incoming = this.#preprocessing.length > 0 ? channels : inputs[0].channels;
    this.#partial = new PartialChannels(channels, incoming === channels ? share : 1);
    if (this.#partial.share > 1) requireEven(layer);
    this.#all = space.edges.flatMap((edge, row): SearchEdge[] => {
      if (edge.cell !== kind.name) return [];
      const fromInput = edge.from < kind.inputs;
      const stride = fromInput ? layer.stride : 1;
      const place = (operation: number) => ({
        name: candidateName(name, kind, edge, operation),
        inputs: fromInput ? incoming / (channels / this.#partial.mixed) : this.#partial.mixed,
        outputs: this.#partial.mixed,
        stride,
      });
      const candidates = space.catalogue.map((operation: Operation, o) =>
        edge.candidates.includes(o) ? PlacedOperation.candidate(operation, parameters, place(o)) : null,
      );
      return [{ ...edge, row, stride, candidates }];
    });
    this.#edges = this.#all;
  }

  keep(kept: Kept): void {
    this.#edges = this.#all.map(({ candidates, ...edge }) => ({
      ...edge,
      candidates: candidates.map((candidate, o) => (kept[edge.row][o] ? candidate : null)),
    }));
  }

  forward(inputs: readonly Features[], { theta, weightedEdges = false }: Mixing, pass: Pass): Features {
    const mixture = (incoming: readonly SearchEdge[], nodes: readonly SearchNode[]) => {
      const terms = incoming.flatMap(({ row, from, candidates }) =>
        candidates.flatMap((candidate, o): Term<Weight>[] =>
          candidate ? candidate.run(nodes[from].mixed, pass).map((part) => ({ ...part, weight: theta[row][o] })) : [],
        ),
      );
      return terms.length > 0 ? weightedSum(terms, pass) : null;
    };
    const weight = weightedEdges ? ({ row }: SearchEdge) => sum(theta[row]) : null;
    return this.#through(inputs, pass, mixture, weight);
  }

  forwardPath(inputs: readonly Features[], { indices, theta, zeros }: Path, pass: Pass): Features {
    const mixture = (incoming: readonly SearchEdge[], nodes: readonly SearchNode[]) => {
      const chosen = incoming.map((edge) =>
        this.#chosen(edge, indices[edge.row], nodes[edge.from].mixed.features, theta[edge.row], pass),
      );
      return addZero(sum(chosen), sum(incoming.map(({ row }) => zeros[row])));
    };
    return this.#through(inputs, pass, mixture, null);
  }

  /** @param mixture what a node's edges give together; null if nothing. @param weight of an edge, for what bypasses it. */
  #through(
    inputs: readonly Features[],
    pass: Pass,
    mixture: (incoming: readonly SearchEdge[], nodes: readonly SearchNode[]) => Features | null,
    weight: ((edge: SearchEdge) => Weight) | null,
  ): Features {
    const partial = this.#partial;
    const own =
      this.#preprocessing.length > 0 ? this.#preprocessing.map((each, k) => each.apply(inputs[k], pass)) : inputs;
    const nodes = own.map((features) => new SearchNode(partial.input(features), partial));
    for (let to = nodes.length; to < this.#kind.nodes; to++) {
      const incoming = this.#edges.filter((edge) => edge.to === to);
      const mixed = mixture(incoming, nodes) ?? (tf.fill(this.#shape(inputs[0]), 0) as Features);
      const bypassing =
        partial.share === 1 ? [] : incoming.map((edge) => nodes[edge.from].bypass(edge.stride, weight?.(edge) ?? null));
      nodes.push(new SearchNode(partial.node(mixed, bypassing), partial));
    }
    const output = this.#kind.output.map((node) => nodes[node].whole);
    return output.length === 1 ? output[0] : tf.concat(output, 3);
  }

  /** Of a mixture. */
  #shape({ shape: [batch] }: Features): MixtureShape {
    const { height, width } = this.#layer.output;
    return [batch, height, width, this.#partial.mixed];
  }

  #chosen(edge: SearchEdge, index: tf.Scalar, features: Features, theta: tf.Tensor1D, pass: Pass): Features {
    const candidates = [...edge.candidates, null]; // the last one: the edge is left out
    return chosenOperation(candidates, index, this.#shape(features), features, theta, this.#parameters.running, pass);
  }
}

/**
 * θ_o times operation o; its batch norms' statistics go to the pass, with the word that the other norms' have not changed.
 * @param shape of what each gives. @param theta [operations or more]
 */
export function chosenOperation(
  candidates: readonly (PlacedOperation | null)[],
  index: tf.Scalar,
  shape: MixtureShape,
  features: Features,
  theta: tf.Tensor1D,
  running: tf.Tensor1D,
  pass: Pass,
): Features {
  const weights = candidates.flatMap((candidate) => candidate?.variables ?? []);
  // side by side they are one input: a graph has a switch for each input and branch, both ways
  const all = tf.concat1d([tf.zeros([1]), ...weights.map((weight) => tf.reshape(weight, [-1]) as tf.Tensor1D)]);
  const length = Math.max(...candidates.map((candidate) => momentsOf(candidate)));
  let at = 1;
  const branches = candidates.map((candidate, o) => {
    const [start, own] = [at, candidate?.variables ?? []];
    at += total(sizesOf(own));
    return (features: tf.Tensor, theta: tf.Tensor, all: tf.Tensor, ...others: tf.Tensor[]): tf.Tensor[] => {
      if (!candidate) return [tf.fill(shape, 0), tf.zeros([length])];
      const noise = pass.noise && (others.pop() as tf.Tensor1D);
      const inner = new Pass(pass.mode, others.pop() as tf.Tensor1D | undefined, noise);
      const weight = tf.reshape(tf.slice(theta, o, 1), []) as tf.Scalar;
      const parts = candidate.run(new Node(features as Features), inner, valuesIn(all as tf.Tensor1D, start, own));
      const y = weightedSum(
        parts.map((part) => ({ ...part, weight })),
        inner,
      );
      const moments = candidate.norms.flatMap((norm) => norm.collected(inner) ?? []);
      const unused = length - (pass.mode === "training" ? momentsOf(candidate) : 0);
      return [y, tf.concat1d([...moments, tf.zeros<tf.Rank.R1>([unused])])];
    };
  });
  const inputs = [
    features,
    theta,
    all,
    ...(pass.mode === "evaluation" ? [running] : []),
    ...(pass.noise ? [pass.noise] : []),
  ];
  const [y, moments] = choose(index, branches, inputs as tf.Tensor[]);
  if (pass.mode === "training") {
    candidates.forEach((candidate, o) => {
      const ran = tf.equal(index, o);
      let at = 0;
      for (const norm of candidate?.norms ?? []) {
        const { channels } = norm;
        const [mean, variance] = [at, at + channels].map((k) => tf.slice(moments as tf.Tensor1D, k, channels));
        norm.collect({ mean, variance, ran }, pass);
        at += 2 * channels;
      }
    });
  }
  return y as Features;
}

const sizesOf = (variables: readonly tf.Variable[]) => variables.map(({ size }) => size);

/** What stands in a vector from `start` on, variable after variable. */
function valuesIn(all: tf.Tensor1D, start: number, variables: readonly tf.Variable[]) {
  if (variables.length === 0) return <T extends tf.Tensor>(variable: T): T => variable; // none is asked for
  const sizes = sizesOf(variables);
  const mine = tf.slice(all, start, total(sizes));
  const parts = sizes.length > 1 ? tf.split(mine, sizes) : [mine]; // a split in one has no gradient in TensorFlow.js
  return <T extends tf.Tensor>(variable: T): T => {
    const k = variables.indexOf(variable as unknown as tf.Variable);
    return tf.reshape(parts[k], variables[k].shape) as unknown as T;
  };
}

/** Means and variances of all of an operation's batch norms. */
const momentsOf = (candidate: PlacedOperation | null): number =>
  2 * total((candidate?.norms ?? []).map(({ channels }) => channels));

const total = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0);
