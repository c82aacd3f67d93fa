// NAS-Bench-101 (Ying et al., ICML 2019) from its own TFRecord file: 423,624 cells, trained on CIFAR-10 three times.
import { countedFields, doubleOf, integerOf } from "../backend/protobuf";
import { RECORD_HEAD, RECORD_TAIL, recordData, recordLength } from "../backend/tfrecord";
import { UserError } from "../errors";
import { checkModelSpec, type ModelSpec, moduleHash } from "../spaces";
import { FileParts, indexOf, opened, readThrough } from "./official-file";

/** What was measured when an epoch of a training was over. */
export interface NasBench101Evaluation {
  readonly epoch: number;
  /** Of training up to here, without evaluations. */
  readonly seconds: number;
  /** Accuracies in percent. */
  readonly train: number;
  readonly valid: number;
  readonly test: number;
}

/** One training of a cell's network. */
export interface NasBench101Training {
  readonly epochs: number;
  /** Trainable ones. */
  readonly parameters: number;
  /** Before the first epoch, in the middle, and at the end. */
  readonly evaluations: readonly NasBench101Evaluation[];
}

/** What the benchmark knows of a cell: means over its trainings, in percent and seconds. */
export interface NasBench101Entry extends Omit<NasBench101Evaluation, "epoch"> {
  /** The benchmark's name of the cell. */
  readonly hash: string;
  readonly epochs: number;
  readonly parameters: number;
  readonly trainings: readonly NasBench101Training[];
}

const published = {
  title: "NAS-Bench-101",
  what: "nasbench_only108.tfrecord (499 MB) or nasbench_full.tfrecord (1.95 GB)",
  from: "https://storage.googleapis.com/nasbench/nasbench_only108.tfrecord",
};

/** An index's rows in the order of their bytes: hash (16 bytes), epochs (2) and where the record begins (6), big-endian. */
const ROW = 24;
const HASH = 16;
const KEY = 18;
/** No record is longer. */
const MOST_BYTES = 2 ** 16;
/** Of cells in the benchmark. */
const MOST_VERTICES = 7;
const MOST_EDGES = 9;

export class NasBench101 {
  readonly title = published.title;
  readonly #file: FileParts;
  readonly #index: FileParts;
  /** How long cells were trained, the longest first. */
  readonly epochs: readonly number[];

  private constructor(file: FileParts, index: FileParts, epochs: readonly number[]) {
    this.#file = file;
    this.#index = index;
    this.epochs = epochs;
  }

  /**
   * The benchmark of a file. The first time the file is read through once, and where each record lies is kept in the cache (24 bytes a
   * record); from then on a query reads the records that it asks for.
   * @throws UserError if it cannot be read, is cut off or damaged.
   */
  static async open(path: string): Promise<NasBench101> {
    return opened(new FileParts(path, published), async (file) => {
      const index = await indexOf(file, "records-1", () => indexRows(file));
      return opened(index, () => {
        if (index.size === 0) throw file.wrong("has no record");
        return new NasBench101(file, index, epochsOf(index));
      });
    });
  }

  /**
   * What the benchmark knows of a cell; isomorphic cells are one.
   * @param spec its matrix and operations. @param options `epochs` of training; by default the longest.
   * @throws UserError for a cell that is none of the benchmark's, and for epochs that the file does not have.
   */
  query(spec: ModelSpec, { epochs = this.epochs[0] }: { epochs?: number } = {}): NasBench101Entry {
    checkModelSpec(spec);
    if (!this.epochs.includes(epochs))
      throw new UserError(
        `${this.title}: no training of ${epochs} epochs in "${this.#file.path}"; there are those of ${this.epochs.join(", ")}`,
      );
    const hash = moduleHash(spec);
    const trainings = this.#trainings(hash, epochs);
    if (trainings.length === 0)
      throw new UserError(
        `${this.title}: no cell ${hash} in "${this.#file.path}"; give one of at most ${MOST_VERTICES} vertices and ${MOST_EDGES} edges`,
      );
    const mean = (of: (last: NasBench101Evaluation) => number) =>
      trainings.reduce((sum, { evaluations }) => sum + of(evaluations.at(-1)!), 0) / trainings.length;
    return {
      hash,
      epochs,
      parameters: trainings[0].parameters,
      seconds: mean(({ seconds }) => seconds),
      train: mean(({ train }) => train),
      valid: mean(({ valid }) => valid),
      test: mean(({ test }) => test),
      trainings,
    };
  }

  /** By bisection in the index. */
  #trainings(hash: string, epochs: number): NasBench101Training[] {
    const wanted = keyOf(hash, epochs);
    const rows = this.#index.size / ROW;
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#index.read(middle * ROW, KEY).compare(wanted) < 0) low = middle + 1;
      else high = middle;
    }
    const found: NasBench101Training[] = [];
    for (let row = low; row < rows; row++) {
      const bytes = this.#index.read(row * ROW, ROW);
      if (!bytes.subarray(0, KEY).equals(wanted)) break;
      found.push(this.#training(bytes.readUIntBE(KEY, ROW - KEY)));
    }
    return found;
  }

  #training(at: number): NasBench101Training {
    return read(this.#file, at, () => {
      const length = recordLength(this.#file.read(at, RECORD_HEAD));
      const [, epochs, metrics] = rowOf(recordData(this.#file.read(at + RECORD_HEAD, length + RECORD_TAIL)));
      return { epochs, ...metricsOf(Buffer.from(metrics, "base64")) };
    });
  }
}

/** Those of the first cell, the longest first: all cells have the same. */
function epochsOf(index: FileParts): number[] {
  const epochs = new Set<number>();
  const first = hashAt(index, 0);
  for (let row = 0; row * ROW < index.size && hashAt(index, row) === first; row++) epochs.add(epochsAt(index, row));
  return [...epochs].sort((a, b) => b - a);
}

const hashAt = (index: FileParts, row: number) => index.read(row * ROW, HASH).toString("hex");
const epochsAt = (index: FileParts, row: number) => index.read(row * ROW + HASH, KEY - HASH).readUInt16BE();

function keyOf(hash: string, epochs: number): Buffer {
  const key = Buffer.alloc(KEY);
  key.write(hash, "hex");
  key.writeUInt16BE(epochs, HASH);
  return key;
}

/** The rows of a file's records, sorted. */
async function indexRows(file: FileParts): Promise<Uint8Array> {
  const rows = new Rows();
  await readThrough(file, (bytes, start, last) => {
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      if (left === 0 && last) break;
      const where = start + at;
      const length =
        left < RECORD_HEAD ? 0 : read(file, where, () => checkedLength(bytes.subarray(at, at + RECORD_HEAD)));
      const end = RECORD_HEAD + length + RECORD_TAIL;
      if (left < end) {
        if (last) throw file.wrong(`is cut off within the record at byte ${where.toLocaleString("en")}`);
        break;
      }
      read(file, where, () => {
        const [hash, epochs] = rowOf(recordData(bytes.subarray(at + RECORD_HEAD, at + end)));
        rows.add(hash, epochs, where);
      });
      at += end;
    }
    return at;
  });
  return rows.sorted();
}

/** Rows of an index one behind the other, of which there are a million. */
class Rows {
  #bytes = Buffer.alloc(2 ** 16 * ROW);
  #count = 0;

  add(hash: string, epochs: number, at: number): void {
    const start = ROW * this.#count++;
    if (start === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * start);
    keyOf(hash, epochs).copy(this.#bytes, start);
    this.#bytes.writeUIntBE(at, start + KEY, ROW - KEY);
  }

  sorted(): Buffer {
    const bytes = this.#bytes;
    const order = Uint32Array.from({ length: this.#count }, (_, row) => ROW * row);
    order.sort((a, b) => bytes.compare(bytes, b, b + ROW, a, a + ROW));
    const sorted = Buffer.alloc(ROW * this.#count);
    order.forEach((start, row) => {
      bytes.copy(sorted, ROW * row, start, start + ROW);
    });
    return sorted;
  }
}

function checkedLength(head: Buffer): number {
  const length = recordLength(head);
  if (length > MOST_BYTES) throw new RangeError(`a record of ${length.toLocaleString("en")} bytes`);
  return length;
}

/** A record's hash, epochs and metrics: a JSON array of hash, epochs, matrix, operations and metrics. */
function rowOf(data: Buffer): [hash: string, epochs: number, metrics: string] {
  const row: unknown = JSON.parse(data.toString());
  const [hash, epochs, , , metrics] = Array.isArray(row) ? row : [];
  const isRow =
    typeof hash === "string" &&
    /^[0-9a-f]{32}$/.test(hash) &&
    Number.isInteger(epochs) &&
    epochs > 0 &&
    epochs < 2 ** 16 &&
    typeof metrics === "string";
  if (!isRow) throw new RangeError("a record of something else");
  return [hash, epochs, metrics];
}

/** A ModelMetrics message (nasbench/lib/model_metrics.proto). */
function metricsOf(message: Buffer): Omit<NasBench101Training, "epochs"> {
  const evaluations = countedFields(message, 1).map((data) => ({
    epoch: doubleOf(data, 1),
    seconds: doubleOf(data, 2),
    train: 100 * doubleOf(data, 3),
    valid: 100 * doubleOf(data, 4),
    test: 100 * doubleOf(data, 5),
  }));
  if (evaluations.length === 0) throw new RangeError("a training without evaluations");
  return { parameters: integerOf(message, 2), evaluations };
}

/** What `of` reads of the record at a byte. @throws UserError that names the byte. */
function read<T>(file: FileParts, at: number, of: () => T): T {
  try {
    return of();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw file.wrong(`is damaged at byte ${at.toLocaleString("en")} (${(error as Error).message})`);
  }
}
