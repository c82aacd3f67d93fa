// Plain values as JSON and tensors, and back, bit for bit: arrays of numbers go to a safetensors file, all else is JSON.
import type { HostTensor } from "../supernet";

/** What stands in the JSON for what JSON cannot hold. */
type Stand =
  /** A tensor with its shape, or an array of numbers, by its name in the safetensors file. */
  | { readonly $tensor: string }
  | { readonly $array: string }
  /** NaN, -0 and the infinities. */
  | { readonly $number: string }
  | { readonly $bigint: string };

export interface Packed {
  readonly json: unknown;
  readonly tensors: Map<string, HostTensor>;
}

/** A tensor's name is its place in the value, with dots. @throws TypeError that names the place of what is not plain. */
export function pack(value: unknown): Packed {
  const tensors = new Map<string, HostTensor>();
  const kept = (place: readonly string[], tensor: HostTensor) => {
    tensors.set(place.join("."), tensor);
    return place.join(".");
  };
  const walk = (value: unknown, place: readonly string[]): unknown => {
    if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : spelled(value);
    if (typeof value === "bigint") return { $bigint: String(value) } satisfies Stand;
    if (value === null || ["string", "boolean", "undefined"].includes(typeof value)) return value;
    if (isNumbers(value)) return { $array: kept(place, { shape: [value.length], data: value }) } satisfies Stand;
    if (Array.isArray(value)) return Array.from(value, (each, k) => walk(each, [...place, String(k)]));
    if (isTensor(value)) return { $tensor: kept(place, value) } satisfies Stand;
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [key, walk(each, [...place, key])]),
      );
    throw new TypeError(
      `a run's state: ${place.join(".")} is ${Object.prototype.toString.call(value)}; what a part remembers must be plain: numbers, strings, Float64Array, lists and objects of these`,
    );
  };
  return { json: walk(value, []), tensors };
}

const spelled = (value: number): Stand => ({ $number: Object.is(value, -0) ? "-0" : String(value) });

/** The value that `pack` was given. @throws RangeError where the JSON names a tensor that is not there. */
export function unpack({ json, tensors }: Packed): unknown {
  const named = (name: string): HostTensor => {
    const found = tensors.get(name);
    if (!found) throw new RangeError(`the tensor "${name}" is missing`);
    return found;
  };
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    if ("$tensor" in value) return named(String(value.$tensor));
    if ("$array" in value) return named(String(value.$array)).data;
    if ("$number" in value) return Number(value.$number);
    if ("$bigint" in value) return BigInt(String(value.$bigint));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]));
  };
  return walk(json);
}

const isNumbers = (value: unknown): value is HostTensor["data"] =>
  value instanceof Float32Array || value instanceof Float64Array || value instanceof BigInt64Array;

const isTensor = (value: unknown): value is HostTensor =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length === 2 &&
  "shape" in value &&
  "data" in value &&
  isNumbers(value.data);
