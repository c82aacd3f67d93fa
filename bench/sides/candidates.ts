// The operations of the DARTS space one by one. Its argument: the batch, and which operations.
import * as tf from "@tensorflow/tfjs";
import {
  averagePool3x3,
  compile,
  depthwiseConv2d,
  factorizedReduction,
  maxPool3x3,
  normReluSeparable,
  relu,
  reluSeparable,
  useBackend,
} from "../../src/backend";
import { serve, timed } from "../frame/serve";
import { about } from "./about";

/** An operation of `channels` channels on maps of side × side pixels. */
export interface Candidate {
  readonly operation: string;
  readonly kind: "depthwise" | "once" | "twice" | "maximum" | "mean" | "reduction";
  readonly size: 1 | 3 | 5 | 7;
  readonly stride: 1 | 2;
  readonly dilation: 1 | 2;
  readonly side: number;
  readonly channels: number;
}

interface Made {
  readonly forward: () => tf.Tensor;
  readonly gradients: () => tf.Tensor[];
}

const { batch, candidates }: { batch: number; candidates: Candidate[] } = JSON.parse(process.argv[2]);
const made = new Map<number, Made>();

/** The operation, compiled as a step runs it, and its gradients by the map and all filters. */
function make({ kind, size, stride, dilation, side, channels }: Candidate): Made {
  const normal = (...shape: [number, number, number, number]) => tf.randomNormal<tf.Rank.R4>(shape);
  const x = normal(batch, side, side, channels);
  const pair = () => [normal(size, size, channels, 1), normal(1, 1, channels, channels)];
  const [ones, zeros] = [tf.ones<tf.Rank.R1>([channels]), tf.zeros<tf.Rank.R1>([channels])];
  const halves = () => [normal(1, 1, channels, channels / 2), normal(1, 1, channels, channels / 2)];
  const kinds: Record<Candidate["kind"], [filters: tf.Tensor4D[], (x: tf.Tensor4D, f: tf.Tensor4D[]) => tf.Tensor]> = {
    depthwise: [[normal(size, size, channels, 1)], (x, [f]) => depthwiseConv2d(x, f, { stride, dilation })],
    once: [pair(), (x, [depthwise, pointwise]) => reluSeparable(x, { depthwise, pointwise }, { stride, dilation })],
    twice: [
      [...pair(), ...pair()],
      (x, [depthwise, pointwise, ...second]) => {
        const first = reluSeparable(x, { depthwise, pointwise }, { stride });
        return normReluSeparable(first, ones, zeros, { depthwise: second[0], pointwise: second[1] }).y;
      },
    ],
    maximum: [[], (x) => maxPool3x3(x, stride)],
    mean: [[], (x) => averagePool3x3(x, stride)],
    reduction: [
      kind === "reduction" ? halves() : [],
      (x, [first, second]) => factorizedReduction(relu(x), first, second),
    ],
  };
  const [filters, call] = kinds[kind];
  const f = (...[x, ...filters]: tf.Tensor[]) => call(x as tf.Tensor4D, filters as tf.Tensor4D[]);
  const points = [x, ...filters];
  const dy = tf.tidy(() => tf.randomNormal(f(...points).shape));
  return {
    forward: compile(() => f(...points), { name: kind }),
    gradients: compile(() => tf.grads(f)(points, dy), { name: `${kind}'s gradients` }),
  };
}

/** Seconds of so many calls of operation k. */
const measure = (what: keyof Made) => async (k: number, times: number) => {
  await useBackend();
  const own = made.get(k) ?? make(candidates[k]);
  made.set(k, own);
  return { seconds: timed(times, () => tf.dispose(own[what]())) };
};

void serve({ about, forward: measure("forward"), gradients: measure("gradients") });
