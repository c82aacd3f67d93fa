// The Pareto front of cost and worth.

/** Numbers of the points that no other beats: none costs at most as much and is better, or less and is as good. By rising cost. */
export function frontOf(costs: ArrayLike<number>, worths: ArrayLike<number>): number[] {
  const order = Array.from(costs, (_, k) => k).sort((a, b) => costs[a] - costs[b] || worths[b] - worths[a]);
  const front: number[] = [];
  for (const k of order) {
    const last = front.at(-1);
    if (last === undefined || worths[k] > worths[last]) front.push(k);
  }
  return front;
}
