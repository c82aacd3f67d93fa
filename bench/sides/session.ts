// A DrNAS search with all its parts open to be timed; its step is the trainer's.
import type { compile } from "../../src/backend";
import { RandomStream } from "../../src/backend";
import { completeSettings, type Draw, methods } from "../../src/methods";
import { Supernet } from "../../src/supernet";
import { Batches } from "../../src/trainer/batches";
import { Steps } from "../../src/trainer/steps";
import { networkSize, type Sizes, spaceOf } from "../frame/sizes";
import { noise } from "./noise";

/** The learning rate at a search's begin. */
export const RATE = 0.025;

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
    const settings = completeSettings({ batch, channels, cells, partialChannels });
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
    const draw = this.draw(stream.split("architecture"));
    const { dTheta } = steps.architecture(batches.search(0, this.#done), draw);
    learner.learn(draw, dTheta);
    steps.weights(batches.train(0, k), [{ draw: this.draw(stream.split("weights")), weight: 1 }], RATE);
  }

  /** The method's draw, of which with one path only a uniformly random operation of each edge runs. */
  draw(stream: RandomStream): Draw {
    const draw = this.learner.sample(stream);
    if (!this.#onePath) return draw;
    const paths = stream.split("path");
    return { ...draw, path: draw.theta.map((row) => paths.below(row.length)) };
  }

  dispose(): void {
    this.steps.dispose();
    this.network.dispose();
  }
}
