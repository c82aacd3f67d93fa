// How the time and memory of a step grow with one size of a search, beside its necessary arithmetic.
import type { BackendName } from "../../src/backend";
import { stepFlops } from "../../src/supernet/arithmetic";
import { exponent, line } from "./fit";
import { stepTimes } from "./quartiles";
import { alternate, Side, withSides } from "./side";
import { networkSize, type Sizes, spaceOf } from "./sizes";

/** Time may grow by this much faster than the arithmetic. */
export const ALLOWED = 1.05;

export interface Point extends ReturnType<typeof stepTimes> {
  readonly value: number;
  readonly peakMemoryBytes: number;
  readonly flopsPerStep: number;
}

/** A size that can vary. */
export type SizeName = Exclude<keyof Sizes, "space">;

export interface Growth {
  readonly size: SizeName;
  readonly points: readonly Point[];
  /** b of y ∝ size^b. */
  readonly timeExponent: number;
  readonly arithmeticExponent: number;
  readonly memoryExponent: number;
  /** b of time ∝ arithmetic^b, and whether it is within what is allowed. */
  readonly timeByArithmetic: number;
  readonly within: boolean;
}

/** Measures a size at each of its values, in processes that take turns. @param rest all sizes; that of the name is replaced. */
export async function measureGrowth(
  size: SizeName,
  values: readonly number[],
  rest: Sizes,
  samples: number,
  backend: BackendName,
): Promise<Growth> {
  const points = await withSides(async (start) => {
    const all = values.map((value) => ({ ...rest, [size]: value }));
    const sides = all.map((sizes) => start(Side.ours(`NASLab at ${size} ${sizes[size]}`, "search", sizes, backend)));
    const seconds = await alternate(
      samples,
      sides.map((side) => ({ side, question: "step", times: 1 })),
    );
    return all.map((sizes, k): Point => {
      const { architecture, weights } = stepFlops(spaceOf(sizes), networkSize(sizes), sizes.batch);
      return {
        value: values[k],
        ...stepTimes(seconds[k]),
        peakMemoryBytes: sides[k].peakBytes,
        flopsPerStep: architecture + weights,
      };
    });
  });
  const times = points.map(({ secondsPerStep }) => secondsPerStep);
  const flops = points.map(({ flopsPerStep }) => flopsPerStep);
  const timeByArithmetic = exponent(flops, times);
  return {
    size,
    points,
    timeExponent: exponent(values, times),
    arithmeticExponent: exponent(values, flops),
    memoryExponent: exponent(
      values,
      points.map(({ peakMemoryBytes }) => peakMemoryBytes),
    ),
    timeByArithmetic,
    within: timeByArithmetic <= ALLOWED,
  };
}

/** Seconds that a step takes at no arithmetic: of the line through the points, each weighed by its time, as errors grow with it. */
export function fixedSeconds(points: readonly Point[]): number {
  const times = points.map(({ secondsPerStep }) => secondsPerStep);
  return line(
    points.map(({ flopsPerStep }) => flopsPerStep),
    times,
    times.map((seconds) => 1 / seconds ** 2),
  ).intercept;
}
