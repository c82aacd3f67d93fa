// The yardstick of a step's arithmetic: the rate of a big matrix product on the same cores.
import type { BackendName } from "../../src/backend";
import type { About } from "../sides/about";
import { median, quartiles } from "./quartiles";
import { Side, type Turn } from "./side";

/** Rows and columns of both matrices: 17 billion operations, a tenth of a second. */
const SIZE = 2048;

export interface Peak {
  /** Median and quartiles of floating-point operations a second. */
  readonly flops: number;
  readonly quartiles: readonly [number, number];
  readonly backend: BackendName;
  readonly cores: "all" | 1;
}

/**
 * A process that multiplies by the best backend that there is, on all cores if the step's backend is the native one, else on one core:
 * TensorFlow.js has no threads under Node on wasm.
 */
export class PeakSide extends Side {
  readonly #cores: "all" | 1;

  constructor(stepBackend: BackendName) {
    const cores = stepBackend === "native" ? "all" : 1;
    const { NASLAB_BACKEND: _, ...environment } = process.env;
    const oneCore = { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1" };
    super("the matrix product", {
      ...Side.program("product", { size: SIZE }),
      environment: { ...environment, ...(cores === 1 && oneCore) },
    });
    this.#cores = cores;
  }

  readonly turn: Turn = { side: this, question: "product", times: 1 };

  async peak(seconds: readonly number[]): Promise<Peak> {
    const { backend } = await this.ask<About>("about");
    const rates = seconds.map((time) => (2 * SIZE ** 3) / time);
    return { flops: median(rates), quartiles: quartiles(rates), backend, cores: this.#cores };
  }
}
