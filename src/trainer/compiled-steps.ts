// The half-steps of a search and the passes that only look, each one compiled function.
import * as tf from "@tensorflow/tfjs";
import type { compile } from "../backend";
import { sameAtEachCall } from "../spaces";
import type { Supernet } from "../supernet";
import { answered, architectureStep } from "./architecture-step";
import { curvature } from "./curvature";
import { neumann } from "./neumann";
import { evaluated } from "./pass";
import type { Sgd } from "./sgd";
import type { BatchTensors, DrawTensors } from "./tensors";
import { type Levels, unrolled } from "./unrolled";
import { weightStep } from "./weight-step";

export interface WeightedDrawTensors extends DrawTensors {
  /** [batch, cells, edges, operations] */
  readonly gates?: tf.Tensor4D;
  /** 1 without it. */
  readonly weight?: tf.Scalar;
}

/** The two batches of a bilevel step, and the draw of each. */
export interface LevelTensors {
  readonly search: BatchTensors;
  readonly train: BatchTensors;
  readonly draw: DrawTensors;
  readonly trainDraw: DrawTensors;
}

/** All compiled steps of a network; none records before its first call. Each answers [loss, hits, healthy, more]. */
export function compiledSteps(network: Supernet, sgd: Sgd, compiler: typeof compile) {
  const { parameters } = network;
  parameters.running; // made before the first trace
  const check = sameAtEachCall(network.space.catalogue) ? "never" : "second call";

  const pass =
    (batch: BatchTensors, under: DrawTensors, mode: "training" | "evaluation" = "training") =>
    () =>
      network.evaluate(batch.images, batch.labels, { ...under, noise: batch.noise }, mode);
  const levels = ({ search, train, draw, trainDraw }: LevelTensors): Levels => ({
    weights: parameters.trainable,
    theta: { valid: draw.theta, train: trainDraw.theta },
    valid: pass(search, draw),
    train: pass(train, trainDraw),
  });

  return {
    architecture: compiler(
      (batch: BatchTensors, draw: DrawTensors, statistics: tf.Tensor) =>
        architectureStep(parameters, draw.theta, pass(batch, draw), statistics),
      { name: "architecture step", check },
    ),
    curvature: compiler(
      (batch: BatchTensors, draw: DrawTensors, v: tf.Tensor2D) => curvature(draw.theta, pass(batch, draw), v),
      { name: "curvature", check },
    ),
    unrolled: compiler(
      (tensors: LevelTensors, rate: tf.Scalar) => {
        const { dTheta, ...told } = unrolled(levels(tensors), sgd, rate);
        return answered(parameters, told, dTheta);
      },
      { name: "unrolled architecture step", check },
    ),
    neumann: compiler(
      (tensors: LevelTensors, rate: tf.Scalar, terms: number) => {
        const { dTheta, ...told } = neumann(levels(tensors), rate, terms);
        return answered(parameters, told, dTheta);
      },
      { name: "Neumann architecture step", check },
    ),
    weights: compiler(
      (batch: BatchTensors, draws: readonly WeightedDrawTensors[], rate: tf.Scalar) => {
        const passes = draws.map(({ gates, weight, ...draw }) => {
          const theta = gates ? (tf.mul(draw.theta, gates) as tf.Tensor4D) : draw.theta;
          return { pass: pass(batch, { ...draw, theta }), weight };
        });
        return weightStep(parameters, sgd, rate, passes);
      },
      { name: "weight step", check },
    ),
    outcome: compiler((batch: BatchTensors, draw: DrawTensors) => evaluated(pass(batch, draw)()), {
      name: "outcome",
      check,
    }),
    evaluation: compiler((batch: BatchTensors, draw: DrawTensors) => evaluated(pass(batch, draw, "evaluation")()), {
      name: "validation",
      check,
    }),
  };
}

export type CompiledSteps = ReturnType<typeof compiledSteps>;
