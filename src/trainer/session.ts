// What exists of a run only once tensors are needed: the network, its compiled steps, and the batches.
import { type BackendName, device, type RandomStream, useBackend } from "../backend";
import type { Dataset } from "../datasets";
import type { NetworkChange, SearchSettings } from "../methods";
import type { NasBench201 } from "../spaces";
import { Supernet, type SupernetSize } from "../supernet";
import { Batches } from "./batches";
import { refuseWhatDoesNotFit } from "./memory";
import { cosine } from "./schedule";
import type { Snapshot } from "./snapshot";
import { Steps } from "./steps";

/** What a network is made by, if not by the settings alone. */
export interface Shape extends NetworkChange {
  /** The epoch (0-based) that the network begins with. */
  readonly start: number;
}

export class Session {
  readonly batches: Batches;
  readonly device: string;
  readonly #space: NasBench201;
  readonly #size: SupernetSize;
  readonly #settings: SearchSettings;
  readonly #random: RandomStream;
  #weightDecay: number;
  #shape: Shape | null = null;
  #network: Supernet;
  #steps: Steps;

  private constructor(
    readonly backend: BackendName,
    { space, data, settings, random }: SessionOptions,
  ) {
    this.#space = space;
    this.#settings = settings;
    this.#random = random;
    this.device = device();
    const { channels, cells, partialChannels } = settings;
    this.#size = { channels, cells, partialChannels, image: data.shape, classes: data.classes.length };
    this.batches = new Batches(data, settings, random.split("batches"));
    if (backend === "wasm") refuseWhatDoesNotFit(this.#size, settings.batch);
    this.#weightDecay = settings.weights.weightDecay;
    this.#network = new Supernet(space, this.#size, random.split("weights"));
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

  /** The learning rate of the weights: a cosine over the network's epochs. */
  rate(epoch: number): number {
    const { learningRate, minimumLearningRate } = this.#settings.weights;
    const { start, epochs } = this.#shape ?? { start: 0, epochs: this.#settings.epochs };
    return cosine(epoch - start, epochs, learningRate, minimumLearningRate);
  }

  /** A fresh network of this shape in place of the present one. */
  reshape(shape: Shape): void {
    this.dispose();
    this.#shape = shape;
    const cells = Math.max(1, Math.round(shape.depth * this.#size.cells));
    const weights = this.#random.split("weights").split(shape.start);
    this.#network = new Supernet(this.#space, { ...this.#size, cells }, weights);
    const columns = this.#space.operations.map((_, o) => o);
    this.#network.keep(shape.kept.map((row) => columns.map((o) => row.includes(o))));
    this.#steps = this.#newSteps();
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

  dispose(): void {
    this.#steps.dispose();
    this.#network.dispose();
  }

  #newSteps(): Steps {
    return new Steps(this.#network, { ...this.#settings.weights, weightDecay: this.#weightDecay });
  }
}

export interface SessionOptions {
  readonly space: NasBench201;
  readonly data: Dataset;
  readonly settings: SearchSettings;
  readonly random: RandomStream;
}
