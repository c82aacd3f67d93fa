// What NAS-Bench-201's official files tell of an architecture: the curves of all of its trainings.
import { printed } from "../datasets/pickle";
import { UserError } from "../errors";
import type { Architecture } from "../spaces";

/** What a network was trained on: of CIFAR-10 half of the training images or all, as the benchmark names it. */
export type NasBench201Set = "cifar10-valid" | "cifar10" | "cifar100" | "imagenet16";

/** The official names. */
const SETS: Readonly<Record<NasBench201Set, string>> = {
  "cifar10-valid": "cifar10-valid",
  cifar10: "cifar10",
  cifar100: "cifar100",
  imagenet16: "ImageNet16-120",
};

/** By epoch; NaN where nothing was measured, or kept. */
export interface Curve {
  /** In percent. */
  readonly accuracy: Float64Array;
  readonly loss: Float64Array;
  /** What the epoch took. The benchmark has measured it once for each architecture. */
  readonly seconds: Float64Array;
}

/** One training of an architecture's network. */
export interface NasBench201Training {
  readonly set: NasBench201Set;
  readonly seed: number;
  readonly epochs: number;
  readonly train: Curve;
  /** Null where the network was trained on these images. */
  readonly valid: Curve | null;
  readonly test: Curve | null;
  /** Of both together, which the benchmark has measured in every epoch where it kept only the last of each. */
  readonly validAndTest: Curve | null;
  /** Millions. */
  readonly parameters: number;
  /** Millions of multiply-adds of an image. */
  readonly multiplyAdds: number;
  /** Seconds of a forward pass; null: not measured. */
  readonly latency: number | null;
}

/** An architecture's trainings; a plain array with a picture of its own. */
export class NasBench201Trainings extends Array<NasBench201Training> {
  static override get [Symbol.species]() {
    return Array; // what map and filter give are no longer all of an architecture's
  }

  readonly architecture: Architecture;

  constructor(architecture: Architecture, trainings: readonly NasBench201Training[]) {
    super();
    this.push(...trainings);
    this.architecture = architecture;
  }
}

/** The two lengths of training, as NATS-Bench's and as NAS-Bench-201's own files name them. */
const LENGTHS: Readonly<Record<number, readonly string[]>> = { 12: ["12", "less"], 200: ["200", "full"] };

/** Of one length: no architecture has more than a dozen. */
const MOST_TRAININGS = 64;

/**
 * The trainings of one length.
 * @param read what the file holds of an architecture. @param architecture its string, which the file has to name. @throws RangeError for something else.
 */
export function trainingsOf(read: unknown, architecture: string, epochs: number): NasBench201Training[] {
  const lengths = map(read, "what is known of an architecture");
  const results = map(
    LENGTHS[epochs].map((name) => lengths.get(name)).find((found) => found !== undefined),
    `its trainings of ${epochs} epochs`,
  );
  if (results.get("arch_str") !== architecture)
    throw new RangeError(`the results of ${printed(results.get("arch_str"))} in place of ${architecture}`);
  const all = map(results.get("all_results"), "its results");
  if (all.size > MOST_TRAININGS) throw new RangeError(`${all.size.toLocaleString("en")} trainings`);
  return [...all].map(([key, value]) => {
    const [name, seed] = Array.isArray(key) ? key : [];
    const set = (Object.keys(SETS) as NasBench201Set[]).find((each) => SETS[each] === name);
    if (set === undefined || typeof seed !== "number") throw new RangeError("results of an unknown training");
    return trainingOf(set, seed, map(value, "a training"));
  });
}

/** No training is longer. */
const MOST_EPOCHS = 1000;

function trainingOf(set: NasBench201Set, seed: number, trial: ReadonlyMap<unknown, unknown>): NasBench201Training {
  const epochs = number(trial.get("epochs"), "epochs");
  if (!(Number.isInteger(epochs) && epochs > 0 && epochs <= MOST_EPOCHS)) throw new RangeError(`${epochs} epochs`);
  /** Where it is an old file's, it may be None. */
  const column = (field: string, key: (epoch: number) => unknown): Float64Array => {
    const values = trial.get(field) ?? new Map();
    if (!(values instanceof Map)) throw new RangeError(`no dictionary as its ${field}`);
    return Float64Array.from({ length: epochs }, (_, epoch) =>
      values.has(key(epoch)) ? number(values.get(key(epoch)), field) : Number.NaN,
    );
  };
  const names = trial.get("eval_names");
  if (!Array.isArray(names)) throw new RangeError("no list of what it was evaluated on");
  const evaluation = (name: string): Curve | null => {
    if (!names.includes(name)) return null;
    const key = (epoch: number) => `${name}@${epoch}`;
    return {
      accuracy: column("eval_acc1es", key),
      loss: column("eval_losses", key),
      seconds: column("eval_times", key),
    };
  };
  const own = (epoch: number) => epoch;
  const onHalf = set === "cifar10-valid" || set === "cifar10";
  const latency = trial.get("latency");
  return {
    set,
    seed,
    epochs,
    train: {
      accuracy: column("train_acc1es", own),
      loss: column("train_losses", own),
      seconds: column("train_times", own),
    },
    valid: evaluation("x-valid"),
    test: evaluation(onHalf ? "ori-test" : "x-test"),
    validAndTest: onHalf ? null : evaluation("ori-test"),
    parameters: number(trial.get("params"), "params"),
    multiplyAdds: number(trial.get("flop"), "flop"),
    latency: Array.isArray(latency) && latency.length > 0 ? mean(latency.map((one) => number(one, "latency"))) : null,
  };
}

/**
 * What a search pays for an architecture by the benchmark's rule (NATS-Bench's `simulate_train_eval`): all epochs of training, and one
 * validation; a mean over the trainings on half of CIFAR-10. Null where the file has no times.
 */
export function secondsOf(trainings: readonly NasBench201Training[]): number | null {
  const paid = trainings.flatMap(({ set, train, valid }) =>
    set === "cifar10-valid" && valid ? [train.seconds.reduce((sum, one) => sum + one, 0) + valid.seconds.at(-1)!] : [],
  );
  const seconds = mean(paid);
  return Number.isFinite(seconds) ? seconds : null;
}

/** @throws UserError for another name. */
export function checkSet(set: string): void {
  if (!Object.hasOwn(SETS, set))
    throw new UserError(`NAS-Bench-201: no trainings on "${set}"; there are those on ${Object.keys(SETS).join(", ")}`);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function map(value: unknown, what: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  throw new RangeError(`no dictionary where ${what} has to be`);
}

function number(value: unknown, what: string): number {
  if (typeof value === "number") return value;
  throw new RangeError(`no number as its ${what}`);
}
