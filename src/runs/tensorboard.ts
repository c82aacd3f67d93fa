// Event files for TensorBoard: TFRecords (length, data, a masked CRC-32C of each) of Event messages (tensorflow/core/util/event.proto).
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { bytesField, doubleField, floatField, integerField, message, packedDoubles } from "../backend/protobuf";
import { record } from "../backend/tfrecord";
import { write } from "./files";

/** A value under its name: a number, or a sample that is shown as a histogram. */
export type Scalars = Readonly<Record<string, number>>;
export type Histograms = Readonly<Record<string, ArrayLike<number>>>;

export class TensorBoard {
  readonly #folder: string;
  #file: string;
  #waiting: Buffer[];
  /** The first step of what waits. */
  #step: number;

  /** A file of its own for each process that goes on with the run. @param step the first that follows: what other files have from there on counts no more. */
  constructor(run: string, step: number) {
    this.#folder = join(run, "tensorboard");
    this.#file = newFile();
    this.#waiting = head(step);
    this.#step = step;
  }

  add(step: number, scalars: Scalars, histograms: Histograms = {}): void {
    const values = [
      ...Object.entries(scalars).map(([tag, value]) =>
        bytesField(1, message(bytesField(1, tag), floatField(2, value))),
      ),
      ...Object.entries(histograms).map(([tag, sample]) =>
        bytesField(1, message(bytesField(1, tag), bytesField(5, histogram(sample)))),
      ),
    ];
    if (this.#waiting.length === 0) this.#step = step;
    this.#waiting.push(event(step, bytesField(5, message(...values))));
  }

  /** @throws what the file system says; what waits goes into another file then, as the end of this one may be torn. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    try {
      mkdirSync(this.#folder, { recursive: true });
      write(join(this.#folder, this.#file), "a", Buffer.concat(this.#waiting), false);
      this.#waiting = [];
    } catch (error) {
      this.#file = newFile();
      this.#waiting = [...head(this.#step), ...this.#waiting];
      throw error;
    }
  }
}

/** The version of the format, and the start of a session. */
const head = (step: number): Buffer[] => [
  event(0, bytesField(3, "brain.Event:2")),
  event(step, bytesField(7, integerField(1, 1))),
];

const event = (step: number, what: Buffer): Buffer =>
  record(message(doubleField(1, Date.now() / 1000), integerField(2, step), what));

const newFile = (): string => {
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
  return `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${++files}`;
};

let files = 0;

/** Bins of a histogram. */
const BINS = 30;

/** HistogramProto: equal bins from the smallest to the largest value, each by its upper end. */
function histogram(sample: ArrayLike<number>): Buffer {
  const values = Float64Array.from(sample);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = (high - low) / BINS || 1;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - low) / width))]++;
  const sum = (of: (value: number) => number) => values.reduce((total, value) => total + of(value), 0);
  return message(
    doubleField(1, low),
    doubleField(2, high),
    doubleField(3, values.length),
    doubleField(
      4,
      sum((value) => value),
    ),
    doubleField(
      5,
      sum((value) => value * value),
    ),
    bytesField(6, packedDoubles(counts.map((_, k) => low + (k + 1) * width))),
    bytesField(7, packedDoubles(counts)),
  );
}
