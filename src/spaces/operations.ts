// The candidate operations of the search spaces, each as the sequence of layers that it is made of.
import type { Tensor4D } from "@tensorflow/tfjs";
import { UserError } from "../errors";
import type { CellLayer } from "./layers";

/** A layer of an operation. Where an operation's stride is 2, its first layer that looks beyond a pixel (or its only convolution) takes it. */
export type Step =
  | { readonly kind: "relu" | "relu6" }
  /** Batch norm; in a search network without scale and offset of its own, in an architecture's own network with both, unless `affine` says so of either. */
  | { readonly kind: "norm"; readonly searchOnly?: boolean; readonly affine?: boolean }
  /**
   * Rows × columns, all outputs of all inputs; with `groups` of their own group's inputs. `expansion`: so many times the operation's input
   * channels; without it the operation's output channels.
   */
  | {
      readonly kind: "convolution";
      readonly window: readonly [number, number];
      readonly expansion?: number;
      readonly groups?: number;
    }
  /** A filter for each channel. */
  | { readonly kind: "depthwise"; readonly window: number; readonly dilation: 1 | 2 }
  | { readonly kind: "max-pool" | "average-pool" }
  /** Two 1×1 convolutions of stride 2, a pixel apart, of half of the channels each, side by side. */
  | { readonly kind: "factorised" }
  /** Normal noise instead of what came in. */
  | { readonly kind: "noise" }
  | { readonly kind: "function"; readonly own: OwnFunction };

/** A user's function of feature maps, without weights. */
export interface OwnFunction {
  /** @param x [batch, height, width, channels]. @returns the same shape, or half the height and width at stride 2. */
  readonly run: (x: Tensor4D, stride: 1 | 2) => Tensor4D;
  /** Multiply-adds of an output element. */
  readonly multiplyAdds?: number;
}

/** What an operation does, by its stride. */
export interface Operation {
  /** The field's name for it. */
  readonly name: string;
  /** In a figure. */
  readonly title: string;
  /** Without steps it passes on what comes in (null: it gives nothing). */
  steps(stride: 1 | 2): readonly Step[] | null;
  /** Whether what comes in is added to what comes out, where stride and channels allow it. */
  readonly residual?: boolean;
}

const relu: Step = { kind: "relu" };
const norm: Step = { kind: "norm" };
/** Behind a pooling: the authors of DARTS normalise what is pooled while they search. */
const searchNorm: Step = { kind: "norm", searchOnly: true };
/** NAS-Bench-101's operations have theirs in front of a ReLU, so that an operation's weight can't stand in for them. */
const affineNorm: Step = { kind: "norm", affine: true };
const convolution = (rows: number, columns = rows): Step => ({ kind: "convolution", window: [rows, columns] });
const depthwise = (window: number, dilation: 1 | 2 = 1): Step => ({ kind: "depthwise", window, dilation });
const expand = (expansion: number): Step => ({ kind: "convolution", window: [1, 1], expansion });

/** Whether a step's outputs depend on more than their own pixel. */
export const looksBeyondAPixel = (step: Step): boolean =>
  step.kind === "depthwise" ||
  step.kind === "max-pool" ||
  step.kind === "average-pool" ||
  (step.kind === "convolution" && Math.max(...step.window) > 1);

/** Whether networks of these operations do the same at each call, as ours do; a user's own functions may not. */
export const sameAtEachCall = (operations: readonly Operation[]): boolean =>
  !operations.some((operation) => operation.steps(1)?.some(({ kind }) => kind === "function"));

const always =
  (...steps: Step[]) =>
  () =>
    steps;

/** ReLU, depthwise and pointwise convolution, batch norm, twice; the stride is the first one's. */
const separable = (window: number): Step[] => {
  const once = [relu, depthwise(window), convolution(1), norm];
  return [...once, ...once];
};
const dilated = (window: number): Step[] => [relu, depthwise(window, 2), convolution(1), norm];
/** MobileNetV2's block (Sandler et al., CVPR 2018): expand (unless by 1), depthwise, project. */
export const invertedResidual = (window: number, expansion: number, activation: "relu" | "relu6" = "relu6"): Step[] => [
  ...(expansion === 1 ? [] : [expand(expansion), norm, { kind: activation }]),
  depthwise(window),
  norm,
  { kind: activation },
  convolution(1),
  norm,
];

const BUILT_IN: readonly Operation[] = [
  { name: "none", title: "none", steps: () => null },
  {
    name: "skip_connect",
    title: "skip",
    steps: (stride) => (stride === 1 ? [] : [relu, { kind: "factorised" }, norm]),
  },
  { name: "nor_conv_1x1", title: "conv 1×1", steps: always(relu, convolution(1), norm) },
  { name: "nor_conv_3x3", title: "conv 3×3", steps: always(relu, convolution(3), norm) },
  { name: "avg_pool_3x3", title: "avg pool 3×3", steps: always({ kind: "average-pool" }, searchNorm) },
  { name: "max_pool_3x3", title: "max pool 3×3", steps: always({ kind: "max-pool" }, searchNorm) },
  ...[3, 5, 7].map((k) => ({
    name: `sep_conv_${k}x${k}`,
    title: `sep conv ${k}×${k}`,
    steps: always(...separable(k)),
  })),
  ...[3, 5].map((k) => ({ name: `dil_conv_${k}x${k}`, title: `dil conv ${k}×${k}`, steps: always(...dilated(k)) })),
  { name: "conv_7x1_1x7", title: "conv 7×1, 1×7", steps: always(relu, convolution(1, 7), convolution(7, 1), norm) },
  { name: "noise", title: "noise", steps: always({ kind: "noise" }) },
  { name: "maxpool3x3", title: "max pool 3×3", steps: always({ kind: "max-pool" }) },
  { name: "conv1x1-bn-relu", title: "conv 1×1", steps: always(convolution(1), affineNorm, relu) },
  { name: "conv3x3-bn-relu", title: "conv 3×3", steps: always(convolution(3), affineNorm, relu) },
  ...[3, 5, 7].flatMap((k) =>
    [1, 3, 6].map((e) => ({
      name: `mbconv_${k}x${k}_${e}`,
      title: `MBConv ${k}×${k}, ${e}`,
      steps: always(...invertedResidual(k, e)),
      residual: true,
    })),
  ),
];

/** NAS-Bench-201's pooling has no batch norm, not even while searching. */
export const plainAveragePool: Operation = {
  name: "avg_pool_3x3",
  title: "avg pool 3×3",
  steps: always({ kind: "average-pool" }),
};

const byName: ReadonlyMap<string, Operation> = new Map(BUILT_IN.map((operation) => [operation.name, operation]));

/** The names of the operations that NASLab has. */
export const operationNames: readonly string[] = [...byName.keys()];

/** @throws UserError for an unknown name. */
export function operationNamed(name: string): Operation {
  const operation = byName.get(name);
  if (!operation) throw new UserError(`operation "${name}" is unknown; NASLab has ${operationNames.join(", ")}`);
  return operation;
}

/** What the inputs of a cell with two of them go through: a 1×1 convolution each, or a factorised reduction of the one that is twice as large. */
const projection: Operation = { name: "projection", title: "conv 1×1", steps: always(relu, convolution(1), norm) };
const reduction: Operation = {
  name: "reduction",
  title: "factorised reduction",
  steps: always(relu, { kind: "factorised" }, norm),
};

/** An operation with its sizes. */
export interface PlacedStep {
  readonly operation: Operation;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

/** One for each input of a cell with two; none where the cell takes its input as it is. */
export function preprocessing({ inputs, channels }: CellLayer): PlacedStep[] {
  if (inputs.length === 1) return [];
  const last = inputs[inputs.length - 1];
  return inputs.map(({ height, channels: incoming }) => {
    const halved = height > last.height;
    return { operation: halved ? reduction : projection, inputs: incoming, outputs: channels, stride: halved ? 2 : 1 };
  });
}
