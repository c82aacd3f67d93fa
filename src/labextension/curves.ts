// Lines over the steps of a search; built once, then changed in place.
import type { Chart, Line } from "../plugin";
import { change, html, svg, write } from "./dom";

const LEFT = 44;
const WIDTH = 160;
const HEIGHT = 110;
const TOP = 8;
const FOOT = 18;

const styles: Record<Line["style"], Record<string, string | number>> = {
  faint: { opacity: 0.35, "stroke-width": 1 },
  solid: { "stroke-width": 2 },
  dashed: { "stroke-width": 2, "stroke-dasharray": "4 2" },
};

export class Curves {
  readonly node: HTMLElement;
  readonly #picture: SVGSVGElement;
  readonly #lines: { path: SVGPathElement; end: SVGCircleElement }[];
  readonly #labels = [0, 1, 2].map(() => svg("text", { x: LEFT - 4, "text-anchor": "end" }));
  readonly #last = svg("text", { x: LEFT + WIDTH, y: TOP + HEIGHT + FOOT - 4, "text-anchor": "end" });
  readonly #mark = svg("line", { class: "naslab-uniform", x1: LEFT, x2: LEFT + WIDTH });

  constructor({ title, lines, mark }: Chart) {
    this.#lines = lines.map(({ colour, style }) => ({
      path: svg("path", { fill: "none", stroke: colour, ...styles[style] }),
      end: svg("circle", { r: style === "faint" ? 0 : 2.5, fill: colour }),
    }));
    if (mark) this.#mark.append(svg("title", {}, mark.title));
    const floor = TOP + HEIGHT;
    this.#picture = svg(
      "svg",
      { viewBox: `0 0 ${LEFT + WIDTH + 6} ${floor + FOOT}`, role: "img" },
      svg("path", { class: "naslab-axis", fill: "none", d: `M${LEFT} ${TOP}V${floor}H${LEFT + WIDTH}` }),
      ...(mark ? [this.#mark] : []),
      ...this.#labels,
      svg("text", { x: LEFT, y: floor + FOOT - 4, "text-anchor": "middle" }, "0"),
      svg("text", { x: LEFT + WIDTH / 2, y: floor + FOOT - 4, "text-anchor": "middle" }, "step"),
      this.#last,
      ...this.#lines.flatMap(({ path, end }) => [path, end]),
    );
    this.node = html("figure", {}, html("figcaption", {}, title), this.#picture);
  }

  show({ title, unit, lines, mark }: Chart, steps: number): void {
    const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
    const [low, high] = range(mark ? [...values, mark.value] : values);
    const x = (step: number) => (LEFT + (WIDTH * step) / Math.max(steps, 1)).toFixed(1);
    const y = (value: number) => (TOP + (HEIGHT * (high - value)) / (high - low)).toFixed(1);
    const factor = unit === "percent" ? 100 : 1;
    const digits = Math.max(0, 1 - Math.floor(Math.log10(factor * (high - low)))); // that tell the labels apart
    const words = (value: number) => `${(factor * value).toFixed(digits)}${unit === "percent" ? " %" : ""}`;
    [low, (low + high) / 2, high].forEach((value, k) => {
      write(change(this.#labels[k]!, { y: Number(y(value)) + 4 }), values.length > 0 ? words(value) : "");
    });
    write(this.#last, String(steps));
    if (mark) change(this.#mark, { y1: y(mark.value), y2: y(mark.value) });
    lines.forEach(({ points }, k) => {
      const { path, end } = this.#lines[k]!;
      change(path, { d: points.map(([step, value], i) => `${i ? "L" : "M"}${x(step)} ${y(value)}`).join("") });
      const last = points.at(-1);
      change(end, last ? { cx: x(last[0]), cy: y(last[1]), opacity: 1 } : { opacity: 0 });
    });
    const ends = lines.flatMap(({ title: name, points }) => {
      const last = points.at(-1);
      return last ? [`${name} ${words(last[1])}`] : [];
    });
    change(this.#picture, { "aria-label": `${title} after ${steps} steps: ${ends.join(", ") || "nothing yet"}` });
  }
}

/** The least and the largest value, never the same. */
function range(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
