// Training steps of one architecture's network, on batches of augmented images as training takes them. Its argument: sizes and architecture.
import { RandomStream, useBackend } from "../../src/backend";
import { designOf } from "../../src/spaces";
import { Network } from "../../src/supernet";
import { NetworkSteps } from "../../src/trainer/network-steps";
import { serve, timed } from "../frame/serve";
import { networkSize, type Sizes, spaceOf } from "../frame/sizes";
import { about } from "./about";
import { noise } from "./noise";
import { profileOf } from "./operations";

/** The learning rate at a training's begin. */
const RATE = 0.1;

const { architecture, ...sizes }: Sizes & { architecture: string } = JSON.parse(process.argv[2]);
let made: (() => void) | null = null;

/** Made when the first step is asked for. */
async function ready(): Promise<() => void> {
  await useBackend();
  made ??= trainingStep();
  return made;
}

/** @returns what takes one step. */
function trainingStep(): () => void {
  const random = new RandomStream(0);
  const size = networkSize(sizes);
  const data = noise(4 * sizes.batch, random.split("images"), size);
  const parsed = spaceOf(sizes).parse(architecture);
  const steps = new NetworkSteps(new Network(designOf(parsed), size, random.split("weights")));
  let done = 0;
  return () => {
    const stream = random.split("batches").split(done++);
    const indices = Int32Array.from({ length: sizes.batch }, () => stream.below(data.train.count));
    steps.train(data.batch(indices, stream.split("augmentation")), RATE);
  };
}

void serve({
  about,
  async step(times) {
    return { seconds: timed(times, await ready()) };
  },
  profile: async () => profileOf(await ready()),
});
