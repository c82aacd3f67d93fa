// NAS-Bench-Macro's accuracies (Su et al., CVPR 2021): every network of its space, trained on CIFAR-10 three times.
import { join } from "node:path";
import { packageRoot } from "../root";
import { type Architecture, spaces } from "../spaces";
import { Benchmark } from "./benchmark";
import { type PackedTable, readColumns } from "./packed-table";

const SEEDS = 3;
/** Of a layer. */
const CHOICES = 3;

/** In the package: by seed and architecture, how many of the 10,000 test images were right. */
export const nasBenchMacroTable: PackedTable = {
  path: join(packageRoot, "data/nasbench-macro-accuracies.bin.gz"),
  title: "NAS-Bench-Macro",
  size: spaces.nasBenchMacro().size,
  columns: Array.from({ length: SEEDS }, (_, seed) => `seed ${seed + 1}`),
  type: "uint16",
  percent: 100,
};

/** All accuracies, read when first asked for. There is one instance, `benchmarks.nasBenchMacro()`. */
export class NasBenchMacro extends Benchmark<"cifar10", "test"> {
  readonly title = "NAS-Bench-Macro";
  readonly space = spaces.nasBenchMacro();
  readonly data = ["cifar10"] as const;
  readonly splits = ["test"] as const;
  /** The authors' train/train.py. */
  readonly epochs = [50] as const;
  /** There is no other accuracy: a simulated search picks by what it is judged by. */
  readonly reward = { data: "cifar10", split: "test", epochs: 50 } as const;
  readonly size = this.space.size;
  #seeds: readonly Float64Array[] | null = null;
  #mean: Float64Array | null = null;

  /** The test accuracies of an architecture's three trainings, in percent. */
  seeds(architecture: Architecture): number[] {
    const index = this.query(architecture).architecture.operations.reduce(numbered, 0);
    return this.#columns().map((column) => column[index]);
  }

  /** In the order of the strings. */
  at(index: number): Architecture {
    return this.space.parse(index.toString(CHOICES).padStart(this.space.edges.length, "0"));
  }

  /** Means over the seeds. */
  protected column(): Float64Array {
    this.#mean ??= Float64Array.from(
      { length: this.size },
      (_, index) => this.#columns().reduce((sum, column) => sum + column[index], 0) / SEEDS,
    );
    return this.#mean;
  }

  protected accuracy({ operations }: Architecture): number {
    return this.column()[operations.reduce(numbered, 0)];
  }

  #columns(): readonly Float64Array[] {
    this.#seeds ??= [...readColumns(nasBenchMacroTable).values()];
    return this.#seeds;
  }
}

const numbered = (number: number, operation: number): number => CHOICES * number + operation;
