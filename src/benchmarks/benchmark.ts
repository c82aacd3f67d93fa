// What every tabular benchmark answers: how accurate the architectures of a space are that others have trained.
import { UserError } from "../errors";
import type { TabularMethod } from "../methods";
import type { Architecture, SearchSpace } from "../spaces";
import { type SimulatedRun, type SimulationOptions, simulate } from "./simulate";

export type BenchmarkData = "cifar10" | "cifar100" | "imagenet16";
export type BenchmarkSplit = "valid" | "test";

/** A number for each data set and split that a benchmark has. */
type Table<Data extends string = string, Split extends string = string> = Readonly<
  Record<Data, Readonly<Record<Split, number>>>
>;

/** What the benchmark knows of an architecture. */
export class BenchmarkEntry<Data extends string = string, Split extends string = string> {
  constructor(
    readonly benchmark: Benchmark<Data, Split>,
    readonly architecture: Architecture,
    /** The data set that was asked about, which figures show. */
    readonly dataset: Data,
    readonly epochs: number,
    /** In percent. */
    readonly accuracies: Table<Data, Split>,
  ) {}

  /** Among all architectures: 1 is the best; equal accuracies share the better rank. */
  get rank(): Table<Data, Split> {
    return this.benchmark.tabulate((data, split) => {
      const all = this.benchmark.all(data, split, this.epochs);
      const own = this.accuracies[data][split];
      return all.reduce((rank, accuracy) => (accuracy > own ? rank + 1 : rank), 1);
    });
  }
}

/** One port for all: those that NASLab has in it, and those that are read from official files. */
export abstract class Benchmark<Data extends string = string, Split extends string = string> {
  abstract readonly title: string;
  abstract readonly space: SearchSpace;
  abstract readonly data: readonly Data[];
  abstract readonly splits: readonly Split[];
  /** How long architectures were trained, the longest first. */
  abstract readonly epochs: readonly number[];
  /** The accuracy by which a simulated search picks. */
  abstract readonly reward: { readonly data: Data; readonly split: Split; readonly epochs: number };

  /** How many architectures `all` lists. */
  abstract readonly size: number;
  /** The architecture at a place of these lists. */
  abstract at(index: number): Architecture;
  /** The accuracies of all architectures in percent; undefined where there is no such column. */
  protected abstract column(data: Data, split: Split, epochs: number): Float64Array | undefined;
  /** The accuracy of an architecture in percent. */
  protected abstract accuracy(architecture: Architecture, data: Data, split: Split, epochs: number): number;

  /** The accuracy that a simulated search sees, in percent. */
  evaluate(architecture: Architecture): number {
    const { data, split, epochs } = this.reward;
    return this.accuracy(architecture, data, split, epochs);
  }

  /** What training and validating an architecture took as `reward` has it, in seconds; null: the benchmark does not know. */
  seconds(_architecture: Architecture): number | null {
    return null;
  }

  /**
   * An architecture's accuracies and ranks.
   * @param options `dataset`, which figures of the entry show; `epochs` of training. By default the first, and the longest.
   * @throws UserError for an architecture of another space, and where there is no such data set or training.
   */
  query(
    architecture: Architecture,
    { dataset = this.data[0], epochs = this.epochs[0] }: { dataset?: Data; epochs?: number } = {},
  ): BenchmarkEntry<Data, Split> {
    this.#check(dataset, this.splits[0], epochs);
    const accuracies = this.tabulate((data, split) => this.accuracyOf(architecture, data, split, epochs));
    return new BenchmarkEntry(this, architecture, dataset, epochs, accuracies);
  }

  /** One of an architecture's accuracies, in percent. @throws UserError as `query` does. */
  accuracyOf(architecture: Architecture, data: Data, split: Split, epochs = this.epochs[0]): number {
    this.#check(data, split, epochs);
    if (architecture.space !== this.space)
      throw new UserError(
        `${this.title}: it has trained the architectures of ${this.space.name}, not of ${architecture.space.name}; give one of ${this.space.name}`,
      );
    return this.accuracy(architecture, data, split, epochs);
  }

  /** The accuracies of all architectures in percent, in the order of `at`. @throws UserError if there is no such column. */
  all(data: Data = this.data[0], split: Split = this.splits.at(-1)!, epochs: number = this.epochs[0]): Float64Array {
    this.#check(data, split, epochs);
    return this.column(data, split, epochs)!;
  }

  /** Whether `all` answers at once, as from a table. */
  isAtHand(_epochs: number = this.epochs[0]): boolean {
    return true;
  }

  /** The architecture of the highest accuracy; the first in the benchmark's order among equals. */
  best(data?: Data, split?: Split, epochs?: number): Architecture {
    const all = this.all(data, split, epochs);
    return this.at(all.reduce((best, accuracy, index) => (accuracy > all[best] ? index : best), 0));
  }

  /** A search that asks this benchmark; see `simulate`. */
  simulate(method: TabularMethod, options?: SimulationOptions): SimulatedRun<Data, Split> {
    return simulate(this, method, options);
  }

  /** A table with a number for each of its columns. */
  tabulate<T>(value: (data: Data, split: Split) => T): Readonly<Record<Data, Readonly<Record<Split, T>>>> {
    const row = (data: Data) => Object.fromEntries(this.splits.map((split) => [split, value(data, split)]));
    return Object.fromEntries(this.data.map((data) => [data, row(data)])) as Record<Data, Record<Split, T>>;
  }

  #check(data: Data, split: Split, epochs: number): void {
    if (this.data.includes(data) && this.splits.includes(split) && this.epochs.includes(epochs)) return;
    throw new UserError(
      `${this.title}: no accuracies of "${data}", "${split}", ${epochs} epochs; there are ${this.data.join(", ")}; ${this.splits.join(", ")}; ${this.epochs.join(", ")} epochs.`,
    );
  }
}
