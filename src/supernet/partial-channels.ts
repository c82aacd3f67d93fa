// Partial channels (Xu et al., PC-DARTS, ICLR 2020; DrNAS section 3.2): a mixture works on the first 1/K of a node's channels only.
import * as tf from "@tensorflow/tfjs";
import { conv2d, sum } from "../backend";
import type { Features } from "./layers";

/** A node of a cell as a linear combination: the sum of `features` · `matrix` over its terms; a matrix has a row for each channel of its features. */
export type Combination = readonly { readonly features: Features; readonly matrix: Matrix }[];
type Matrix = readonly (readonly number[])[];

/**
 * What an edge gives is its mixture of the first C/K channels, beside the other channels as they are, shuffled over K groups: channel
 * c of group g becomes channel c·K + g. All of that but the mixture is linear, and alike on all edges. So a node is kept as a linear
 * combination of the cell's input and the mixtures before it, and what is looked at of it is computed as 1×1 convolutions: exact, as
 * the matrices are of small whole numbers, and several times as fast as slices, sums and transpositions of the innermost axis.
 */
export class PartialChannels {
  /** Channels that are mixed. */
  readonly mixed: number;

  /** @param share K, a divisor of `channels`. @throws RangeError if it is none. */
  constructor(
    readonly channels: number,
    readonly share: number,
  ) {
    if (!divisors(channels).includes(share)) {
      throw new RangeError(
        `Supernet: partialChannels must divide the ${channels} channels; take one of ${divisors(channels).join(", ")}, not ${share}`,
      );
    }
    this.mixed = channels / share;
  }

  /** The cell's input [..., C] as a node. */
  input(features: Features): Combination {
    return [{ features, matrix: identity(this.channels) }];
  }

  /** @param mixture [..., C/K], the sum of what the node's edges have mixed. @param sources what bypasses them. */
  node(mixture: Features, sources: readonly Combination[]): Combination {
    if (this.share === 1) return this.input(mixture);
    const first = identity(this.channels).slice(0, this.mixed);
    const bypassing = sources.flat().map(({ features, matrix }) => ({
      features,
      matrix: matrix.map((row) => row.map((x, k) => (k < this.mixed ? 0 : x))),
    }));
    const terms = new Map<Features, Matrix>();
    for (const { features, matrix } of [{ features: mixture, matrix: first }, ...bypassing]) {
      const shuffled = matrix.map((row) => this.#shuffle(row));
      const known = terms.get(features);
      terms.set(features, known ? known.map((row, r) => row.map((x, k) => x + shuffled[r][k])) : shuffled);
    }
    return Array.from(terms, ([features, matrix]) => ({ features, matrix }));
  }

  /** The first `count` channels of a node. */
  channelsOf(node: Combination, count: number): Features {
    if (this.share === 1) return node[0].features;
    const terms = node.map(({ features, matrix }) =>
      conv2d(features, tf.tensor4d([[matrix.map((row) => row.slice(0, count))]]), 1),
    );
    return sum(terms);
  }

  #shuffle(row: readonly number[]): number[] {
    const { mixed, share } = this;
    return row.map((_, k) => row[(k % share) * mixed + Math.floor(k / share)]);
  }
}

const identity = (size: number): number[][] =>
  Array.from({ length: size }, (_, r) => Array.from({ length: size }, (_, k) => (r === k ? 1 : 0)));

const divisors = (size: number): number[] =>
  Array.from({ length: size }, (_, k) => k + 1).filter((k) => size % k === 0);
