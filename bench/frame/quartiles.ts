// Samples of one quantity, summed up by quartiles.

/** The quantile of the values at 0 ≤ p ≤ 1, linear between neighbours; NaN of none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below], sorted[Math.ceil(place)]];
  return low + (place - below) * (high - low);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The first and the third quartile: how noisy the samples were. */
export const quartiles = (values: readonly number[]): [number, number] => [
  quantile(values, 0.25),
  quantile(values, 0.75),
];

/** What the JSON document tells of the steps of a search. */
export const stepTimes = (seconds: readonly number[]) => ({
  secondsPerStep: median(seconds),
  quartiles: quartiles(seconds),
  samples: seconds.length,
});

/** Cells of a table: median, quartiles and number of samples of seconds, in milliseconds. */
export function secondsCells(seconds: readonly number[]): string[] {
  const [first, third] = quartiles(seconds);
  return [milliseconds(median(seconds)), `${milliseconds(first)} – ${milliseconds(third)}`, String(seconds.length)];
}

/** Seconds in milliseconds, with three digits at least. */
export function milliseconds(seconds: number): string {
  const value = 1000 * seconds;
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}
