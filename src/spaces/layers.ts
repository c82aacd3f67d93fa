// The layers of a space's networks from image to classes, with the shape of what goes through them: what networks, counts and pictures are made from.
import { UserError } from "../errors";
import type { Operation } from "./operations";

/** The size of a network. */
export interface NetworkSize {
  /** C: channels of the first cells. */
  readonly channels: number;
  /** How many cells there are, as the space counts them: in each stage (NAS-Bench-201: 5), or in all (DARTS: 8 and 20). */
  readonly cells: number;
  /** Height, width and channels of an image. */
  readonly image: readonly [number, number, number];
  readonly classes: number;
}

/** The shape of an image's feature map. */
export interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

interface Placed {
  /** What its tensors' names begin with. */
  readonly name: string;
  readonly input: MapShape;
  readonly output: MapShape;
}

/** A convolution with batch norm, and where its ReLU (or ReLU6) is. */
export interface ConvolutionLayer extends Placed {
  readonly kind: "convolution";
  readonly window: number;
  readonly stride: 1 | 2;
  readonly activation: "before" | "after" | "relu6-after" | "none";
}

/** ResNet's basic block at stride 2: halves height and width. */
export interface ResidualLayer extends Placed {
  readonly kind: "residual";
}

/** Max pooling of 2×2 windows at stride 2. */
export interface PoolLayer extends Placed {
  readonly kind: "pool";
  /** Padded by a pixel on each side (NAS-Bench-1Shot1's authors), or only behind an odd side (NAS-Bench-101). */
  readonly padded: boolean;
}

/** An operation that is not chosen, as a layer of its own. */
export interface OperationLayer extends Placed {
  readonly kind: "operation";
  readonly operation: Operation;
  readonly stride: 1 | 2;
}

/** A cell; `input` is the last of its inputs. */
export interface CellLayer extends Placed {
  readonly kind: "cell";
  /** The name of its kind. */
  readonly cell: string;
  /** Of an inner node. */
  readonly channels: number;
  /** Of the edges that leave an input. */
  readonly stride: 1 | 2;
  /** What comes in: one map, or those of the two layers before. */
  readonly inputs: readonly MapShape[];
}

/** Global average pooling and a linear classifier, after batch norm and ReLU where `norm`. */
export interface HeadLayer extends Placed {
  readonly kind: "head";
  readonly norm: boolean;
}

export type Layer = ConvolutionLayer | ResidualLayer | PoolLayer | OperationLayer | CellLayer | HeadLayer;

/** What a builder has to know of a kind of cell. */
export interface CellShape {
  readonly name: string;
  readonly inputs: 1 | 2;
  readonly stride: 1 | 2;
  /** Nodes that are concatenated. */
  readonly output: readonly number[];
}

/** Lists layers one after the other and keeps track of the shapes. */
export class LayerList {
  readonly layers: Layer[] = [];
  #cells = 0;

  /** @throws UserError for a size that is none. */
  constructor(readonly size: NetworkSize) {
    const { channels, cells, image, classes } = size;
    const [height, width, colours] = image;
    for (const [name, value] of Object.entries({ channels, cells, height, width, colours, classes }))
      if (!(Number.isSafeInteger(value) && value > 0))
        throw new UserError(`size of a network: ${name} must be a whole number from 1 on, got ${value}`);
  }

  /** What the last layer gives. */
  get shape(): MapShape {
    const [height, width, channels] = this.size.image;
    return this.layers.at(-1)?.output ?? { height, width, channels };
  }

  convolution(
    name: string,
    channels: number,
    { window = 3, stride = 1 as 1 | 2, activation = "none" as ConvolutionLayer["activation"] } = {},
  ): this {
    const output = { ...strided(this.shape, stride), channels };
    return this.#add({ kind: "convolution", name, window, stride, activation, input: this.shape, output });
  }

  residual(channels: number): this {
    const output = { ...strided(this.shape, 2), channels };
    return this.#add({ kind: "residual", name: this.#cellName(), input: this.shape, output });
  }

  pool({ padded = true } = {}): this {
    const { height, width, channels } = this.shape;
    const pooled = (side: number) => (padded ? Math.floor(side / 2) + 1 : Math.ceil(side / 2));
    const output = { height: pooled(height), width: pooled(width), channels };
    return this.#add({ kind: "pool", name: "pool", padded, input: this.shape, output });
  }

  operation(name: string, operation: Operation, channels: number, stride: 1 | 2 = 1): this {
    const output = { ...strided(this.shape, stride), channels };
    return this.#add({ kind: "operation", name, operation, stride, input: this.shape, output });
  }

  /**
   * @param channels of an inner node. @param stride in place of the kind's own.
   * @throws UserError where a map is too small to be halved, or one of two inputs is neither as large as the other nor twice as large.
   */
  cell(kind: CellShape, channels: number, stride: 1 | 2 = kind.stride): this {
    const { layers } = this;
    const last = this.shape;
    const inputs = kind.inputs === 1 ? [last] : [layers.at(-2)?.output ?? last, last];
    const place = `cell ${this.#cells + 1} ("${kind.name}")`;
    if (stride === 2 && Math.min(last.height, last.width) < 2)
      throw new UserError(
        `${place} halves maps of ${last.height} × ${last.width}; take larger images, or fewer reductions`,
      );
    const [before] = inputs;
    const halved = strided(before, before.height > last.height ? 2 : 1);
    if (halved.height !== last.height || halved.width !== last.width)
      throw new UserError(
        `${place} takes in maps of ${before.height} × ${before.width} and ${last.height} × ${last.width}; the one before last must be as large as the last, or twice as large`,
      );
    const output = { ...strided(last, stride), channels: channels * kind.output.length };
    const name = this.#cellName();
    return this.#add({ kind: "cell", name, cell: kind.name, channels, stride, inputs, input: last, output });
  }

  head({ norm = false } = {}): this {
    const output = { height: 1, width: 1, channels: this.size.classes };
    return this.#add({ kind: "head", name: "head", norm, input: this.shape, output });
  }

  /** Authors count their residual blocks among the cells. */
  #cellName(): string {
    return `cells.${this.#cells++}`;
  }

  #add(layer: Layer): this {
    this.layers.push(layer);
    return this;
  }
}

/** Height and width after a layer of this stride, padded as PyTorch pads. */
export const strided = ({ height, width }: MapShape, stride: 1 | 2): { height: number; width: number } => ({
  height: Math.ceil(height / stride),
  width: Math.ceil(width / stride),
});

export const isCell = (layer: Layer): layer is CellLayer => layer.kind === "cell";

/** Whether the cell of this index (of so many) halves the maps: those at a third and at two thirds. */
export const isReduction = (index: number, cells: number) =>
  index === Math.floor(cells / 3) || index === behindSecondReduction(cells);

/** Where the auxiliary tower stands. */
export const behindSecondReduction = (cells: number): number => Math.floor((2 * cells) / 3);
