// Where the time of a bilevel step goes.
import * as tf from "@tensorflow/tfjs";
import { compile } from "../../src/backend";
import { PAUSE } from "../../src/display/pause";
import { passesOf } from "../../src/trainer/passes";
import { median } from "../frame/quartiles";
import { timed } from "../frame/serve";
import { liveUpdates } from "./live";
import { MOMENT, RATE, type Session, unhealthy } from "./session";

type Inputs = [images: tf.Tensor4D, labels: tf.Tensor1D, theta: tf.Tensor2D];

export interface Shares {
  readonly shares: Readonly<Record<string, number>>;
  /** The share of data, host and display together. */
  readonly outsideTensors: number;
}

/** Median seconds of nine calls after two. */
function time(call: () => void): number {
  timed(2, call);
  return median(timed(9, call));
}

/**
 * Shares of data (two batches with augmentation), forward and backward passes, optimiser, host (the distribution's mathematics) and
 * display (events and live display). Forward and backward run inside one graph with the
 * optimiser: their times are differences of graphs that hold less.
 */
export async function sharesOf({ network, learner, steps, batches, random }: Session): Promise<Shares> {
  const { trainable } = network.parameters;
  const loss = (...[images, labels, theta]: Inputs) => network.evaluate(images, labels, { theta }, "training").loss;
  const forward = compile((...inputs: Inputs) => loss(...inputs), { name: "forward" });
  const gradient = compile(
    (...inputs: Inputs) => Object.values(tf.variableGrads(() => loss(...inputs), trainable).grads),
    { name: "gradient" },
  );
  const batch = batches.train(0, 0);
  const draw = learner.validationDraw(random, MOMENT);
  const inputs: Inputs = [
    tf.tensor4d(batch.images, [batch.labels.length, ...network.size.image]),
    tf.tensor1d(batch.labels, "int32"),
    tf.tensor2d(draw.theta.map((row) => Array.from(row))),
  ];
  const noGradient = new Float32Array(draw.theta.reduce((sum, row) => sum + row.length, 0));
  const forwardTime = time(() => tf.dispose(forward(...inputs)));
  const gradientTime = time(() => tf.dispose(gradient(...inputs)));
  const passes = {
    ...passesOf(steps, batch, batch, RATE, unhealthy),
    gradient: () => ({ loss: 0, dTheta: noGradient }),
  };
  const architectureTime = time(() => steps.architecture(batch, draw));
  const weightTime = time(() => steps.weights(batch, [{ draw, weight: 1 }], RATE));
  tf.dispose(inputs);
  const update = await liveUpdates();
  const parts = {
    data: time(() => batches.train(0, 0)) + time(() => batches.search(0, 0)),
    forward: 2 * forwardTime,
    backward: gradientTime - forwardTime + architectureTime - forwardTime,
    optimiser: weightTime - gradientTime,
    host: time(() => learner.learn(passes, random, MOMENT)) + time(() => learner.weightDraws(passes, random, MOMENT)),
  };
  const step = sum(parts);
  const all = { ...parts, display: median(update.seconds) * Math.min(1, step / (PAUSE / 1000)) };
  const total = sum(all);
  return {
    shares: Object.fromEntries(Object.entries(all).map(([name, seconds]) => [name, seconds / total])),
    outsideTensors: (all.data + all.host + all.display) / total,
  };
}

const sum = (seconds: Readonly<Record<string, number>>): number => Object.values(seconds).reduce((a, b) => a + b, 0);
