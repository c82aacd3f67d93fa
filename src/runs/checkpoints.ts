// Checkpoints of a run: arrays of numbers as safetensors, all else as JSON, each with its hash. The newest ones and the best are kept.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { decodeSafetensors, encodeSafetensors } from "../supernet/safetensors";
import { PART, writeWhole } from "./files";
import { pack, unpack } from "./pack";

const FOLDER = "checkpoints";
/** More than any checkpoint's JSON has. */
const MOST_JSON = 512e6;

const schema = z.strictObject({
  /** Counts a run's checkpoints: after an early stop has gone back, a later one may have fewer steps. */
  number: z.int().positive(),
  step: z.int().nonnegative(),
  /** What the best is told by: validation accuracy of the last epoch; null before the first. */
  score: z.number().nullable(),
  tensors: z.strictObject({ file: z.string(), sha256: z.string() }),
  /** What the state is of: none of it may be another when the run goes on. */
  settings: z.record(z.string(), z.unknown()),
  state: z.unknown(),
});

type Content = z.infer<typeof schema>;

export interface Checkpoint extends Omit<Content, "tensors" | "state"> {
  /** The name of its JSON in the folder. */
  readonly file: string;
  /** All of it, tensors included. */
  readonly state: unknown;
}

/** What is to be kept of a run. */
export type CheckpointContent = Omit<Checkpoint, "file" | "number">;

export interface Written {
  readonly file: string;
  readonly bytes: number;
}

/** The JSON's file: its content's hash stands before it. */
const HEAD = '{"sha256":"';
const MIDDLE = '","checkpoint":';
const END = "}\n";
const START = HEAD.length + 64 + MIDDLE.length;

const framed = (body: string): string => HEAD + hash(body) + MIDDLE + body + END;

/** A checkpoint without what is large. */
interface Entry {
  readonly file: string;
  readonly tensors: string;
  readonly number: number;
  readonly score: number | null;
}

export class Checkpoints {
  readonly #folder: string;
  /** Those that are there, as far as their JSON is whole; null until they were looked for. */
  #entries: Entry[] | null = null;

  constructor(run: string) {
    this.#folder = join(run, FOLDER);
  }

  /** Looks at the folder again; answers `number`. */
  look(): number {
    this.#entries = null;
    return this.number;
  }

  /** The number of the newest one; 0: none. */
  get number(): number {
    return Math.max(0, ...this.#known().map(({ number }) => number));
  }

  /** Writes one, tensors first: it is there once its JSON is. Of the others `keep` - 1 of the newest stay, and the best. */
  write({ state, ...content }: CheckpointContent, keep: number): Written {
    const { json, tensors } = pack(state);
    const name = `step-${String(content.step).padStart(6, "0")}`;
    const bytes = encodeSafetensors(tensors);
    const sha256 = hash(bytes);
    const number = this.number + 1;
    const entry = { file: `${name}.json`, tensors: `${name}-${sha256.slice(0, 12)}.safetensors`, number };
    const whole: Content = { number, ...content, tensors: { file: entry.tensors, sha256 }, state: json };
    const body = JSON.stringify(whole);
    mkdirSync(this.#folder, { recursive: true });
    writeWhole(join(this.#folder, entry.tensors), bytes);
    writeWhole(join(this.#folder, entry.file), framed(body));
    this.#keep([{ ...entry, score: content.score }, ...this.#known().filter(({ file }) => file !== entry.file)], keep);
    return { file: join(FOLDER, entry.file), bytes: bytes.length + body.length };
  }

  /** The newest that is whole; null if there is none. @param damaged is told of each newer one that is not, and why. */
  newest(damaged: (file: string, why: string) => void = () => {}): Checkpoint | null {
    const found = this.#files().flatMap((file) => {
      const content = this.#read(file, (why) => damaged(file, why));
      return content ? [{ file, content }] : [];
    });
    found.sort((a, b) => b.content.number - a.content.number);
    this.#entries = found.map(({ file, content }) => entryOf(file, content));
    for (const { file, content } of found) {
      const checkpoint = this.#complete(file, content, (why) => damaged(file, why));
      if (checkpoint) return checkpoint;
    }
    return null;
  }

  /** What is told of the newest without its tensors, for a table; null if there is none. */
  glance(): Content | null {
    const all = this.#files().flatMap((file) => this.#read(file, () => {}) ?? []);
    return all.sort((a, b) => b.number - a.number)[0] ?? null;
  }

  /** Removes what a killed process has left half written. */
  sweep(): void {
    for (const name of names(this.#folder)) if (name.endsWith(PART)) rmSync(join(this.#folder, name), { force: true });
  }

  #known(): Entry[] {
    this.#entries ??= this.#files().flatMap((file) => {
      const content = this.#read(file, () => {});
      return content ? [entryOf(file, content)] : [];
    });
    return this.#entries;
  }

  #files(): string[] {
    return names(this.#folder).filter((name) => /^step-\d+\.json$/.test(name));
  }

  #read(file: string, damaged: (why: string) => void): Content | null {
    try {
      const path = join(this.#folder, file);
      const { size } = statSync(path);
      if (size > MOST_JSON) throw new RangeError(`it has ${size} bytes`);
      const text = readFileSync(path, "utf8");
      const body = text.slice(START, -END.length);
      if (text !== framed(body)) throw new RangeError("its hash is another");
      return schema.parse(JSON.parse(body));
    } catch (error) {
      damaged((error as Error).message);
      return null;
    }
  }

  #complete(file: string, { tensors, state, ...content }: Content, damaged: (why: string) => void): Checkpoint | null {
    try {
      if (!/^step-\d+-[0-9a-f]+\.safetensors$/.test(tensors.file)) throw new RangeError(`it names "${tensors.file}"`);
      const bytes = readFileSync(join(this.#folder, tensors.file));
      if (hash(bytes) !== tensors.sha256) throw new RangeError(`the hash of ${tensors.file} is another`);
      return { ...content, file, state: unpack({ json: state, tensors: decodeSafetensors(bytes, tensors.file) }) };
    } catch (error) {
      damaged((error as Error).message);
      return null;
    }
  }

  /** Of these, the newest first, drops the oldest, but for the best, and tensors that none names. */
  #keep(entries: Entry[], keep: number): void {
    const highest = Math.max(...entries.map(({ score }) => score ?? Number.NEGATIVE_INFINITY));
    const best = entries.findLast(({ score }) => score === highest); // of equals that nearest to its epoch's end
    this.#entries = entries.filter((each, k) => k < keep || each === best);
    const there = new Set(this.#entries.flatMap(({ file, tensors }) => [file, tensors]));
    for (const name of names(this.#folder))
      if (/^step-\d+(-[0-9a-f]+)?\.(json|safetensors)$/.test(name) && !there.has(name))
        rmSync(join(this.#folder, name), { force: true });
  }
}

const entryOf = (file: string, { tensors, number, score }: Content): Entry => ({
  file,
  tensors: tensors.file,
  number,
  score,
});

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no checkpoint yet
  }
}

const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
