// A run's folder: settings, events, checkpoints, TensorBoard's files, the result. While it cannot be written, the run goes on in memory.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../errors";
import { type CheckpointContent, Checkpoints, type Written } from "./checkpoints";
import { EventLog } from "./event-log";
import { isFileError, writeWhole } from "./files";
import { Lease } from "./lease";
import {
  type CheckpointOptions,
  createFolder,
  type Machine,
  type RunSettings,
  rewriteSettings,
  SETTINGS,
} from "./settings-file";
import { type Histograms, type Scalars, TensorBoard } from "./tensorboard";

const RESULT = "result.json";

/** Milliseconds between two tries to write again after a failure. */
const RETRY = 10_000;
/** By default: milliseconds after which a checkpoint is written in the middle of an epoch, and the time of one over the time between two. */
const PERIOD = 5 * 60_000;
const SHARE = 0.01;

export class RunFolder<Settings extends RunSettings = RunSettings> {
  readonly path: string;
  readonly #log: EventLog;
  readonly #checkpoints: Checkpoints;
  readonly #notify: (notice: string | null) => void;
  #settings: Settings;
  #lease: Lease | null = null;
  /** How many have begun and not ended. */
  #users = 0;
  #board: TensorBoard | null = null;
  /** The number of the checkpoint that this process has read or written last. */
  #number: number;
  #trouble: string | null = null;
  /** When writing was last tried in vain, when a checkpoint was last there, and what it took: milliseconds. */
  #tried = 0;
  #written = performance.now();
  #cost = 0;

  private constructor(path: string, settings: Settings, number: number, notify: (notice: string | null) => void) {
    this.path = resolve(path);
    this.#settings = settings;
    this.#number = number;
    this.#notify = notify;
    this.#log = new EventLog(this.path);
    this.#checkpoints = new Checkpoints(this.path);
  }

  /** @param notify is told when nothing can be written, in words, and when it can again (null). @throws UserError if the folder cannot be made. */
  static create<Settings extends RunSettings>(
    path: string,
    settings: Settings,
    notify: (notice: string | null) => void,
  ): RunFolder<Settings> {
    createFolder(path, settings);
    return new RunFolder(path, settings, 0, notify);
  }

  /** A folder that is there. @param number of the checkpoint that was read; 0: none. */
  static open<Settings extends RunSettings>(
    path: string,
    settings: Settings,
    number: number,
    notify: (notice: string | null) => void,
  ): RunFolder<Settings> {
    return new RunFolder(path, settings, number, notify);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Why nothing can be written; null while it can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /**
   * Takes the folder for this process, until `end`.
   * @param step the first that follows. @throws UserError if another process has it, or has gone on with the run since it was read.
   */
  begin(step: number): void {
    if (this.#users++ > 0) return;
    try {
      this.#take();
    } catch (error) {
      if (!isFileError(error)) {
        this.#users = 0;
        throw error;
      }
      this.#fail(error);
    }
    this.#board = new TensorBoard(this.path, step);
    this.#written = performance.now();
  }

  /** Writes what waits, and gives the folder back. */
  end(): void {
    if (--this.#users > 0) return;
    this.#attempt(() => this.#flush(true));
    this.#lease?.end();
    this.#lease = null;
    this.#board = null;
  }

  /** Takes an event down; it is written with the next `flush` or checkpoint. */
  event(name: string, record: object): void {
    this.#log.add(name, record);
  }

  flush(): void {
    if (this.#mayTry()) this.#attempt(() => this.#flush(false));
  }

  /** Values for TensorBoard, under their step. */
  scalars(step: number, scalars: Scalars, histograms?: Histograms): void {
    this.#board?.add(step, scalars, histograms);
  }

  /** Remembers what computes, at the first time. */
  machine(machine: Machine): void {
    if (this.#settings.kind !== "search" || this.#settings.machine !== null) return;
    this.#settings = { ...this.#settings, machine };
    this.#attempt(() => rewriteSettings(this.path, this.#settings));
  }

  /** Whether a checkpoint is due. @param steps that were taken since the last. */
  isDue({ steps, minutes }: CheckpointOptions, taken: number, epochEnds: boolean): boolean {
    if (this.#trouble !== null) return this.#mayTry();
    const elapsed = performance.now() - this.#written;
    if (steps !== null && taken >= steps) return true;
    if (minutes !== null && elapsed >= 60_000 * minutes) return true;
    if (steps !== null || minutes !== null) return false;
    return (epochEnds || elapsed >= PERIOD) && elapsed * SHARE >= this.#cost;
  }

  /** Writes a checkpoint; null, and a notice, if that is not possible. */
  checkpoint(content: CheckpointContent, keep: number): Written | null {
    const started = performance.now();
    let written: Written | null = null;
    this.#attempt(() => {
      this.#take(); // the only look at whether another process has the folder by now
      this.#number = this.#checkpoints.number + 1; // even if the write fails at its very end
      written = this.#checkpoints.write(content, keep);
      this.#cost = performance.now() - started;
      const seconds = this.#cost / 1000;
      this.#log.add("checkpoint", { step: content.step, ...written, seconds });
      this.#flush(true);
      this.#written = performance.now();
    });
    return written;
  }

  /** Writes what came out. */
  result(document: object): void {
    this.#attempt(() => writeWhole(join(this.path, RESULT), `${JSON.stringify(document, null, 2)}\n`));
  }

  #flush(sync: boolean): void {
    this.#log.flush(sync);
    this.#board?.flush();
  }

  /** Makes sure that this process has the folder, and that the folder is as it left it. */
  #take(): void {
    if (this.#lease?.isHeld) return;
    if (!existsSync(join(this.path, SETTINGS))) this.#makeAgain();
    this.#lease?.end();
    this.#lease = Lease.take(this.path);
    if (this.#checkpoints.look() > this.#number) {
      this.#lease.end();
      this.#lease = null;
      throw new UserError(
        `${this.path}: this run has gone on elsewhere (in another process, or as what openRun gave) since it was opened here; open it again: openRun("${this.path}")`,
      );
    }
    this.#checkpoints.sweep();
    const torn = this.#log.mend();
    if (torn === 0) return;
    console.warn(
      `NASLab: ${this.path}: the last line of events.jsonl was torn by a crash; its ${torn} bytes were cut off.`,
    );
    this.#log.add("mended", { bytes: torn });
  }

  /** What was written before is gone with the folder. */
  #makeAgain(): void {
    if (!existsSync(this.path)) mkdirSync(this.path);
    rewriteSettings(this.path, this.#settings);
    console.warn(`NASLab: ${this.path}: the folder was gone and has been made again; the events before are lost.`);
    this.#log.add("made again", {});
  }

  #mayTry(): boolean {
    return this.#trouble === null || performance.now() - this.#tried >= RETRY;
  }

  /** Does what writes; where it fails, says so once and goes on. */
  #attempt(action: () => void): void {
    try {
      if (this.#trouble !== null) this.#take();
      action();
      this.#tell(null);
    } catch (error) {
      if (!isFileError(error) && !(error instanceof UserError)) throw error;
      this.#fail(error);
    }
  }

  #fail({ message }: Error): void {
    this.#tried = performance.now();
    this.#tell(`not saved: ${message}; the search goes on in memory, and tries again`);
  }

  #tell(trouble: string | null): void {
    const before = this.#trouble;
    this.#trouble = trouble;
    if (before === trouble) return;
    this.#notify(trouble);
    if (before === null) console.warn(`NASLab: ${trouble}.`);
    if (trouble === null) console.warn(`NASLab: ${this.path}: saved again.`);
  }
}

/** The result in a run's folder; null if it has none yet. @throws UserError if it is damaged. */
export function readResult(folder: string): object | null {
  const path = join(folder, RESULT);
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new UserError(`${path}: it is no JSON; the file is damaged: delete it, and resume the run`);
  }
}
