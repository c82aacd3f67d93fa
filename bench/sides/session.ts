// A DrNAS search with all its parts open to be timed; its step is the trainer's.
import type { compile } from "../../src/backend";
import { RandomStream } from "../../src/backend";
import { completeSettings, type Draw, type Moment, methods, type Passes } from "../../src/methods";
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

export class Session {
  readonly random = new RandomStream(0);
  readonly network: Supernet;
  readonly learner;
  readonly steps: Steps;
  readonly batches: Batches;
  readonly #onePath: boolean;
  #done = 0;

  /** @param onePath whether one operation runs on each edge instead of all. @param compiler how the half-steps run: compiled, unless another is given. */
  constructor({ onePath = false, ...sizes }: Sizes & { readonly onePath?: boolean }, compiler?: typeof compile) {
    const { random } = this;
    this.#onePath = onePath;
    const { batch, channels, cells, partialChannels } = sizes;
    const settings = completeSettings(methods.drnas.settings, { batch, channels, cells, partialChannels });
    const space = spaceOf(sizes);
    this.network = new Supernet(space, networkSize(sizes), random.split("weights"));
    this.learner = methods.drnas.learner(space, settings.architecture, random.split("distribution"));
    this.steps = new Steps(this.network, settings.weights, compiler);
    this.batches = new Batches(noise(4 * batch, random.split("images")), settings, random.split("batches"));
  }

  /** One bilevel step: the architecture half, then the weight half. */
  step(): void {
    const { random, learner, steps, batches } = this;
    const stream = random.split("theta").split(this.#done);
    const k = this.#done++ % batches.stepsPerEpoch;
    const paths = stream.split("path");
    const search = batches.search(0, k);
    const passes: Passes = {
      ...passesOf(steps, search, batches.train(0, k), RATE, unhealthy),
      gradient: (_, draw) => steps.architecture(search, this.#along(draw, paths)),
    };
    learner.learn(passes, stream.split("architecture"), MOMENT);
    const draws = learner.weightDraws(passes, stream.split("weights"), MOMENT);
    steps.weights(
      batches.train(0, k),
      draws.map(({ draw, weight }) => ({ draw: this.#along(draw, paths), weight })),
      RATE,
    );
  }

  /** The method's draw, of which with one path only a uniformly random operation of each edge runs. */
  #along(draw: Draw, paths: RandomStream): Draw {
    if (!this.#onePath) return draw;
    return { ...draw, path: draw.theta.map((row) => paths.below(row.length)) };
  }

  dispose(): void {
    this.steps.dispose();
    this.network.dispose();
  }
}
