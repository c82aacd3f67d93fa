// Tensors nested in arrays and plain objects, beside constants: the arguments and results of a compiled function.
import * as tf from "@tensorflow/tfjs";

/** What JSON holds, plus undefined. In a compiled function's arguments they are constants of the trace. */
export type Constant = number | string | boolean | null | undefined;

/** A tensor, a constant, or arrays and plain objects of them. */
export type Nest = tf.Tensor | Constant | readonly Nest[] | { readonly [key: string]: Nest };

/**
 * A type as far as its values are nests, never where they are not: it lets interfaces through, which `Nest`, with its index signature,
 * does not.
 */
export type NestOf<T> = T extends Nest
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : { readonly [K in keyof T]: NestOf<T[K]> };

/** A nest with each tensor replaced by its place in a flat list. */
export type Structure = Leaf | Constant | readonly Structure[] | { readonly [key: string]: Structure };

/** Stands for the tensor number `index`. */
export class Leaf {
  constructor(readonly index: number) {}
}

/**
 * Appends the tensors of a nest to `tensors` and answers what is left.
 *
 * @throws TypeError at anything but tensors, constants, arrays and plain objects.
 */
export function flatten(nest: Nest, tensors: tf.Tensor[], where: string): Structure {
  const walk = (value: Nest): Structure => {
    if (value instanceof tf.Tensor) return new Leaf(tensors.push(value) - 1);
    if (Array.isArray(value)) return value.map(walk);
    if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, walk(v)]));
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return value as Constant;
    throw new TypeError(
      `${where}: ${describe(value)} is neither a tensor nor a constant nor an array or object of them`,
    );
  };
  return walk(nest);
}

/** Puts tensors back in their places. */
export function unflatten(structure: Structure, tensors: readonly tf.Tensor[]): Nest {
  if (structure instanceof Leaf) return tensors[structure.index];
  if (Array.isArray(structure)) return structure.map((value) => unflatten(value, tensors));
  if (isPlainObject(structure)) {
    return Object.fromEntries(Object.entries(structure).map(([key, value]) => [key, unflatten(value, tensors)]));
  }
  return structure as Constant;
}

/** A text that is equal for nests of equal structure, constants and shapes, and only for them. */
export function signature(structure: Structure, tensors: readonly tf.Tensor[]): string {
  if (structure instanceof Leaf) {
    const { dtype, shape } = tensors[structure.index];
    return `${dtype}[${shape}]`;
  }
  if (Array.isArray(structure)) return `[${structure.map((value) => signature(value, tensors))}]`;
  if (isPlainObject(structure)) {
    const entries = Object.entries(structure);
    return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${signature(value, tensors)}`)}}`;
  }
  if (typeof structure === "string") return JSON.stringify(structure);
  return Object.is(structure, -0) ? "-0" : String(structure);
}

function isPlainObject<T>(value: unknown): value is { readonly [key: string]: T } {
  if (typeof value !== "object" || value === null) return false;
  // Any realm's Object.prototype will do: the cells of a notebook have their own.
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: object): string {
  if (typeof (value as { then?: unknown }).then === "function") return "a promise (the function must be synchronous)";
  return typeof value === "function" ? "a function" : `an object of class ${value.constructor?.name ?? "unknown"}`;
}
