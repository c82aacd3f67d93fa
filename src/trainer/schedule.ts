// Learning-rate schedules.
import type { WeightSettings } from "../methods";

/** Cosine annealing by epoch (PyTorch's CosineAnnealingLR in closed form); past its horizon the rate stays at the minimum. */
export function cosine(epoch: number, horizon: number, from: number, to: number): number {
  const share = Math.min(epoch / horizon, 1);
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}

/**
 * The learning rate of an epoch (0-based) of a cosine over so many.
 * @param changed the epoch at which the network last changed. With `restart` the rate is the first one there, and what follows is PyTorch's
 * recursion from it: the cosine's ratios, so that all that is left is larger by the same factor.
 */
export function rateOf(
  { learningRate, minimumLearningRate, warmup, restart }: WeightSettings,
  epoch: number,
  epochs: number,
  changed: number,
): number {
  if (epoch < warmup) return (learningRate * (epoch + 1)) / warmup;
  const rate = cosine(epoch, epochs, learningRate, minimumLearningRate);
  if (!restart || changed === 0 || changed >= epochs) return rate;
  const span = learningRate - minimumLearningRate;
  const at = cosine(changed, epochs, learningRate, minimumLearningRate) - minimumLearningRate;
  return minimumLearningRate + ((rate - minimumLearningRate) * span) / at;
}
