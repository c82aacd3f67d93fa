// The one architecture that a benchmark's figure points at, among all.
import type { Specification } from "./draw";
import { accent, grey } from "./theme";

/** Above the panel, flush with a rule at this place of the x axis. @param middle of the axis: on its right the words stand left of the rule. */
export function pointedWords(x: number, middle: number, words: string): Specification {
  const left = x > middle;
  return {
    data: { values: [{}] },
    mark: {
      type: "text",
      color: accent,
      fontWeight: "bold",
      fontSize: 11,
      align: left ? "right" : "left",
      dx: left ? 1 : -1,
      y: -8,
      text: words,
    },
    encoding: { x: { datum: x, type: "quantitative" } },
  };
}

/** A dot with a rule through it along each of the axes that are named, and its words. */
export function pointedDot(
  at: Readonly<Record<"x" | "y", number>>,
  middle: number,
  rules: readonly ("x" | "y")[],
): Specification[] {
  const place = (axis: "x" | "y") => ({ [axis]: { datum: at[axis], type: "quantitative" } });
  return [
    ...rules.map((axis) => ({
      data: { values: [{}] },
      mark: { type: "rule", color: grey, strokeDash: [3, 3] },
      encoding: place(axis),
    })),
    {
      data: { values: [{}] },
      mark: { type: "point", filled: true, size: 90, opacity: 1, color: accent, stroke: "white", strokeWidth: 1.5 },
      encoding: { ...place("x"), ...place("y") },
    },
    pointedWords(at.x, middle, "this architecture"),
  ];
}
