// An operation with its weights, made from the steps that its space states; for a search network or for an architecture's own.
import * as tf from "@tensorflow/tfjs";
import {
  averagePool3x3,
  conv2d,
  depthwiseConv2d,
  factorizedReduction,
  maxPool3x3,
  normReluSeparable,
  randomNormal,
  reluSeparable,
  type SeparableFilters,
  sum,
  type Windows,
} from "../backend";
import { UserError } from "../errors";
import { looksBeyondAPixel, type Operation, type OwnFunction, type Step } from "../spaces";
import { AffineBatchNorm, BatchNorm, type Features, type Pass } from "./layers";
import { Node } from "./node";
import type { Parameters } from "./parameters";

/** Where an operation stands. */
export interface Place {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

/** What an operation gives: the sum of its parts, each still to be normalised where it has a batch norm. */
export interface Part {
  readonly x: Features;
  readonly norm?: BatchNorm;
}

/** The name of an operation's step, as in PyTorch's Sequential. */
export const stepName = (operation: string, index: number): string => `${operation}.op.${index}`;

/** What stands in for a variable; in a branch of a conditional its value there. */
export type ValueOf = <T extends tf.Tensor>(variable: T) => T;

const itself: ValueOf = (variable) => variable;

/** One step at work on the features that the one before gave. */
type Layer = (x: Features, pass: Pass, value: ValueOf) => Features;

/** An operation's weights and how they are run. Null where it gives nothing. */
export class PlacedOperation {
  /** Its weights. */
  readonly variables: readonly tf.Variable[];
  /** Its batch norms. */
  readonly norms: readonly BatchNorm[];
  /** What the first step gives of a node, where nodes share it. */
  readonly #first: ((node: Node, pass: Pass) => Features) | null;
  readonly #layers: readonly Layer[];
  /** The last step, where it is a batch norm that is left to whoever adds the parts up. */
  readonly #last: BatchNorm | undefined;
  readonly #residual: boolean;

  private constructor(
    steps: readonly Step[],
    parameters: Parameters,
    place: Place,
    affine: boolean,
    residual: boolean,
  ) {
    const builder = new Builder(parameters, place, affine);
    const [first, ...others] = steps;
    this.#first = first && !isSeparable(steps) ? shared(first, place.stride) : null;
    const leftOver = this.#first ? others : steps;
    if (first && this.#first) builder.skip(first);
    const end = leftOver.at(-1);
    const last = !affine && end?.kind === "norm" && !end.affine;
    this.#layers = builder.layers(last ? leftOver.slice(0, -1) : leftOver);
    this.#last = last ? builder.norm() : undefined;
    this.variables = builder.variables;
    this.norms = builder.norms;
    this.#residual = residual;
  }

  /** In a search network: batch norms without scale and offset of their own; the last one is left to the sum. Null: gives nothing. */
  static candidate(operation: Operation, parameters: Parameters, place: Place): PlacedOperation | null {
    const steps = operation.steps(place.stride);
    return steps && new PlacedOperation(steps, parameters, place, false, isResidual(operation, place));
  }

  /** In an architecture's own network: affine batch norms, none where only searches have one. Null: gives nothing. */
  static own(operation: Operation, parameters: Parameters, place: Place): PlacedOperation | null {
    const steps = operation.steps(place.stride)?.filter((step) => !(step.kind === "norm" && step.searchOnly));
    return steps ? new PlacedOperation(steps, parameters, place, true, isResidual(operation, place)) : null;
  }

  run(node: Node, pass: Pass, value: ValueOf = itself): Part[] {
    const x = this.#layers.reduce((x, layer) => layer(x, pass, value), this.#first?.(node, pass) ?? node.features);
    return [{ x, norm: this.#last }, ...(this.#residual ? [{ x: node.features }] : [])];
  }

  /** What it gives, as it is added up with weight 1. */
  apply(x: Features, pass: Pass): Features {
    const parts = this.run(new Node(x), pass).map(({ x, norm }) => {
      return norm ? norm.plain(x, pass) : x;
    });
    return sum(parts);
  }
}

const isResidual = ({ residual = false }: Operation, { stride, inputs, outputs }: Place) =>
  residual && stride === 1 && inputs === outputs;

/** What operations that leave a node begin with alike. */
function shared(step: Step, stride: 1 | 2): ((node: Node, pass: Pass) => Features) | null {
  if (step.kind === "relu") return (node, pass) => pass.active(node.active);
  if (step.kind === "average-pool") return (node) => node.averagePooled(stride);
  if (step.kind === "max-pool") return (node) => node.maxPooled(stride);
  return null;
}

/** Whether steps begin with ReLU, depthwise and pointwise convolution. */
function isSeparable([first, second, third]: readonly Step[]): boolean {
  return (
    first?.kind === "relu" &&
    second?.kind === "depthwise" &&
    third?.kind === "convolution" &&
    Math.max(...third.window) === 1 &&
    (third.groups ?? 1) === 1 &&
    third.expansion === undefined
  );
}

/** Makes steps one after the other; the k-th has the name `….op.k`, as in PyTorch's Sequential. */
class Builder {
  readonly variables: tf.Variable[] = [];
  readonly norms: BatchNorm[] = [];
  #index = 0;
  #channels: number;
  /** Whether the stride has been taken. */
  #strided: boolean;

  constructor(
    readonly parameters: Parameters,
    readonly place: Place,
    readonly affine: boolean,
  ) {
    this.#channels = place.inputs;
    this.#strided = place.stride === 1;
  }

  /** A step that nodes do. */
  skip(step: Step): void {
    this.#index++;
    if (step.kind !== "relu") this.#strided = true;
  }

  layers(steps: readonly Step[]): Layer[] {
    const pointwise = !steps.some(looksBeyondAPixel);
    const layers: Layer[] = [];
    for (let k = 0; k < steps.length; ) {
      const norm = steps[k].kind === "norm" && isSeparable(steps.slice(k + 1)) ? steps[k] : null;
      if (norm || isSeparable(steps.slice(k))) {
        layers.push(this.#separable(norm, steps[norm ? k + 2 : k + 1]));
        k += norm ? 4 : 3;
      } else layers.push(this.#layer(steps[k++], pointwise));
    }
    return layers;
  }

  norm(): BatchNorm {
    const norm = new BatchNorm(this.parameters, this.#name(), this.#channels);
    this.norms.push(norm);
    return norm;
  }

  #layer(step: Step, pointwise: boolean): Layer {
    const { parameters, place } = this;
    switch (step.kind) {
      case "relu":
        this.#index++;
        return (x, pass) => pass.relu(x);
      case "relu6":
        this.#index++;
        return (x, pass) => pass.relu6(x);
      case "norm":
        return this.#normalisation(step.affine ?? this.affine);
      case "convolution": {
        const inputs = this.#channels;
        this.#channels = step.expansion ? step.expansion * place.inputs : place.outputs;
        const { window, groups = 1 } = step;
        const filter = this.#own(parameters.filter(`${this.#name()}.weight`, window, inputs / groups, this.#channels));
        const weights = filter.size / this.#channels;
        if (window[0] !== window[1])
          return (x, pass, value) =>
            pass.product(
              grouped(x, value(filter), groups, (x, filter) => rectangular(x, filter, place.stride)),
              weights,
            );
        const stride = this.#stride(looksBeyondAPixel(step) || pointwise);
        return (x, pass, value) =>
          pass.product(
            grouped(x, value(filter), groups, (x, filter) => conv2d(x, filter, stride)),
            weights,
          );
      }
      case "depthwise": {
        const filter = this.#own(parameters.depthwise(`${this.#name()}.weight`, step.window, this.#channels));
        const windows = { stride: this.#stride(true), dilation: step.dilation };
        return (x, pass, value) => pass.product(depthwiseConv2d(x, value(filter), windows), step.window ** 2);
      }
      case "average-pool":
      case "max-pool": {
        this.#index++;
        const pool = step.kind === "max-pool" ? maxPool3x3 : averagePool3x3;
        const stride = this.#stride(true);
        return (x) => pool(x, stride);
      }
      case "factorised":
        return this.#factorised();
      case "noise": {
        this.#index++;
        const stride = this.#stride(true);
        const own = hash(place.name); // another noise for each operation
        return (x, pass) => noise(x, stride, own, pass);
      }
      case "function": {
        this.#index++;
        const stride = this.#stride(true);
        return (x) => ownFunction(step.own, x, stride, place.name);
      }
    }
  }

  /** ReLU, depthwise and pointwise convolution in one, after a batch norm where there is one: what is between them is never stored. */
  #separable(before: Step | null, step: Step): Layer {
    const { parameters, place } = this;
    const norm = before?.kind === "norm" ? this.#scaledNorm(before.affine ?? this.affine) : null;
    this.#index++; // the ReLU
    const { window, dilation } = step as Extract<Step, { kind: "depthwise" }>;
    const depthwise = this.#own(parameters.depthwise(`${this.#name()}.weight`, window, this.#channels));
    const windows = { stride: this.#stride(true), dilation };
    const pointwise = this.#own(parameters.filter(`${this.#name()}.weight`, [1, 1], this.#channels, place.outputs));
    this.#channels = place.outputs;
    return (x, pass, value) => {
      const filters = { depthwise: value(depthwise), pointwise: value(pointwise) };
      if (!norm) return separable(x, filters, windows, pass);
      const [scale, offset] = norm.scaling(pass, value);
      if (pass.mode !== "training" || pass.watcher)
        return separable(norm.norm.forward(x, scale, offset, pass), filters, windows, pass);
      const { y, ...moments } = normReluSeparable(x, scale, offset, filters, windows);
      norm.norm.collect(moments, pass);
      return y;
    };
  }

  /** A batch norm, and what gives its scale and offset. */
  #scaledNorm(affine: boolean) {
    if (!affine) {
      const norm = this.norm();
      const scaling = (pass: Pass) => [pass.constant(1, norm.channels), pass.constant(0, norm.channels)] as const;
      return { norm, scaling: (pass: Pass, _: ValueOf) => scaling(pass) };
    }
    const { norm, scale, offset } = new AffineBatchNorm(this.parameters, this.#name(), this.#channels);
    this.norms.push(norm);
    this.#own(scale);
    this.#own(offset);
    return { norm, scaling: (_: Pass, value: ValueOf) => [value(scale), value(offset)] as const };
  }

  #normalisation(affine: boolean): Layer {
    const { norm, scaling } = this.#scaledNorm(affine);
    return (x, pass, value) => {
      const [scale, offset] = scaling(pass, value);
      return norm.forward(x, scale, offset, pass);
    };
  }

  /** Channels of the two halves side by side; the second looks at every second pixel from the second one on. */
  #factorised(): Layer {
    const { parameters, place } = this;
    const name = this.#name();
    const half = Math.floor(place.outputs / 2);
    const [first, second] = [half, place.outputs - half].map((outputs, k) =>
      this.#own(parameters.filter(`${name}.conv_${k + 1}.weight`, [1, 1], this.#channels, outputs)),
    );
    this.#channels = place.outputs;
    this.#strided = true;
    return (x, pass, value) => {
      const [one, two] = [value(first), value(second)];
      const even = x.shape[1] % 2 === 0 && x.shape[2] % 2 === 0;
      const y = even ? factorizedReduction(x, one, two) : tf.concat([conv2d(x, one, 2), conv2d(shifted(x), two, 2)], 3);
      return pass.product(y, x.shape[3]);
    };
  }

  #own<T extends tf.Variable>(variable: T): T {
    this.variables.push(variable);
    return variable;
  }

  /** The operation's stride, for the first step that may take it. */
  #stride(may: boolean): 1 | 2 {
    if (this.#strided || !may) return 1;
    this.#strided = true;
    return 2;
  }

  #name(): string {
    return stepName(this.place.name, this.#index++);
  }
}

/** ReLU, depthwise and pointwise convolution: in one, or one after the other where somebody looks. */
function separable(x: Features, filters: SeparableFilters, windows: Windows, pass: Pass): Features {
  if (!pass.watcher) return reluSeparable(x, filters, windows);
  const { depthwise, pointwise } = filters;
  const spatial = depthwiseConv2d(pass.relu(x), depthwise, windows);
  return pass.product(conv2d(pass.product(spatial, depthwise.shape[0] ** 2), pointwise, 1), pointwise.shape[2]);
}

/** A pixel to the left and up; zeros come in where there is none. */
function shifted(x: Features): Features {
  const [, height, width] = x.shape;
  return tf.pad(tf.slice(x, [0, 1, 1, 0], [-1, height - 1, width - 1, -1]), [
    [0, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ]);
}

/** A convolution in groups: the k-th part of the outputs sees the k-th part of the inputs. */
function grouped(
  x: Features,
  filter: tf.Tensor4D,
  groups: number,
  convolve: (x: Features, filter: tf.Tensor4D) => Features,
): Features {
  if (groups === 1) return convolve(x, filter);
  const filters: tf.Tensor4D[] = tf.split(filter, groups, 3);
  const parts: Features[] = tf.split(x, groups, 3);
  return tf.concat(
    parts.map((part, k) => convolve(part, filters[k])),
    3,
  );
}

/** A user's function. @throws UserError if it gives another shape than it has to. */
function ownFunction({ run }: OwnFunction, x: Features, stride: 1 | 2, place: string): Features {
  const y = run(x, stride);
  const [batch, height, width, channels] = x.shape;
  const wanted = [batch, Math.ceil(height / stride), Math.ceil(width / stride), channels];
  if (!tf.util.arraysEqual(y.shape, wanted))
    throw new UserError(
      `${place}: your function gives [${y.shape}] of [${x.shape}] at stride ${stride}; it must give [${wanted}]`,
    );
  return y;
}

/** A convolution of a window that is long one way, with the stride that way. */
function rectangular(x: Features, filter: tf.Tensor4D, stride: 1 | 2): Features {
  if (stride === 1) return conv2d(x, filter, 1);
  const [rows, columns] = filter.shape;
  const sides = [rows, columns].map((k): [number, number] => [(k - 1) / 2, (k - 1) / 2]);
  const strides: [number, number] = [rows > 1 ? 2 : 1, columns > 1 ? 2 : 1];
  return tf.conv2d(tf.pad(x, [[0, 0], ...sides, [0, 0]]), filter, strides, "valid");
}

/** Standard normal numbers, of the shape that an operation of this stride gives. @param own tells one operation's noise from another's. */
function noise(x: Features, stride: 1 | 2, own: number, { noise, mode }: Pass): Features {
  const [batch, height, width, channels] = x.shape;
  const shape: Features["shape"] = [batch, Math.ceil(height / stride), Math.ceil(width / stride), channels];
  if (mode === "linear") return tf.zeros(shape);
  if (!noise) throw new Error('an operation "noise" runs without a seed: give the pass one');
  return randomNormal(shape, tf.add(noise, tf.tensor1d([0, own], "int32"))) as Features;
}

/** A whole number of 31 bits that names hardly share (FNV-1a). */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (const letter of name) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
  return value & 0x3fffffff;
}
