// The network of one architecture, as it is trained by itself.
import * as tf from "@tensorflow/tfjs";
import { type RandomStream, sum } from "../backend";
import { UserError } from "../errors";
import {
  type CellLayer,
  type Design,
  type DesignEdge,
  edgesInUse,
  isCell,
  type Layer,
  type NetworkSize,
  type Operation,
  preprocessing,
} from "../spaces";
import { AuxiliaryTower } from "./auxiliary";
import { type Features, type Mode, Pass, type Watcher } from "./layers";
import { ModuleCell } from "./module-cell";
import { Node } from "./node";
import { PlacedOperation } from "./operation";
import { type BatchStatistics, Parameters } from "./parameters";
import { type Outcome, outcomeOf, Skeleton } from "./skeleton";

/** What a pass of an architecture's own network runs under. */
export interface Regularisation {
  /**
   * Drop path (Larsson et al., ICLR 2017): what an edge gives is multiplied by its factor of an image, cell and edge, [batch, `cells`,
   * `edges`]: 0, or the inverse of the probability that it stays. Of edges that pass on what comes in the factor is not looked at; nor is
   * it for what an operation adds to its own output.
   */
  readonly dropPath?: tf.Tensor3D;
  /** What the auxiliary tower's loss counts; DARTS's 0.4 by default. */
  readonly auxiliaryWeight?: number;
  /** int32 [2], the seed of what "noise" operations give; only an architecture that has some needs it. */
  readonly noise?: tf.Tensor1D;
}

/** What a pass tells; the loss has the auxiliary tower's part in it. */
export interface NetworkOutcome extends Outcome {
  /** The auxiliary tower's own mean cross-entropy; null without it, and in evaluation mode. */
  readonly auxiliary: tf.Scalar | null;
}

/** The skeleton with the cells of one architecture. All batch norms are affine. */
export class Network {
  readonly parameters: Parameters;
  /** How many edges the kind of cell with the most has, those that an architecture leaves out among them. */
  readonly edges: number;
  readonly #skeleton: Skeleton<Cell | ModuleCell>;
  readonly #tower: { readonly behind: Cell | ModuleCell; readonly tower: AuxiliaryTower } | null;

  /**
   * @param random the stream of the initial weights. @param options whether it has the design's auxiliary tower.
   * @throws UserError where a tower is wanted and the design has none, or its maps are too small.
   */
  constructor(
    readonly design: Design,
    readonly size: NetworkSize,
    random: RandomStream,
    { auxiliary = false }: { readonly auxiliary?: boolean } = {},
  ) {
    const layers = design.layers(size);
    this.parameters = new Parameters(random);
    const cellOf = ({ cell }: CellLayer) => (design.cell(cell).operationsOn === "nodes" ? ModuleCell : Cell);
    this.#skeleton = new Skeleton(
      this.parameters,
      layers,
      (layer) => new (cellOf(layer))(this.parameters, layer, design),
    );
    this.edges = Math.max(...this.#skeleton.cells.map(({ places }) => places));
    this.#tower = auxiliary ? this.#towerIn(layers) : null;
  }

  /** The operations of its cells. */
  get operations(): readonly Operation[] {
    const kinds = new Set(
      this.design
        .layers(this.size)
        .filter(isCell)
        .map(({ cell }) => cell),
    );
    return [...kinds].flatMap((kind) => this.design.cell(kind).edges.map(({ operation }) => operation));
  }

  /** How many cells it has. */
  get cells(): number {
    return this.#skeleton.cells.length;
  }

  /**
   * @param images [batch, height, width, channels], normalised.
   * @returns logits [batch, classes]; in training mode each batch norm's statistics, and the auxiliary tower's logits, if it has one. Of a
   * linear pass, which is for eager calls, the logits without their bias are to be multiplied by 2^`exponent`.
   */
  forward(
    images: Features,
    mode: Mode,
    { dropPath, noise }: Regularisation = {},
    watcher?: Watcher,
  ): { logits: tf.Tensor2D; auxiliary: tf.Tensor2D | null; statistics: BatchStatistics; exponent: number } {
    const pass = new Pass(mode, undefined, noise, watcher);
    const { cells } = this.#skeleton;
    const tower = mode === "training" ? this.#tower : null;
    let auxiliary: tf.Tensor2D | null = null;
    const logits = this.#skeleton.forward(images, pass, (cell, inputs) => {
      const factors = dropPath ? factorsOf(dropPath, cells.indexOf(cell)) : null;
      // an eager pass gives back what a cell leaves behind before the next one asks for memory
      const [y] = tf.tidy(() => [cell.forward(inputs, pass, factors), pass.made]) as [Features, unknown];
      if (tower?.behind === cell) auxiliary = tower.tower.forward(y, pass);
      return y;
    });
    return { logits, auxiliary, statistics: pass.statistics, exponent: pass.exponent };
  }

  /** Loss and hits of a labelled batch. @param labels int32 [batch]; a label of -1 stands for padding and counts for nothing. */
  evaluate(
    images: Features,
    labels: tf.Tensor1D,
    mode: "training" | "evaluation",
    under: Regularisation = {},
  ): NetworkOutcome {
    const { logits, auxiliary, statistics } = this.forward(images, mode, under);
    const outcome = outcomeOf(logits, labels, mode === "training" ? this.parameters.updatedRunning(statistics) : null);
    if (!auxiliary) return { ...outcome, auxiliary };
    const { loss } = outcomeOf(auxiliary, labels, null);
    const { auxiliaryWeight = 0.4 } = under;
    return { ...outcome, loss: tf.add(outcome.loss, tf.mul(loss, auxiliaryWeight)), auxiliary: loss };
  }

  dispose(): void {
    this.parameters.dispose();
  }

  #towerIn(layers: readonly Layer[]) {
    const { design, size, parameters } = this;
    const index = design.auxiliary(size.cells);
    if (index === null)
      throw new UserError(`${design.title}: this architecture's network has no auxiliary tower; train without it`);
    const forImageNet = layers.some((layer) => layer.kind === "convolution" && layer.stride === 2);
    const { output } = layers.filter(isCell)[index];
    return {
      behind: this.#skeleton.cells[index],
      tower: new AuxiliaryTower(parameters, output, size.classes, !forImageNet),
    };
  }
}

/** Of a cell's edges by their places: [batch, 1, 1, 1] each. */
const factorsOf =
  (dropPath: tf.Tensor3D, cell: number) =>
  (place: number): Features =>
    tf.reshape(tf.slice(dropPath, [0, cell, place], [-1, 1, 1]), [-1, 1, 1, 1]);

interface CellEdge extends DesignEdge {
  readonly run: PlacedOperation;
  /** Whether drop path passes it by. */
  readonly identity: boolean;
}

/** A cell in which every edge has one operation. Those without effect on the output are left out, and their weights with them. */
class Cell {
  /** How many edges its kind has. */
  readonly places: number;
  readonly #layer: CellLayer;
  readonly #output: readonly number[];
  readonly #preprocessing: readonly PlacedOperation[];
  readonly #edges: readonly CellEdge[];

  constructor(parameters: Parameters, layer: CellLayer, design: Design) {
    const cell = design.cell(layer.cell);
    const { name, channels, inputs, stride } = layer;
    this.places = 1 + Math.max(-1, ...cell.edges.map(({ place }) => place));
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
      const identity = edge.operation.steps(place.stride)!.length === 0;
      return { ...edge, identity, run: PlacedOperation.own(edge.operation, parameters, place)! };
    });
  }

  /** @param factor of what an edge gives, by its place, where paths are dropped. */
  forward(inputs: readonly Features[], pass: Pass, factor: ((place: number) => Features) | null): Features {
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
        .flatMap(({ from, place, identity, run }) => {
          const [{ x }, ...added] = run.run(nodes.get(from)!, pass);
          return [factor && !identity ? tf.mul<Features>(x, factor(place)) : x, ...added.map(({ x }) => x)];
        });
      nodes.set(to, new Node(parts.length > 0 ? sum(parts) : nothing()));
    }
    const output = this.#output.map((node) => nodes.get(node)!.features);
    return output.length === 1 ? output[0] : tf.concat(output, 3);
  }
}
