// The network of one architecture of NAS-Bench-201 (Dong & Yang, ICLR 2020), as the benchmark trains it.
import * as tf from "@tensorflow/tfjs";
import { type RandomStream, sum } from "../backend";
import type { Architecture, Edge } from "../spaces";
import { Node } from "./cell";
import { ConvolutionNorm, type Features, Pass } from "./layers";
import { type BatchStatistics, Parameters } from "./parameters";
import { type NetworkSize, type Outcome, outcomeOf, Skeleton } from "./skeleton";

type Operation = (node: Node, pass: Pass) => Features;

/** Makes an operation's weights under `name` and answers how to run it. */
type Maker = (parameters: Parameters, name: string, channels: number) => Operation;

const convolution =
  (size: number): Maker =>
  (parameters, name, channels) => {
    const layer = new ConvolutionNorm(parameters, name, size, channels, channels, 1);
    return (node, pass) => layer.forward(node.active, pass);
  };

const OPERATIONS: Readonly<Record<string, Maker>> = {
  skip_connect: () => (node) => node.features,
  nor_conv_1x1: convolution(1),
  nor_conv_3x3: convolution(3),
  avg_pool_3x3: () => (node) => node.pooled,
};

/** The skeleton with the cells of one architecture. All batch norms are affine. */
export class Network {
  readonly parameters: Parameters;
  readonly #skeleton: Skeleton<Cell>;

  /** @param random the stream of the initial weights. */
  constructor(
    readonly architecture: Architecture,
    readonly size: NetworkSize,
    random: RandomStream,
  ) {
    this.parameters = new Parameters(random);
    this.#skeleton = new Skeleton(
      this.parameters,
      size,
      (name, channels) => new Cell(this.parameters, name, architecture, channels),
    );
  }

  /**
   * @param images [batch, height, width, channels], normalised.
   * @returns logits [batch, classes] and, in training mode, each batch norm's statistics.
   */
  forward(images: Features, mode: "training" | "evaluation"): { logits: tf.Tensor2D; statistics: BatchStatistics } {
    const pass = new Pass(mode);
    const logits = this.#skeleton.forward(images, pass, (cell, x) => cell.forward(x, pass));
    return { logits, statistics: pass.statistics };
  }

  /** Loss and hits of a labelled batch. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
  evaluate(images: Features, labels: tf.Tensor1D, mode: "training" | "evaluation"): Outcome {
    const { logits, statistics } = this.forward(images, mode);
    return outcomeOf(logits, labels, mode === "training" ? this.parameters.updatedRunning(statistics) : null);
  }

  dispose(): void {
    this.parameters.dispose();
  }
}

/** A cell in which every edge has one operation. Those without effect on the output are left out, and their weights with them. */
class Cell {
  readonly #nodes: number;
  readonly #edges: readonly (Edge & { readonly run: Operation })[];

  constructor(parameters: Parameters, name: string, architecture: Architecture, channels: number) {
    const { edges, nodes, operations } = architecture.space;
    this.#nodes = nodes;
    this.#edges = edgesInUse(architecture).map((e) => {
      const make = OPERATIONS[operations[architecture.operations[e]]];
      return { ...edges[e], run: make(parameters, `${name}.layers.${e}`, channels) };
    });
  }

  forward(x: Features, pass: Pass): Features {
    const incoming: Features[][] = Array.from({ length: this.#nodes }, () => []);
    incoming[0].push(x);
    for (let from = 0; from < this.#nodes - 1; from++) {
      const leaving = this.#edges.filter((edge) => edge.from === from);
      if (leaving.length === 0) continue;
      const node = new Node(sum(incoming[from]));
      for (const { to, run } of leaving) incoming[to].push(run(node, pass));
    }
    const output = incoming.at(-1)!;
    return output.length > 0 ? sum(output) : tf.mul(x, 0); // the benchmark trains these too: zeros, and zero gradients
  }
}

/** The edges that carry something from the cell's input to its output. */
function edgesInUse({ space: { edges, nodes, operations: names }, operations }: Architecture): number[] {
  const carrying = edges.map((_, e) => e).filter((e) => names[operations[e]] !== "none");
  const reached = new Set([0]);
  for (const e of carrying) if (reached.has(edges[e].from)) reached.add(edges[e].to); // edges come in the order of their targets
  const needed = new Set([nodes - 1]);
  for (const e of carrying.toReversed()) if (needed.has(edges[e].to)) needed.add(edges[e].from);
  return carrying.filter((e) => reached.has(edges[e].from) && needed.has(edges[e].to));
}
