// A search as a run: stages of epochs of bilevel steps, with records, listeners, and a stop that leaves everything usable.
import { type BackendName, RandomStream } from "../backend";
import { type Dataset, loaded } from "../datasets";
import { type CellDistribution, recordOf } from "../distributions";
import { UserError } from "../errors";
import {
  type ArchitectureLearner,
  type HessianOptions,
  hessianOptions,
  type Method,
  type Moment,
  type Passes,
  plannedShares,
  type Review,
  type SearchSettings,
  type SettingsInput,
  type Spectrum,
  settingsFor,
} from "../methods";
import type { Architecture, Picks, SearchSpace } from "../spaces";
import { checkData } from "./check-data";
import { median, StageClock } from "./clock";
import type { EpochRecord, Progress, Rollback, RunEvents, Score, StageRecord, StepRecord } from "./events";
import { type Interruption, interruption } from "./interruption";
import { judgeOf } from "./judge";
import { learntBy } from "./origin";
import { passesOf } from "./passes";
import { Pause } from "./pause";
import { Session, type SessionState, type Shape } from "./session";
import { columnsOf, type Mark, type Running, type RunState, recordsOf } from "./state";
import { nextTurn } from "./turn";

export interface StageOptions {
  /** How many epochs; without it, what is left of the planned stage. An epoch that was interrupted is finished first and counts as one. */
  readonly epochs?: number;
  /** Operations that each edge keeps, those of the largest weights (DrNAS section 3.3); more than it has changes nothing. */
  readonly keep?: number;
  /** K of partial channels: a smaller one than before widens the mixtures, the weights and their momentum go on (eqs. 7 and 8). */
  readonly partialChannels?: number;
  /** Stops the stage at its next step; the notebook's interrupt button and Ctrl-C in a script do the same. */
  readonly signal?: AbortSignal;
}

/** The epochs of a run; a plain array with a picture of its own. */
export class History extends Array<EpochRecord> {
  static override get [Symbol.species]() {
    return Array; // what map and filter give are no histories
  }
}

/** What is to change of the network. */
interface Change {
  /** Null: nothing is pruned. */
  readonly keep: number | null;
  readonly partialChannels: number;
}

/**
 * One search: a method learns a distribution over a space's architectures on a data set.
 * Made at once; nothing is computed before the first `stage`.
 */
export class SearchRun {
  readonly settings: SearchSettings;
  /** One record an epoch. */
  readonly history = learntBy(this, new History());
  /** One record a step. */
  readonly steps: StepRecord[] = [];
  /** Where an early stop took the search back. */
  readonly rollbacks: Rollback[] = [];
  /** The networks that the search had one after the other: what was pruned and widened, and when. */
  readonly stages: StageRecord[] = [];
  #notice: string | null = null;
  #status: "new" | "running" | "interrupted" | "idle" | "failed" = "new";
  #progress: Progress | null = null;
  #interruption: Interruption | null = null;
  readonly #pause = new Pause();
  #stages = 0;
  #session: Session | null = null;
  /** What the session goes on from when it is opened. */
  #resting: SessionState | null = null;
  #shape: Shape;
  /** By epoch, 0-based. */
  readonly #marks = new Map<number, Mark>();
  #under: Running = emptyEpoch();
  #derived: { readonly step: number; readonly picks: Picks } | null = null;
  readonly #learner: ArchitectureLearner;
  readonly #random: RandomStream;
  readonly #listeners: { [Event in keyof RunEvents]: Set<(record: RunEvents[Event]) => void> } = {
    stage: new Set(),
    change: new Set(),
    step: new Set(),
    epoch: new Set(),
    rollback: new Set(),
    rest: new Set(),
    notice: new Set(),
    pause: new Set(),
    end: new Set(),
  };

  /** @throws UserError if the method does not work on the space, the settings do not fit, or the data do not suffice. */
  constructor(
    readonly method: Method,
    readonly space: SearchSpace,
    readonly data: Dataset,
    settings: SettingsInput = {},
  ) {
    this.settings = settingsFor(method, space, settings);
    checkData(space, data, this.settings);
    this.#random = new RandomStream(this.settings.seed);
    this.#learner = method.learner(space, this.settings.architecture, this.#random.split("distribution"));
    const [share] = [...plannedShares(this.settings), this.settings.partialChannels];
    const horizon = { start: 0, epochs: this.settings.epochs };
    this.#shape = { kept: this.#learner.kept, partialChannels: share, depth: 1, start: 0, horizon };
  }

  /** "new"; "running" or "paused"; "idle" between stages; "interrupted" in the middle of an epoch; "failed" after an error: another stage may follow each. */
  get status() {
    return this.#status === "running" && this.#pause.isOn ? "paused" : this.#status;
  }

  /** The distribution over architectures as it is now. */
  get distribution(): CellDistribution {
    return learntBy(this, this.#learner.distribution(this.#moment));
  }

  /** The operations' free parameters η [edges][operations] as they are now: a copy. */
  get eta(): Float64Array[] {
    return this.#learner.eta;
  }

  /** What `derive` found since the last step; else the most probable architecture: on each edge the operation of the largest mean weight, of edges of which only some are kept those of the largest. */
  get architecture(): Architecture {
    const { space } = this;
    const derived = this.#derived?.step === this.steps.length ? this.#derived.picks : null;
    return learntBy(this, space.architecture(derived ?? this.#learner.mostProbable(this.#moment)));
  }

  /**
   * Reads the architecture out as the method does it: at once, or by judging samples. Needs a stage before, unless by argmax.
   * @param options with a signal that stops it; the notebook's interrupt button and Ctrl-C in a script do the same.
   * @throws UserError while a stage runs, before the first, or if interrupted.
   */
  async derive({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Architecture> {
    this.#requireRest("derive");
    const interrupt = interruption(signal);
    try {
      const session = await this.#opened();
      const judge = judgeOf(session.steps, session.batches, {
        space: this.space,
        size: session.network.size,
        seed: this.settings.seed,
        signal: interrupt.signal,
      });
      const picks = await this.#learner.derive(judge, this.#random.split("derive"), this.#moment);
      this.#derived = { step: this.steps.length, picks };
      return this.architecture;
    } finally {
      interrupt.close();
    }
  }

  /**
   * The eigenvalues of the validation loss's Hessian as it is now, the dominant one foremost, on the search batch with which the epoch ends: what the
   * setting `architecture.earlyStop: { kind: "watch" }` takes down by epoch. Nothing changes.
   * @param options which Hessian: of "logits" or "parameters", with the regulariser's or without, exactly or by differences; a signal stops it.
   * @throws UserError while a stage runs, before the first, if interrupted, or where the distribution has no weights.
   */
  async spectrum({
    signal,
    ...input
  }: Partial<HessianOptions> & { readonly signal?: AbortSignal } = {}): Promise<Spectrum> {
    const options = hessianOptions(input, this.settings.architecture.distribution.kind, "run.spectrum");
    this.#requireRest("spectrum");
    const interrupt = interruption(signal);
    try {
      const session = await this.#opened();
      const epoch = this.#under.step > 0 ? this.history.length : this.history.length - 1;
      const passes = await this.#passesAtEnd(session, epoch);
      const found = await this.#learner.spectrum(passes, { ...this.#moment, epoch }, options, async () => {
        await nextTurn();
        return interrupt.signal.aborted;
      });
      if (found === null) throw new UserError("run.spectrum: interrupted; call it again");
      return found;
    } finally {
      interrupt.close();
    }
  }

  /** @throws UserError while a stage runs, and before the first. */
  #requireRest(call: string): void {
    if (this.#status === "running")
      throw new UserError(`run.${call}: a stage of this run is running; wait for it, or interrupt it`);
    if (!this.#hasWeights)
      throw new UserError(
        `run.${call}: there are no weights before the first stage; call \`await run.stage({ epochs: 1 })\``,
      );
  }

  /** What the user should know beside the records, such as that the run cannot be saved; displays show it. Null: nothing. */
  get notice(): string | null {
    return this.#notice;
  }

  protected notify(notice: string | null): void {
    this.#notice = notice;
    this.#emit("notice", notice);
  }

  /** How far the running stage is; null while none runs. */
  get progress(): Progress | null {
    return this.#progress;
  }

  /** What computes: null before the first stage. */
  get backend(): BackendName | null {
    return this.#session?.backend ?? null;
  }

  /** The device of the backend, for example "CPU, 2 cores" or a GPU's model; null before the first stage. */
  get device(): string | null {
    return this.#session?.device ?? null;
  }

  /** Calls the listener at each event; answers a function that removes it. A listener that throws is removed, with a warning; the search goes on. */
  on<Event extends keyof RunEvents>(event: Event, listener: (record: RunEvents[Event]) => void): () => void {
    const listeners = this.#listeners[event];
    if (!listeners)
      throw new UserError(
        `run.on: unknown event "${event}"; the events are ${Object.keys(this.#listeners).join(", ")}`,
      );
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /**
   * Searches for some epochs and goes on from where the run is. Stops at the next step when interrupted, and then resolves as well: call
   * it again to go on.
   * With `keep` or `partialChannels` the network changes first, and the distribution's warm-up begins again; a call that was interrupted can
   * be made again as it is, as what is there already does not change.
   * @throws UserError if a loss is not finite (the state before that step is kept), if a stage is running already, if memory does not suffice,
   * for a K that is larger than before or does not divide the channels, or a change in the middle of an epoch.
   */
  async stage({ epochs: wanted, keep, partialChannels, signal }: StageOptions = {}): Promise<this> {
    if (this.#status === "running")
      throw new UserError("run.stage: a stage of this run is running; wait for it, or interrupt it");
    if (this.#stopped && wanted === undefined) {
      throw new UserError(
        `run.stage: the search has stopped early, after epoch ${this.history.length}; read it out by run.derive(), or say for how many epochs it shall go on nevertheless`,
      );
    }
    const planned = this.#planned();
    const epochs = wanted ?? planned.epochs;
    if (!(Number.isInteger(epochs) && epochs > 0)) {
      throw new UserError(
        `run.stage: epochs must be a positive whole number, got ${epochs}; ${this.history.length} of ${this.settings.epochs} planned epochs are done`,
      );
    }
    const change = this.#changeFor(keep ?? planned.keep, partialChannels ?? planned.partialChannels);
    this.#status = "running";
    const interrupt = interruption(signal);
    this.#interruption = interrupt;
    let end: RunEvents["end"] = "failed";
    try {
      if (this.#resting) await this.#opened();
      if (change) this.#change(change);
      end = await this.#epochs(await this.#opened(), this.history.length + epochs, interrupt.signal);
      return this;
    } finally {
      interrupt.close();
      this.#interruption = null;
      this.#pause.end();
      this.#status = end;
      this.#progress = null;
      this.#emit("end", end);
    }
  }

  /** Holds the running stage before its next step, until `resume`; what it has in memory stays. Does nothing where none runs. */
  pause(): void {
    if (this.#status === "running") this.#pause.begin();
  }

  /** Lets a paused stage go on. */
  resume(): void {
    this.#pause.end();
  }

  /** Stops the running stage at its next step, as an interrupt does: it resolves, and another may follow. Does nothing where none runs. */
  stop(): void {
    this.#interruption?.stop();
  }

  /** Saves weights, running statistics and η as safetensors, as the authors' PyTorch state_dict has them. Needs a stage before. */
  saveWeights(path: string): void {
    if (!this.#session)
      throw new UserError(
        "run.saveWeights: there are no weights before the first stage; call `await run.stage({ epochs: 1 })`",
      );
    this.#session.network.save(path, this.#learner.eta);
  }

  /** All that the search has changed, as plain values: a copy. While a stage runs, at a "rest" alone. */
  state(): RunState {
    const { history, steps, rollbacks, stages } = this;
    return {
      history: Array.from(history),
      steps: columnsOf(steps),
      rollbacks: [...rollbacks],
      stages: [...stages],
      calls: this.#stages,
      shape: this.#shape,
      under: structuredClone(this.#under),
      derived: this.#derived,
      learner: this.#learner.state(),
      marks: [...this.#marks].map(([epoch, mark]) => ({ epoch, ...mark })),
      session: this.#session?.state() ?? this.#resting,
    };
  }

  /**
   * Goes on from a state of a run of the same method, space, data and settings: bit for bit as that run would have, on the same backend
   * with as many threads. @throws UserError while a stage runs.
   */
  restore(state: RunState): void {
    if (this.#status === "running")
      throw new UserError("run.restore: a stage of this run is running; wait for it, or interrupt it");
    this.dispose();
    refill(this.history, state.history);
    refill(this.steps, recordsOf(state.steps));
    refill(this.rollbacks, state.rollbacks);
    refill(this.stages, state.stages);
    this.#stages = state.calls;
    this.#shape = state.shape;
    this.#under = structuredClone(state.under) as Running;
    this.#derived = state.derived;
    this.#learner.restore(state.learner);
    this.#marks.clear();
    for (const { epoch, ...mark } of state.marks) this.#marks.set(epoch, mark);
    this.#resting = state.session;
    this.#status = state.session === null ? "new" : state.under.step > 0 ? "interrupted" : "idle";
  }

  /** Frees all tensors. Records, distribution and architecture stay. */
  dispose(): void {
    this.#session?.dispose();
    this.#session = null;
    this.#resting = null;
  }

  /** Whether all planned epochs are done, or an early stop has ended the search. */
  get finished(): boolean {
    return this.#stopped || this.history.length >= this.settings.epochs;
  }

  get #stopped(): boolean {
    return this.rollbacks.some(({ stopped }) => stopped);
  }

  get #moment(): Moment {
    const { epochs } = this.settings;
    const images = this.#session?.batches.validationImages ?? 0;
    return { epoch: this.history.length, epochs, step: this.#under.step, images };
  }

  get #hasWeights(): boolean {
    return this.#session !== null || this.#resting !== null;
  }

  /** The session; at first, or after `restore`, a new one. */
  async #opened(): Promise<Session> {
    if (this.#session) return this.#session;
    const { space, settings } = this;
    const data = await loaded(this.data);
    const session = await Session.open({ space, data, settings, random: this.#random, shape: this.#shape });
    if (this.#resting) session.restore(this.#resting);
    this.#resting = null;
    this.#session = session;
    return session;
  }

  /** What is left of the planned stage under way, and what it wants of the network; null: what there is. */
  #planned(): { epochs: number; keep: number | null; partialChannels: number | null } {
    const done = this.history.length;
    const { stages, epochs } = this.settings;
    const shares = plannedShares(this.settings);
    let end = 0;
    for (const [k, stage] of (stages ?? []).entries()) {
      end += stage.epochs;
      if (done < end) return { epochs: end - done, keep: stage.keep, partialChannels: shares[k] };
    }
    return { epochs: epochs - done, keep: null, partialChannels: null };
  }

  /** The network's shape with fewer operations or more mixed channels; null if it has them. */
  #changeFor(keep: number | null, share: number | null): Change | null {
    const { settings } = this;
    const { kept, partialChannels } = this.#shape;
    if (keep !== null && !(Number.isInteger(keep) && keep > 1))
      throw new UserError(
        `run.stage: keep must be a whole number of at least 2 operations to choose from, got ${keep}`,
      );
    const prunes = keep !== null && kept.some((row) => row.length > keep);
    const narrower = this.#hasWeights ? partialChannels : settings.channels; // nothing is mixed yet before the first stage
    if (share !== null && !(Number.isInteger(share) && share > 0 && settings.channels % share === 0))
      throw new UserError(
        `run.stage: partialChannels must divide the ${settings.channels} channels (settings.channels), got ${share}`,
      );
    if (share !== null && share > narrower)
      throw new UserError(
        `run.stage: partialChannels ${share} would mix fewer channels than now, and what they have learnt would be lost; it is ${partialChannels}: take at most that, or a new run`,
      );
    const widens = share !== null && share !== partialChannels;
    if (!prunes && !widens) return null;
    if (settings.architecture.pruning.kind !== "none")
      throw new UserError(
        `run.stage: this method prunes by itself (settings.architecture.pruning "${settings.architecture.pruning.kind}"); leave keep and partialChannels out`,
      );
    if (this.#under.step > 0)
      throw new UserError(
        "run.stage: an epoch is under way, and the network changes only between epochs; `await run.stage({ epochs: 1 })` finishes it first",
      );
    return { keep: prunes ? keep : null, partialChannels: share ?? partialChannels };
  }

  /** Prunes and widens the network, as DrNAS does between its stages. */
  #change({ keep, partialChannels }: Change): void {
    this.#learner.prune(keep, this.#moment);
    this.#shape = { ...this.#shape, kept: this.#learner.kept, partialChannels, start: this.history.length };
    this.#session?.change(this.#shape);
    this.#marks.clear();
    this.#derived = null;
    if (this.stages.length > 0) this.#changed();
  }

  /** Takes down what network there is from now on. */
  #changed(): void {
    const { kept, partialChannels, depth, start } = this.#shape;
    const last = this.stages.at(-1);
    const record: StageRecord = {
      stage: this.stages.length + 1,
      epoch: start + 1,
      kept,
      partialChannels,
      depth,
      pruned: last?.kept.some((row, e) => row.length > kept[e].length) ?? false,
      widened: last !== undefined && last.partialChannels > partialChannels,
    };
    this.stages.push(record);
    this.#emit("change", record);
  }

  /** Epochs up to the given number of finished ones. */
  async #epochs(session: Session, last: number, signal: AbortSignal): Promise<RunEvents["end"]> {
    const { batches } = session;
    const clock = new StageClock(
      ++this.#stages,
      last,
      (last - this.history.length) * batches.stepsPerEpoch - this.#under.step,
    );
    const report = (phase: Progress["phase"]) => {
      this.#progress = clock.progress(phase, this.history.length + 1);
    };
    report("compiling");
    this.#emit("stage", this.#progress!);
    while (this.history.length < last) {
      this.#beginEpoch(session);
      while (this.#under.step < batches.stepsPerEpoch) {
        if (await this.#mustStop(signal)) return "interrupted";
        const record = await this.#step(session);
        clock.step(record.seconds);
        report("searching");
        this.#emit("step", record);
        this.#emit("rest", record.step);
      }
      report("validating");
      const started = performance.now();
      const valid = await this.#validate(session, signal);
      const review = valid && (await this.#review(session, signal));
      if (!review) return "interrupted";
      clock.validation(performance.now() - started);
      const record = this.#closeEpoch(session, valid, review.spectrum, (performance.now() - started) / 1000);
      report("searching");
      this.#emit("epoch", record);
      const rollback = this.#stopped ? null : this.#goBack(session, review);
      if (rollback) {
        clock.again(rollback.dropped.length * batches.stepsPerEpoch);
        this.#emit("rollback", rollback);
      }
      this.#emit("rest", this.steps.length);
      if (rollback?.stopped) return "idle";
    }
    return "idle";
  }

  /** Changes the network as the method wants it, where an epoch begins. */
  #beginEpoch(session: Session): void {
    const start = this.history.length;
    if (this.#under.step > 0) return;
    if (this.stages.length === 0) this.#changed();
    const change = this.#learner.begin(this.#random.split("begin").split(start), this.#moment);
    if (!change) return;
    const { kept, depth, epochs } = change;
    this.#shape = { ...this.#shape, kept, depth, start, horizon: { start, epochs } };
    session.renew(this.#shape);
    this.#changed();
  }

  /** One bilevel step: the distribution learns from a validation batch, then the weights from a training batch, each under a fresh θ. */
  async #step(session: Session): Promise<StepRecord> {
    const { steps, batches } = session;
    const { settings } = this;
    const epoch = this.history.length;
    const { step } = this.#under;
    const name = `epoch ${epoch + 1}, step ${step + 1}`;
    const random = this.#random.split("theta").split(epoch).split(step);
    const started = performance.now();

    const moment = this.#moment;
    const rate = session.rate(epoch);
    const [search, batch] = [await batches.search(epoch, step), await batches.train(epoch, step)];
    const loaded = performance.now();
    const passes = passesOf(steps, search, batch, rate, (loss) => diverged("architecture", name, loss));
    let searchLoss: number | null = null;
    if (epoch - this.#shape.start >= settings.architecture.warmup) {
      searchLoss = this.#learner.learn(passes, random.split("architecture"), moment);
      await nextTurn();
    }
    const learnt = performance.now();
    const train = steps.weights(batch, this.#learner.weightDraws(passes, random.split("weights"), moment), rate);
    if (!train.healthy) throw diverged("weight", name, train.loss);

    const ended = performance.now();
    const seconds = (ended - started) / 1000;
    this.#under.step++;
    this.#under.loss += train.loss;
    this.#under.correct += train.correct;
    this.#under.seconds.push(seconds);
    const record: StepRecord = {
      step: this.steps.length + 1,
      epoch: epoch + 1,
      trainLoss: train.loss,
      trainAccuracy: train.correct / settings.batch,
      searchLoss,
      entropy: this.distribution.entropy(),
      seconds,
      imageSeconds: (loaded - started) / 1000,
      architectureSeconds: searchLoss === null ? 0 : (learnt - loaded) / 1000,
      weightSeconds: (ended - learnt) / 1000,
    };
    this.steps.push(record);
    return record;
  }

  /** All validation images, with running statistics and a fresh θ a batch; null if interrupted. */
  async #validate({ steps, batches }: Session, signal: AbortSignal): Promise<Score | null> {
    const epoch = this.history.length;
    let loss = 0;
    let correct = 0;
    for (let k = 0; k < batches.validationBatches; k++) {
      if (await this.#mustStop(signal)) return null;
      const random = this.#random.split("theta").split(epoch).split("validation").split(k);
      const draw = this.#learner.validationDraw(random, this.#moment);
      const result = steps.evaluate(await batches.validation(epoch, k), draw);
      loss += result.loss * this.settings.batch;
      correct += result.correct;
    }
    return { loss: loss / batches.validationImages, accuracy: correct / batches.validationImages };
  }

  /** The method's look at the epoch that ends; null if interrupted. */
  async #review(session: Session, signal: AbortSignal): Promise<Review | null> {
    const passes = await this.#passesAtEnd(session, this.history.length);
    return this.#learner.review(passes, this.#moment, () => this.#mustStop(signal));
  }

  /** Passes over the batches of an epoch's last step. */
  async #passesAtEnd(session: Session, epoch: number): Promise<Passes> {
    const { steps, batches } = session;
    const last = batches.stepsPerEpoch - 1;
    const [search, train] = [await batches.search(epoch, last), await batches.train(epoch, last)];
    return passesOf(steps, search, train, session.rate(epoch), (loss) =>
      diverged("architecture", `the end of epoch ${epoch + 1}`, loss),
    );
  }

  /** Gives way between two steps, for as long as the run is paused; answers whether the stage is to stop. */
  async #mustStop(signal: AbortSignal): Promise<boolean> {
    await nextTurn();
    if (this.#pause.isOn && !signal.aborted) {
      const progress = this.#progress!;
      this.#progress = { ...progress, phase: "paused" };
      this.#emit("pause", true);
      await this.#pause.wait(signal);
      this.#progress = progress;
      this.#emit("pause", false);
    }
    return signal.aborted;
  }

  /** Remembers the end of the epoch, and goes back to that of an earlier one if the review says so; null if not. */
  #goBack(session: Session, { back, oldest, decay }: Review): Rollback | null {
    const from = this.history.length;
    if (oldest === null) return null;
    const { steps } = this;
    this.#marks.set(from - 1, {
      weights: session.steps.snapshot(),
      learner: this.#learner.state(),
      steps: steps.length,
    });
    const weightDecay = session.weightDecay * (decay?.factor ?? 1);
    const beyond = decay !== null && weightDecay > decay.limit * (1 + 1e-9);
    if (back === null || beyond) {
      this.#forget((epoch) => epoch < oldest);
      return null;
    }
    const mark = this.#marks.get(back)!;
    this.#learner.restore(mark.learner);
    session.regularise(weightDecay, mark.weights);
    this.#forget((epoch) => epoch > back);
    steps.length = mark.steps;
    this.#derived = null;
    const rollback = {
      from,
      to: back + 1,
      stopped: decay === null,
      weightDecay,
      dropped: this.history.splice(back + 1),
    };
    this.rollbacks.push(rollback);
    return rollback;
  }

  #forget(which: (epoch: number) => boolean): void {
    for (const epoch of this.#marks.keys()) if (which(epoch)) this.#marks.delete(epoch);
  }

  #closeEpoch({ batches }: Session, valid: Score, spectrum: Spectrum | null, validationSeconds: number): EpochRecord {
    const { loss, correct, seconds } = this.#under;
    const count = batches.stepsPerEpoch;
    const { distribution } = this;
    const record: EpochRecord = {
      epoch: this.history.length + 1,
      train: { loss: loss / count, accuracy: correct / (count * this.settings.batch) },
      valid,
      seconds: seconds.reduce((sum, x) => sum + x, validationSeconds),
      secondsPerStep: median(seconds),
      eta: this.#learner.eta.map((row) => Array.from(row)),
      rows: distribution.rows.map(recordOf),
      kept: distribution.kept,
      mean: distribution.mean().map((row) => Array.from(row)),
      entropy: distribution.entropy(),
      eigenvalue: spectrum?.eigenvalue ?? null,
      smallestEigenvalue: spectrum?.smallest ?? null,
      hessianDiagonal: spectrum?.diagonal ?? null,
      architecture: this.architecture.toString(),
      residentBytes: process.memoryUsage.rss(),
    };
    this.history.push(record);
    this.#under = emptyEpoch();
    return record;
  }

  #emit<Event extends keyof RunEvents>(event: Event, record: RunEvents[Event]): void {
    for (const listener of [...this.#listeners[event]]) {
      try {
        listener(record);
      } catch (error) {
        this.#listeners[event].delete(listener);
        process.emitWarning(
          `a listener of "${event}" failed and was removed: ${error instanceof Error ? error.message : error}`,
        );
      }
    }
  }
}

/** The records may be more than a call takes arguments. */
function refill<T>(list: T[], records: readonly T[]): void {
  list.length = 0;
  for (const record of records) list.push(record);
}

const emptyEpoch = (): Running => ({ step: 0, loss: 0, correct: 0, seconds: [] });

const diverged = (half: string, step: string, loss: number) =>
  new UserError(
    `the ${half} step diverged at ${step}: its loss is ${loss}, or its gradient is not finite; the state before that step is kept. Lower settings.weights.learningRate or settings.weights.clip`,
  );
