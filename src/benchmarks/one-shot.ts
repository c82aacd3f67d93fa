// NAS-Bench-1Shot1 (Zela et al., ICLR 2020): NAS-Bench-101's accuracies of the cells of its three spaces.
import { type Architecture, type OneShot1, spaces } from "../spaces";
import { Benchmark, type BenchmarkSplit } from "./benchmark";
import { NasBench101, type NasBench101Entry } from "./nasbench101";

export class OneShot1Benchmark extends Benchmark<"cifar10", BenchmarkSplit> {
  readonly title: string;
  readonly data = ["cifar10"] as const;
  readonly splits = ["valid", "test"] as const;
  readonly epochs: readonly number[];
  readonly reward: { readonly data: "cifar10"; readonly split: "valid"; readonly epochs: number };
  /** Cells that differ once loose ends are cut off. */
  readonly size: number;
  readonly #columns = new Map<number, Readonly<Record<BenchmarkSplit, Float64Array>>>();

  private constructor(
    readonly space: OneShot1,
    /** Where all that it knows comes from. */
    readonly nasBench101: NasBench101,
  ) {
    super();
    this.title = space.title;
    this.epochs = nasBench101.epochs;
    this.reward = { data: "cifar10", split: "valid", epochs: this.epochs[0] };
    this.size = space.sizeWithoutLooseEnds;
  }

  /** @param number of the space. @param path of NAS-Bench-101's file. @throws UserError as `NasBench101.open`, and for another number. */
  static async open(number: 1 | 2 | 3, path: string): Promise<OneShot1Benchmark> {
    return new OneShot1Benchmark(spaces.oneShot1(number), await NasBench101.open(path));
  }

  at(index: number): Architecture {
    return this.space.withoutLooseEnds(index);
  }

  /** What NAS-Bench-101 knows of the cell. */
  cell(architecture: Architecture, epochs?: number): NasBench101Entry {
    return this.nasBench101.query(this.space.modelSpec(architecture), { epochs });
  }

  /** Training at the full length, a mean over the trainings; what validating took is not told. */
  override seconds(architecture: Architecture): number {
    return this.cell(architecture, this.reward.epochs).seconds;
  }

  protected accuracy(architecture: Architecture, _data: "cifar10", split: BenchmarkSplit, epochs: number): number {
    return this.cell(architecture, epochs)[split];
  }

  /** Once they have been asked for. */
  override isAtHand(epochs: number = this.epochs[0]): boolean {
    return this.#columns.has(epochs);
  }

  /** The first call for some epochs asks for every cell: 3,702, 12,474 or 135,900. */
  protected column(_data: "cifar10", split: BenchmarkSplit, epochs: number): Float64Array {
    if (!this.#columns.has(epochs)) {
      const [valid, test] = [new Float64Array(this.size), new Float64Array(this.size)];
      for (let index = 0; index < this.size; index++) {
        const entry = this.cell(this.at(index), epochs);
        valid[index] = entry.valid;
        test[index] = entry.test;
      }
      this.#columns.set(epochs, { valid, test });
    }
    return this.#columns.get(epochs)![split];
  }
}
