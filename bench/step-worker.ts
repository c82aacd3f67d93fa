// Our side of `npm run bench -- step`, in a process of its own: bilevel steps as the trainer takes them, served over stdin and stdout.
// Each line "N" runs N steps and answers {"seconds": [...], "peakBytes": ...}; the line "shares" answers where a step's time goes.
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import { compile, RandomStream, useBackend } from "../src/backend";
import { ImageDataset } from "../src/datasets";
import { completeSettings, methods } from "../src/methods";
import { spaces } from "../src/spaces";
import { Supernet } from "../src/supernet";
import { Batches } from "../src/trainer/batches";
import { median } from "../src/trainer/clock";
import { Steps } from "../src/trainer/steps";
import { networkStep } from "./steps/network";

/** What is asked for, as the one argument of the process. */
export interface StepWork {
  readonly batch: number;
  readonly channels: number;
  readonly cells: number;
  readonly partialChannels: number;
  /** The architecture whose network is trained instead of a search, in the benchmark's notation. */
  readonly network?: string;
}

async function main(): Promise<void> {
  const { batch, channels, cells, partialChannels, network: architecture }: StepWork = JSON.parse(process.argv[2]);
  const backend = await useBackend();
  const settings = completeSettings({ batch, channels, cells, partialChannels });
  const random = new RandomStream(0);
  const data = noise(4 * batch, random.split("images"));
  if (architecture !== undefined) {
    const step = networkStep(architecture, { batch, channels, cells }, data);
    for await (const line of createInterface({ input: process.stdin })) {
      const seconds = Array.from({ length: Number(line) }, () => milliseconds(step) / 1000);
      console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024, backend }));
    }
    return;
  }
  const space = spaces.nasBench201();
  const network = new Supernet(
    space,
    { channels, cells, partialChannels, image: data.shape, classes: 10 },
    random.split("weights"),
  );
  const learner = methods.drnas.learner(space, settings.architecture, random.split("distribution"));
  const steps = new Steps(network, settings.weights);
  const batches = new Batches(data, settings, random.split("batches"));
  let done = 0;

  const step = () => {
    const stream = random.split("theta").split(done);
    const k = done++ % batches.stepsPerEpoch;
    const theta = learner.sample(stream.split("architecture"));
    const { dTheta } = steps.architecture(batches.search(0, done), theta);
    learner.learn(theta, dTheta);
    steps.weights(batches.train(0, k), learner.sample(stream.split("weights")), 0.025);
  };

  /** Milliseconds of each part. Forward and backward run inside one graph with the optimiser: their times are differences of graphs that hold less. */
  const shares = () => {
    const time = (f: () => void) => {
      f();
      f();
      return median(Array.from({ length: 9 }, () => milliseconds(f)));
    };
    const { trainable } = network.parameters;
    const loss = (x: tf.Tensor4D, y: tf.Tensor1D, theta: tf.Tensor2D) => network.evaluate(x, y, theta, "training").loss;
    const forward = compile((x: tf.Tensor4D, y: tf.Tensor1D, theta: tf.Tensor2D) => loss(x, y, theta), {
      name: "forward",
    });
    const gradient = compile(
      (x: tf.Tensor4D, y: tf.Tensor1D, theta: tf.Tensor2D) =>
        Object.values(tf.variableGrads(() => loss(x, y, theta), trainable).grads),
      { name: "gradient" },
    );
    const example = batches.train(0, 0);
    const theta = learner.sample(random);
    const inputs = [
      tf.tensor4d(example.images, [batch, ...data.shape]),
      tf.tensor1d(example.labels, "int32"),
      tf.tensor2d(theta.map((row) => Array.from(row))),
    ] as const;
    const run = (f: (...x: [...typeof inputs]) => tf.Tensor | tf.Tensor[]) => () => tf.dispose(f(...inputs));
    const dataTime = time(() => batches.train(0, 0)) + time(() => batches.search(0, 0));
    const hostTime =
      time(() => learner.learn(learner.sample(random), new Float32Array(30))) + time(() => learner.sample(random));
    const forwardTime = time(run(forward));
    const gradientTime = time(run(gradient));
    const architectureTime = time(() => steps.architecture(example, theta));
    const weightTime = time(() => steps.weights(example, theta, 0.025));
    tf.dispose([...inputs]);
    const milliseconds_ = {
      data: dataTime,
      forward: 2 * forwardTime,
      backward: gradientTime - forwardTime + architectureTime - forwardTime,
      optimiser: weightTime - gradientTime,
      host: hostTime,
    };
    const total = Object.values(milliseconds_).reduce((sum, x) => sum + x, 0);
    return Object.fromEntries(Object.entries(milliseconds_).map(([name, x]) => [name, x / total]));
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const answer =
      line === "shares" ? shares() : { seconds: Array.from({ length: Number(line) }, () => milliseconds(step) / 1000) };
    console.log(JSON.stringify({ ...answer, peakBytes: process.resourceUsage().maxRSS * 1024, backend }));
  }
}

function milliseconds(f: () => void): number {
  const start = performance.now();
  f();
  return performance.now() - start;
}

/** Images of noise in CIFAR-10's format: what they show does not change the time of a step. */
function noise(count: number, random: RandomStream): ImageDataset {
  const pixels = new Uint8Array(count * 3072).map(() => random.uint32() & 255);
  const labels = Uint8Array.from({ length: count }, () => random.below(10));
  return new ImageDataset({
    name: "noise",
    title: "Noise",
    classes: Array.from({ length: 10 }, (_, k) => String(k)),
    shape: [32, 32, 3],
    train: { count, pixels, labels },
    test: null,
    whole: { train: count, test: 0 },
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    source: "made for the benchmark",
  });
}

void main();
