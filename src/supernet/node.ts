// A node of a cell as the operations that leave it see it.
import { averagePool3x3, maxPool3x3, relu } from "../backend";
import type { Features } from "./layers";

/** A node's features, and what several operations begin with: its ReLU and its poolings, each computed at most once. */
export class Node {
  readonly #shared = new Map<string, Features>();

  constructor(readonly features: Features) {}

  get active(): Features {
    return this.#once("relu", () => relu(this.features));
  }

  averagePooled(stride: 1 | 2): Features {
    return this.#once(`average ${stride}`, () => averagePool3x3(this.features, stride));
  }

  maxPooled(stride: 1 | 2): Features {
    return this.#once(`max ${stride}`, () => maxPool3x3(this.features, stride));
  }

  #once(what: string, compute: () => Features): Features {
    const made = this.#shared.get(what) ?? compute();
    this.#shared.set(what, made);
    return made;
  }
}
