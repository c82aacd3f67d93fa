// A search with all its parts open to be timed; its step is the trainer's.
import type { compile } from "../../src/backend";
import { RandomStream } from "../../src/backend";
import { type Draw, type Moment, methods, type Passes, settingsFor } from "../../src/methods";
import { Supernet } from "../../src/supernet";
import { Batches } from "../../src/trainer/batches";
import { passesOf } from "../../src/trainer/passes";
import { Steps } from "../../src/trainer/steps";
import { networkSize, type Sizes, spaceOf } from "../frame/sizes";
import { noise } from "./noise";

/** The learning rate at a search's begin. */
export const RATE = 0.025;

/** A search's begin. */
export const MOMENT: Moment = { epoch: 0, epochs: 100, step: 0, images: 25_000 };

export const unhealthy = (loss: number) => new Error(`the loss is ${loss}, or its gradient is not finite`);

/** What is searched, and how. */
export interface SessionOptions extends Sizes {
  /** DrNAS without it. */
  readonly method?: string;
  /** Everything random follows from it, the architectures that a method samples too. */
  readonly seed?: number;
  /** Whether one operation runs on each edge instead of all. */
  readonly onePath?: boolean;
}

export class Session {
  readonly random: RandomStream;
  readonly network: Supernet;
  readonly learner;
  readonly steps: Steps;
  readonly batches;
  readonly #onePath: boolean;
  /** The first epoch in which the distribution learns. */
  readonly #epoch: number;
  #done = 0;

  /** @param compiler how the half-steps run: compiled, unless another is given. */
  constructor({ method = "drnas", seed = 0, onePath = false, ...sizes }: SessionOptions, compiler?: typeof compile) {
    const random = new RandomStream(seed);
    this.random = random;
    this.#onePath = onePath;
    const { batch, channels, cells, partialChannels } = sizes;
    const space = spaceOf(sizes);
    const settings = settingsFor(methods[method], space, { batch, channels, cells, partialChannels });
    const { warmup, pruning } = settings.architecture;
    this.#epoch = warmup + Number(pruning.warmup ?? 0); // the distribution learns
    const size = networkSize(sizes);
    this.network = new Supernet(space, size, random.split("weights"));
    this.learner = methods[method].learner(space, settings.architecture, random.split("distribution"));
    this.steps = new Steps(this.network, settings.weights, compiler);
    this.batches = new Batches(noise(4 * batch, random.split("images"), size), settings, random.split("batches"));
  }

  /** One bilevel step: the architecture half, then the weight half. */
  step(): void {
    const { random, learner, steps, batches } = this;
    const stream = random.split("theta").split(this.#done);
    const moment = { ...MOMENT, epoch: this.#epoch, step: this.#done }; // an epoch that does not end: its few images come again
    const k = this.#done++ % batches.stepsPerEpoch;
    const paths = stream.split("path");
    const all = passesOf(steps, batches.search(0, k), batches.train(0, k), RATE, unhealthy);
    const passes: Passes = {
      ...all,
      gradient: (half, draw, options) => all.gradient(half, this.#along(draw, paths), options),
    };
    learner.learn(passes, stream.split("architecture"), moment);
    const draws = learner.weightDraws(passes, stream.split("weights"), moment);
    steps.weights(
      batches.train(0, k),
      draws.map(({ draw, weight }) => ({ draw: this.#along(draw, paths), weight })),
      RATE,
    );
  }

  /** The method's draw, of which with one path only a uniformly random operation of each edge runs. */
  #along(draw: Draw, paths: RandomStream): Draw {
    if (!this.#onePath) return draw;
    return { ...draw, path: draw.theta.map((row) => [paths.below(row.length)]) };
  }

  dispose(): void {
    this.steps.dispose();
    this.network.dispose();
  }
}
