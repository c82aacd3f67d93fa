// The binary codes of images, which of a network's ReLUs they switch on, as NASWOT compares them.
import type { Matrix } from "ml-matrix";
import { bothActive } from "../backend";
import type { Features, Watcher } from "../supernet";
import { symmetric } from "./matrix";

/** Watches a pass. */
export class Codes implements Watcher {
  /** For each pair of images, how many units both switch on. */
  readonly #both: Float64Array;
  /** The same of each tensor that a ReLU gave: several operations may share it. */
  readonly #seen = new Map<number, ArrayLike<number>>();
  #units = 0;

  constructor(readonly images: number) {
    this.#both = new Float64Array(images * images);
  }

  activation(output: Features): void {
    const both = this.#seen.get(output.id) ?? bothActive(output).dataSync();
    this.#seen.set(output.id, both);
    this.#units += output.size / this.images;
    for (let k = 0; k < both.length; k++) this.#both[k] += both[k];
  }

  /** How many units there are. */
  get units(): number {
    return this.#units;
  }

  /** [images, images]: of each pair, the units at which the codes agree. */
  matrix(): Matrix {
    const n = this.images;
    const on = (i: number) => this.#both[i * n + i];
    return symmetric(n, (i, j) => this.#units - on(i) - on(j) + 2 * this.#both[i * n + j]);
  }
}
