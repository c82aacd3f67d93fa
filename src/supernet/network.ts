// The network of one architecture, as it is trained by itself.
import * as tf from "@tensorflow/tfjs";
import { type RandomStream, sum } from "../backend";
import { type CellLayer, type Design, type DesignEdge, edgesInUse, type NetworkSize, preprocessing } from "../spaces";
import { type Features, Pass } from "./layers";
import { ModuleCell } from "./module-cell";
import { Node } from "./node";
import { PlacedOperation } from "./operation";
import { type BatchStatistics, Parameters } from "./parameters";
import { type Outcome, outcomeOf, Skeleton } from "./skeleton";

/** The skeleton with the cells of one architecture. All batch norms are affine. */
export class Network {
  readonly parameters: Parameters;
  readonly #skeleton: Skeleton<Cell | ModuleCell>;

  /** @param random the stream of the initial weights. */
  constructor(
    readonly design: Design,
    readonly size: NetworkSize,
    random: RandomStream,
  ) {
    this.parameters = new Parameters(random);
    this.#skeleton = new Skeleton(
      this.parameters,
      design.layers(size),
      (layer) =>
        new (design.cell(layer.cell).operationsOn === "nodes" ? ModuleCell : Cell)(this.parameters, layer, design),
    );
  }

  /**
   * @param images [batch, height, width, channels], normalised.
   * @returns logits [batch, classes] and, in training mode, each batch norm's statistics.
   */
  forward(images: Features, mode: "training" | "evaluation"): { logits: tf.Tensor2D; statistics: BatchStatistics } {
    const pass = new Pass(mode);
    const logits = this.#skeleton.forward(images, pass, (cell, inputs) => cell.forward(inputs, pass));
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
  readonly #layer: CellLayer;
  readonly #output: readonly number[];
  readonly #preprocessing: readonly PlacedOperation[];
  readonly #edges: readonly (DesignEdge & { readonly run: PlacedOperation })[];

  constructor(parameters: Parameters, layer: CellLayer, design: Design) {
    const cell = design.cell(layer.cell);
    const { name, channels, inputs, stride } = layer;
    this.#layer = layer;
    this.#output = cell.output;
    this.#preprocessing = preprocessing(layer).map(
      ({ operation, ...place }, k) =>
        PlacedOperation.own(operation, parameters, { ...place, name: `${name}.preprocess${k}` })!,
    );
    const incoming = this.#preprocessing.length > 0 ? channels : inputs[0].channels;
    this.#edges = edgesInUse(cell).map((edge) => {
      const fromInput = edge.from < cell.inputs;
      const place = {
        name: `${name}.layers.${edge.place}`,
        inputs: fromInput ? incoming : channels,
        outputs: channels,
        stride: fromInput ? stride : 1,
      } as const;
      return { ...edge, run: PlacedOperation.own(edge.operation, parameters, place)! };
    });
  }

  forward(inputs: readonly Features[], pass: Pass): Features {
    const nodes = new Map<number, Node>();
    inputs.forEach((x, k) => {
      nodes.set(k, new Node(this.#preprocessing[k]?.apply(x, pass) ?? x));
    });
    /** Of a node that nothing reaches. NAS-Bench-201 trains these too: zeros, and zero gradients of what comes before. */
    const nothing = (): Features => {
      const [batch] = inputs[0].shape;
      const { height, width } = this.#layer.output;
      const shape: Features["shape"] = [batch, height, width, this.#layer.channels];
      return tf.util.arraysEqual(inputs[0].shape, shape) ? tf.mul(inputs[0], 0) : tf.fill(shape, 0);
    };
    const targets = [...new Set([...this.#edges.map(({ to }) => to), ...this.#output])].sort((a, b) => a - b);
    for (const to of targets) {
      if (nodes.has(to)) continue; // an input
      const parts = this.#edges
        .filter((edge) => edge.to === to)
        .flatMap(({ from, run }) => run.run(nodes.get(from)!, pass).map(({ x }) => x));
      nodes.set(to, new Node(parts.length > 0 ? sum(parts) : nothing()));
    }
    const output = this.#output.map((node) => nodes.get(node)!.features);
    return output.length === 1 ? output[0] : tf.concat(output, 3);
  }
}
