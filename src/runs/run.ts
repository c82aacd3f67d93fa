// A search that can be kept in a folder and gone on from there, bit for bit.
import { join } from "node:path";
import { backendInUse, tensorflowVersion, threads, useBackend, wantThreads } from "../backend";
import { type Dataset, recordOf } from "../datasets";
import { UserError } from "../errors";
import { checkSettings, type Method, type SettingsInput } from "../methods";
import { type Architecture, type SearchSpace, spaceRecord } from "../spaces";
import {
  type EpochRecord,
  type RunState,
  SearchRun,
  type StageOptions,
  type StageRecord,
  type StepRecord,
} from "../trainer";
import type { Checkpoint } from "./checkpoints";
import { searchDocument } from "./document";
import { RunFolder } from "./folder";
import { type CheckpointOptions, checkpointOptions, heading, type Machine, type SearchFile } from "./settings-file";

/** When checkpoints are written, and how many are kept. */
export interface CheckpointInput {
  /** The newest ones that stay, beside the best by validation accuracy; default 2. */
  readonly keep?: number;
  /** Steps between two. */
  readonly steps?: number | null;
  /** Minutes between two. Without steps and minutes: at epochs' ends, and every five minutes, but for 1 % of the time at most. */
  readonly minutes?: number | null;
}

/** How a search is kept. */
export interface Keeping {
  /** The folder that the run is kept in: new, or empty. Without it the run lives in memory, until `save`. */
  readonly folder?: string;
  readonly checkpoints?: CheckpointInput;
}

/** A search's settings, and how it is kept. */
export interface RunInput extends SettingsInput, Keeping {}

const optionsOf = (input?: CheckpointInput): CheckpointOptions =>
  checkSettings(checkpointOptions, input, "checkpoints");

export class Run extends SearchRun {
  #folder: RunFolder<SearchFile> | null = null;
  #checkpoints: CheckpointOptions;
  /** What waits for the next rest. */
  readonly #jobs: (() => void)[] = [];
  /** Steps since the last checkpoint; whether anything has changed since. */
  #taken = 0;
  #changed = false;
  #epochEnds = false;

  /** @throws UserError as `SearchRun`, or if the folder holds a run or cannot be made. */
  constructor(method: Method, space: SearchSpace, data: Dataset, { folder, checkpoints, ...settings }: RunInput = {}) {
    super(method, space, data, settings);
    this.#checkpoints = optionsOf(checkpoints);
    this.#listen();
    if (folder !== undefined) this.#folder = this.#create(folder);
  }

  /** A run of a folder, at its newest checkpoint. */
  static at(
    path: string,
    file: SearchFile,
    parts: { readonly method: Method; readonly space: SearchSpace; readonly data: Dataset },
    checkpoint: Checkpoint | null,
    checkpoints: CheckpointInput = {},
  ): Run {
    const run = new Run(parts.method, parts.space, parts.data, { ...file.settings, folder: undefined });
    if (checkpoint) run.#restore(path, checkpoint);
    run.#checkpoints = optionsOf({ ...file.checkpoints, ...checkpoints });
    run.#folder = RunFolder.open(path, file, checkpoint?.number ?? 0, (notice) => run.notify(notice));
    return run;
  }

  /** Where the run is kept; null: in memory alone. */
  get folder(): string | null {
    return this.#folder?.path ?? null;
  }

  /**
   * Keeps the run in a folder from now on; while a stage runs, from its next step. @throws UserError if it is kept in one already, or the
   * folder holds a run or cannot be made.
   */
  async save(folder: string, checkpoints?: CheckpointInput): Promise<void> {
    if (this.#folder)
      throw new UserError(
        `run.save: this run is kept in ${this.#folder.path} already; run.checkpoint() writes a checkpoint there`,
      );
    if (checkpoints) this.#checkpoints = optionsOf(checkpoints);
    await this.#atRest(() => {
      this.#folder = this.#create(folder);
      this.#folder.begin(this.steps.length + 1);
      for (const stage of this.stages) this.#logChange(stage);
      for (const record of this.steps) this.#logStep(record);
      for (const record of this.history) this.#logEpoch(record);
      this.#write();
      if (!this.#isBusy) this.#folder.end();
    });
  }

  /**
   * Writes a checkpoint; while a stage runs, after its step. @returns the file's path. @throws UserError if the run has no folder, or it cannot be
   * written.
   */
  async checkpoint(): Promise<string> {
    const folder = this.#folder;
    if (!folder)
      throw new UserError('run.checkpoint: this run has no folder; `await run.save("runs/first")` gives it one');
    let file: string | null = null;
    await this.#atRest(() => {
      file = this.#within(() => this.#write());
    });
    if (file === null) throw new UserError(`run.checkpoint: ${folder.trouble}`);
    return join(folder.path, file);
  }

  /** As `SearchRun.stage`; a run with a folder is kept there meanwhile. @throws UserError also if another process searches in the folder. */
  override stage(options: StageOptions = {}): Promise<this> {
    return this.#keeping(() => super.stage(options));
  }

  override derive(options: Parameters<SearchRun["derive"]>[0] = {}): Promise<Architecture> {
    return this.#keeping(async () => {
      const architecture = await super.derive(options);
      this.#changed = true;
      if (this.finished) this.#folder?.result(searchDocument(this, false));
      return architecture;
    });
  }

  /** Does what changes the run, and has its folder meanwhile. */
  async #keeping<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isBusy) return work(); // which refuses it
    this.#folder?.begin(this.steps.length + 1);
    try {
      const preparing = this.#prepare();
      if (preparing) await preparing; // else the run is running at once
      const result = await work();
      this.#work();
      if (this.#folder && this.#changed) this.#write();
      const { readOut } = this.settings.architecture;
      if (this.finished && readOut.kind === "argmax") this.#folder?.result(searchDocument(this, false));
      return result;
    } catch (error) {
      this.#folder?.event("error", { message: (error as Error).message });
      throw error;
    } finally {
      this.#work();
      this.#folder?.end();
    }
  }

  /** Takes the backend and the threads with which the run began, where that is still open; null where there is nothing to wait for. */
  #prepare(): Promise<unknown> | null {
    const machine = this.#folder?.settings.machine;
    if (!machine) return null;
    wantThreads(machine.threads);
    return backendInUse() === null && !process.env.NASLAB_BACKEND ? useBackend(machine.backend) : null;
  }

  get #isBusy(): boolean {
    return this.status === "running" || this.status === "paused";
  }

  /** The hash is right, but what was hashed may have been made by anything. */
  #restore(path: string, { file, state }: Checkpoint): void {
    try {
      this.restore(state as RunState);
    } catch (error) {
      throw new UserError(
        `${path}: the checkpoint ${file} is none of this run (${(error as Error).message}); delete it to go on from the one before`,
      );
    }
  }

  #create(path: string): RunFolder<SearchFile> {
    const { method, space, data, settings } = this;
    const { name, title, paper, year } = method;
    const file: SearchFile = {
      ...heading(),
      kind: "search",
      method: { name, title, paper, year },
      space: { ...spaceRecord(space) },
      data: recordOf(data),
      settings: settings as unknown as Record<string, unknown>,
      checkpoints: this.#checkpoints,
      machine: null,
    };
    return RunFolder.create(path, file, (notice) => this.notify(notice));
  }

  #listen(): void {
    this.on("stage", ({ stage, epoch, lastEpoch }) => {
      const machine: Machine = {
        backend: this.backend!,
        device: this.device!,
        threads: threads(),
        tensorflow: tensorflowVersion(),
      };
      this.#compare(machine);
      this.#folder?.machine(machine);
      this.#folder?.event("stage", { stage, epoch, lastEpoch, ...machine, process: process.pid });
    });
    this.on("change", (record) => {
      this.#changed = true;
      this.#logChange(record);
    });
    this.on("step", (record) => {
      this.#taken++;
      this.#changed = true;
      this.#logStep(record);
      this.#folder?.flush();
    });
    this.on("epoch", (record) => {
      this.#changed = true;
      this.#epochEnds = true;
      this.#logEpoch(record);
    });
    this.on("rollback", ({ dropped, ...record }) => this.#folder?.event("rollback", record));
    this.on("end", (status) => this.#folder?.event("end", { status }));
    this.on("rest", () => {
      this.#work();
      if (this.#folder?.isDue(this.#checkpoints, this.#taken, this.#epochEnds)) this.#write();
      this.#epochEnds = false;
    });
  }

  #logStep(record: StepRecord): void {
    const { step, trainLoss, trainAccuracy, searchLoss, entropy } = record;
    this.#folder?.scalars(step, {
      "step/training loss": trainLoss,
      "step/training accuracy": trainAccuracy,
      ...(searchLoss !== null && { "step/search loss": searchLoss }),
      "distribution/entropy": entropy,
    });
    this.#folder?.event("step", record);
  }

  #logEpoch(record: EpochRecord): void {
    const { epoch, train, valid, mean, eigenvalue } = record;
    const { edges, operations } = this.space;
    const rows = edges.map(({ name }, e) => [`distribution/${name}`, mean[e]] as const);
    const weights = rows.flatMap(([edge, row]) => operations.map((name, o) => [`${edge}/${name}`, row[o]]));
    this.#folder?.scalars(
      this.steps.findLastIndex((step) => step.epoch === epoch) + 1,
      {
        "epoch/training loss": train.loss,
        "epoch/training accuracy": train.accuracy,
        "epoch/validation loss": valid.loss,
        "epoch/validation accuracy": valid.accuracy,
        ...(eigenvalue !== null && { "epoch/dominant eigenvalue": eigenvalue }),
        ...Object.fromEntries(weights),
      },
      Object.fromEntries(rows),
    );
    this.#folder?.event("epoch", record);
  }

  #logChange(record: StageRecord): void {
    const names = [...(record.pruned ? ["prune"] : []), ...(record.widened ? ["widen"] : [])];
    for (const name of names.length > 0 ? names : ["network"]) this.#folder?.event(name, record);
  }

  /** Warns where equal numbers can no longer be expected. */
  #compare(now: Machine): void {
    const then = this.#folder?.settings.machine;
    if (!then) return;
    const differs = (["backend", "device", "threads", "tensorflow"] as const).filter(
      (name) => then[name] !== now[name],
    );
    if (differs.length === 0) return;
    const words = differs.map((name) => `${name} ${now[name]} in place of ${then[name]}`).join(", ");
    console.warn(
      `NASLab: ${this.#folder!.path}: it goes on with ${words}: not bit for bit as on the machine where it began.`,
    );
  }

  /** @returns the file; null if it could not be written. */
  #write(): string | null {
    const folder = this.#folder!;
    const { settings, space, data } = folder.settings;
    const written = folder.checkpoint(
      {
        step: this.steps.length,
        score: this.history.at(-1)?.valid.accuracy ?? null,
        settings: { ...settings, space: space.sha256, data: data.sha256 },
        state: this.state(),
      },
      this.#checkpoints.keep,
    );
    if (!written) return null;
    this.#taken = 0;
    this.#changed = false;
    return written.file;
  }

  /** Has the folder meanwhile, if no stage has it anyway. */
  #within<T>(work: () => T): T {
    this.#folder!.begin(this.steps.length + 1);
    try {
      return work();
    } finally {
      this.#folder!.end();
    }
  }

  /** Does it between two steps. */
  #atRest(job: () => void): Promise<void> {
    const moves = this.#isBusy && this.progress?.phase !== "paused";
    return new Promise((resolve, reject) => {
      const done = () => {
        try {
          job();
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      if (moves) this.#jobs.push(done);
      else done();
    });
  }

  #work(): void {
    for (const job of this.#jobs.splice(0)) job();
  }
}
