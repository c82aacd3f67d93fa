// What exists of a run only once tensors are needed: the network, its compiled steps, and the batches.
import { type BackendName, device, type RandomStream, useBackend } from "../backend";
import type { Dataset } from "../datasets";
import type { SearchSettings } from "../methods";
import type { SearchSpace } from "../spaces";
import { Supernet, type SupernetSize, widening } from "../supernet";
import { Batches } from "./batches";
import { refuseWhatDoesNotFit } from "./memory";
import { rateOf } from "./schedule";
import type { NamedSnapshot, Snapshot } from "./snapshot";
import { Steps } from "./steps";

/** What a network is made by beside the settings. */
export interface Shape {
  /** By edge the numbers of the operations that it has. */
  readonly kept: readonly (readonly number[])[];
  /** K of partial channels. */
  readonly partialChannels: number;
  /** The share of the settings' cells that it has. */
  readonly depth: number;
  /** The epoch (0-based) at which it was made or last changed. */
  readonly start: number;
  /** The epochs over which the learning rate falls, and the first of them. */
  readonly horizon: { readonly start: number; readonly epochs: number };
}

/** What a session has learnt. */
export interface SessionState extends NamedSnapshot {
  readonly weightDecay: number;
}

export class Session {
  readonly batches: Batches;
  readonly device: string;
  readonly #options: SessionOptions;
  #weightDecay: number;
  #shape: Shape;
  #network: Supernet;
  #steps: Steps;

  private constructor(
    readonly backend: BackendName,
    options: SessionOptions,
  ) {
    const { space, data, settings, random, shape } = options;
    this.#options = options;
    this.#shape = shape;
    this.device = device();
    this.batches = new Batches(data, settings, random.split("batches"));
    if (backend === "wasm") refuseWhatDoesNotFit(space, this.#size(shape), settings.batch);
    this.#weightDecay = settings.weights.weightDecay;
    this.#network = this.#newNetwork();
    this.#steps = this.#newSteps();
  }

  /** @throws UserError if memory does not suffice, or the batches don't fit the data. */
  static async open(options: SessionOptions): Promise<Session> {
    return new Session(await useBackend(), options);
  }

  get network(): Supernet {
    return this.#network;
  }

  get steps(): Steps {
    return this.#steps;
  }

  /** The learning rate of the weights. */
  rate(epoch: number): number {
    const { start, horizon } = this.#shape;
    return rateOf(this.#options.settings.weights, epoch - horizon.start, horizon.epochs, start - horizon.start);
  }

  /** A fresh network of this shape in place of the present one. */
  renew(shape: Shape): void {
    this.dispose();
    this.#shape = shape;
    this.#network = this.#newNetwork();
    this.#steps = this.#newSteps();
  }

  /** The present network with other operations (fewer on an edge) and a smaller K: its weights, statistics and momentum go on. */
  change(shape: Shape): void {
    const { space, random } = this.#options;
    const before = this.#shape;
    this.#shape = shape;
    if (shape.partialChannels === before.partialChannels) {
      this.#steps.keep(this.#kept());
      return;
    }
    const [network, steps] = [this.#network, this.#steps];
    const shares = { from: before.partialChannels, to: shape.partialChannels };
    this.#network = this.#newNetwork();
    this.#steps = this.#newSteps();
    this.#steps.takeOver(
      steps,
      widening(space, this.#size(shape), shares, random.split("widening").split(shape.start)),
    );
    steps.dispose();
    network.dispose();
  }

  /** Goes back to the weights of a snapshot and learns on with this weight decay. */
  regularise(weightDecay: number, to: Snapshot): void {
    this.#weightDecay = weightDecay;
    this.#steps.dispose();
    this.#steps = this.#newSteps();
    this.#steps.restore(to);
  }

  get weightDecay(): number {
    return this.#weightDecay;
  }

  /** All that training has changed: a copy, plain values. */
  state(): SessionState {
    return { weightDecay: this.#weightDecay, ...this.#steps.state() };
  }

  /** Goes on from a state of a session of this shape. */
  restore({ weightDecay, ...network }: SessionState): void {
    this.#weightDecay = weightDecay;
    this.#steps.dispose();
    this.#steps = this.#newSteps();
    this.#steps.resume(network);
  }

  dispose(): void {
    this.#steps.dispose();
    this.#network.dispose();
  }

  #size({ depth, partialChannels }: Shape): SupernetSize {
    const { data, settings } = this.#options;
    const cells = Math.max(1, Math.round(depth * settings.cells));
    return { channels: settings.channels, cells, partialChannels, image: data.shape, classes: data.classes.length };
  }

  #newNetwork(): Supernet {
    const { space, random } = this.#options;
    const weights = random.split("weights");
    const { start } = this.#shape;
    const network = new Supernet(space, this.#size(this.#shape), start === 0 ? weights : weights.split(start));
    network.keep(this.#kept());
    return network;
  }

  #kept(): boolean[][] {
    const { operations } = this.#options.space;
    return this.#shape.kept.map((row) => operations.map((_, o) => row.includes(o)));
  }

  #newSteps(): Steps {
    return new Steps(this.#network, { ...this.#options.settings.weights, weightDecay: this.#weightDecay });
  }
}

export interface SessionOptions {
  readonly space: SearchSpace;
  readonly data: Dataset;
  readonly settings: SearchSettings;
  readonly random: RandomStream;
  readonly shape: Shape;
}
