// The weights of one edge's operations as bars or intervals; built once, then changed in place.
import type { Edge, Operation } from "../plugin";
import { change, svg, write } from "./dom";

const LINE = 17; // of an operation, in pixels
const LEFT = 84; // for the operations' names
const WIDTH = 110;
const FOOT = 16; // for the axis

const x = (weight: number) => LEFT + WIDTH * weight;

/** A small chart; its picture is told in words too. */
export class Weights {
  readonly node: SVGSVGElement;
  readonly #rows: Row[];

  constructor(private readonly operations: readonly Operation[]) {
    const height = LINE * operations.length;
    this.#rows = operations.map((operation, o) => new Row(operation, LINE * (o + 0.5)));
    const uniform = x(1 / operations.length);
    this.node = svg(
      "svg",
      { viewBox: `0 0 ${LEFT + WIDTH + 10} ${height + FOOT}`, role: "img", class: "naslab-weights" },
      svg("line", { class: "naslab-axis", x1: x(0), x2: x(1), y1: height, y2: height }),
      svg("line", { class: "naslab-uniform", x1: uniform, x2: uniform, y1: 0, y2: height }),
      ...[0, 0.5, 1].map((weight) =>
        svg("text", { x: x(weight), y: height + FOOT - 4, "text-anchor": "middle" }, String(weight)),
      ),
      ...this.#rows.map(({ node }) => node),
    );
  }

  show({ title, mean, interval }: Pick<Edge, "title" | "mean"> & Partial<Edge>): void {
    for (const [o, row] of this.#rows.entries()) row.show(mean[o]!, interval?.[o] ?? null);
    const words = this.operations.map((operation, o) => `${operation.title} ${mean[o]?.toFixed(2) ?? "pruned"}`);
    change(this.node, { "aria-label": `edge ${title}: ${words.join(", ")}` });
  }
}

class Row {
  readonly node: SVGGElement;
  readonly #bar: SVGRectElement;
  readonly #interval: SVGLineElement;
  readonly #dot: SVGCircleElement;
  readonly #words = svg("title");

  constructor(
    private readonly operation: Operation,
    y: number,
  ) {
    const { colour, title } = operation;
    this.#bar = svg("rect", { x: x(0), y: y - 5, height: 10, fill: colour });
    this.#interval = svg("line", { y1: y, y2: y, stroke: colour, "stroke-width": 2 });
    this.#dot = svg("circle", { cy: y, r: 4, fill: colour });
    const name = svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, title);
    this.node = svg("g", {}, this.#words, name, this.#bar, this.#interval, this.#dot);
  }

  show(mean: number | null, interval: readonly [number, number] | null): void {
    const weight = mean ?? 0;
    change(this.node, { opacity: mean === null ? 0.35 : 1 });
    change(this.#bar, { width: interval ? 0 : WIDTH * weight });
    change(this.#dot, { cx: x(weight), r: interval ? 4 : 0 });
    const [low, high] = interval ?? [0, 0];
    change(this.#interval, { x1: x(low), x2: x(high), visibility: interval ? "visible" : "hidden" });
    const between = interval ? `, 90 % between ${low.toFixed(3)} and ${high.toFixed(3)}` : "";
    write(this.#words, `${this.operation.title}: ${mean?.toFixed(3) ?? "pruned"}${between}`);
  }
}
