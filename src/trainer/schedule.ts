// Learning-rate schedules.

/** Cosine annealing by epoch (PyTorch's CosineAnnealingLR in closed form); past its horizon the rate stays at the minimum. */
export function cosine(epoch: number, horizon: number, from: number, to: number): number {
  const share = Math.min(epoch / horizon, 1);
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
