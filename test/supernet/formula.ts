// Numbers that follow from a name, the same as those of test/golden/darts.py and one_shot.py: neither side has to store weights.
import * as tf from "@tensorflow/tfjs";
import type { Parameters } from "../../src/supernet/parameters";
import type { HostTensor } from "../../src/supernet/safetensors";
import { close } from "./close";

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Numbers in [-1, 1): a hash of the name (FNV-1a) and of the place. */
export function uniform(name: string, shape: readonly number[]): Float64Array {
  let start = 0x811c9dc5;
  for (const letter of Buffer.from(name)) start = Math.imul(start ^ letter, 0x01000193);
  return Float64Array.from({ length: sizeOf(shape) }, (_, k) => {
    let x = Math.imul(k + 1, 0x9e3779b1) + start;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Puts its own numbers into each tensor of a network. */
export function fill(parameters: Parameters): void {
  const state = parameters.stateDict();
  for (const [name, { shape, data }] of state) {
    if (data instanceof Float32Array) data.set(uniform(name, shape).map((u) => value(name, shape, u)));
  }
  parameters.loadStateDict(state);
}

function value(name: string, shape: readonly number[], u: number): number {
  if (name.endsWith("running_var")) return 1 + 0.2 * u;
  if (shape.length === 1) return name.endsWith("weight") ? 1 + 0.3 * u : 0.1 * u;
  return u / Math.sqrt(sizeOf(shape.slice(1)));
}

/** [batch, side, side, 3], and labels. */
export function batchOf(batch: number, side: number): { images: Float32Array; labels: Int32Array } {
  return {
    images: Float32Array.from(uniform("images", [batch, side, side, 3]), (u) => u * Math.sqrt(3)),
    labels: Int32Array.from({ length: batch }, (_, k) => (3 * k) % 10),
  };
}

/** Rows that sum to 1. */
export function thetaOf(rows: number, columns: number): Float64Array[] {
  const u = uniform("theta", [rows, columns]).map((x) => Math.fround(x + 1.1));
  return Array.from({ length: rows }, (_, r) => {
    const row = u.subarray(r * columns, (r + 1) * columns);
    const sum = row.reduce((total, x) => total + x, 0);
    return row.map((x) => Math.fround(x / sum));
  });
}

/** [batch, cells, edges]: 0 where an edge is dropped, else the inverse of the probability that it stays. */
export const factorsOf = (batch: number, cells: number, edges: number, probability: number): Float32Array =>
  Float32Array.from(uniform("factors", [batch, cells, edges]), (u) =>
    u > 2 * probability - 1 ? 1 / (1 - probability) : 0,
  );

/** At most 16 numbers of a tensor, evenly spread. */
function picked(data: Float32Array): Float32Array {
  const every = Math.ceil(data.length / 16);
  return data.filter((_, k) => k % every === 0);
}

/** Holds the picked numbers of each tensor, in the order of the names, to the stored ones of all. */
export function closeTensors(
  parameters: Parameters,
  which: (name: string) => boolean,
  golden: ReadonlyMap<string, HostTensor>,
  stored: string,
): void {
  const expected = golden.get(stored)!.data as Float32Array;
  const state = [...parameters.stateDict()].filter(([name]) => which(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  let at = 0;
  for (const [name, { data }] of state) {
    const found = picked(data as Float32Array);
    close(found, expected.subarray(at, at + found.length), `${stored} of ${name}`);
    at += found.length;
  }
  close([at], [expected.length], `numbers in ${stored}`);
}

export const isStatistic = (name: string) => name.includes("running");
export const isWeight = (name: string) => !isStatistic(name) && !name.endsWith("tracked");

/** The gradients in the weights' place, so that the state_dict names and lays them out. */
export function differentiate(parameters: Parameters, loss: () => tf.Scalar): void {
  const { grads } = tf.variableGrads(loss, parameters.trainable);
  for (const variable of parameters.trainable) variable.assign(grads[variable.name]);
}
