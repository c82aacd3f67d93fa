// Two architectures side by side: what both have is faint, what only one has is strong, and a table says it in words.

import { UserError } from "../errors";
import { Architecture, type CellDesign, type Design, designOf, type Operation } from "../spaces";
import { type CellEdge, cellNames, cellPart } from "./cell-graph";
import { cellTitle, nodeTitle } from "./edges";
import { Figure } from "./figure";
import { card, flow, innerWidth, legend, type Part, paragraph, text, titled } from "./graph";
import { nodeDesignPart } from "./node-cell";
import { grey, looksOf } from "./theme";
import { textTable } from "./words";

/** An edge that is not alike in both: the operation's title in each, null where there is none. */
export interface DifferenceRow {
  readonly cell: string;
  readonly edge: string;
  readonly first: string | null;
  readonly second: string | null;
}

type Names = readonly [first: string, second: string];

/** @param names of the kinds of cell of both. @returns a row for each edge in which they differ, in the order of their targets and sources. */
export function differenceRows(first: Design, second: Design, names: readonly string[]): DifferenceRow[] {
  return names.flatMap((name) => {
    const [a, b] = [first.cell(name), second.cell(name)].map(operationsOf);
    const places = [...new Set([...a.keys(), ...b.keys()])].sort((x, y) => order(x) - order(y));
    return places.flatMap((place) => {
      const [from, to] = place.split(",").map(Number);
      const [one, other] = [a, b].map((operations) => operations.get(place) ?? []);
      const [only, onlyOther] = [without(one, other), without(other, one)];
      if (only.length + onlyOther.length === 0) return [];
      const cell = first.cell(name);
      const edge =
        cell.operationsOn === "nodes" ? `${to} ← ${from}` : `${nodeTitle(cell, to)} ← ${nodeTitle(cell, from)}`;
      const words = (operations: readonly string[]) => (operations.length > 0 ? operations.join(", ") : null);
      return [{ cell: names.length > 1 ? name : "", edge, first: words(only), second: words(onlyOther) }];
    });
  });
}

const order = (place: string) => {
  const [from, to] = place.split(",").map(Number);
  return 1000 * to + from;
};

/** The titles of the operations between each two nodes, "from,to": one, or several in a space that allows it. */
function operationsOf({ edges }: CellDesign): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { from, to, operation } of edges) {
    const place = `${from},${to}`;
    found.set(place, [...(found.get(place) ?? []), operation.title]);
  }
  return found;
}

/** What one list has and the other has not, as often as it has it more. */
function without(own: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return own.filter((title) => {
    const k = left.indexOf(title);
    if (k >= 0) left.splice(k, 1);
    return k < 0;
  });
}

function sideOf(cell: CellDesign, other: CellDesign, colours: ReadonlyMap<string, string>): Part {
  const there = operationsOf(other);
  const edges = cell.edges.map(({ from, to, operation }): CellEdge => {
    const left = there.get(`${from},${to}`) ?? [];
    const k = left.indexOf(operation.title);
    if (k >= 0) left.splice(k, 1);
    const same = k >= 0;
    const dashed = operation.steps(1) === null;
    const colour = same ? grey : colours.get(operation.title)!;
    return { from, to, lanes: [{ colour, width: same ? 1 : 3, dashed }], ...(!same && { title: operation.title }) };
  });
  return cellPart(cell, edges);
}

/** A part no wider than `width`. */
function fitted(part: Part, width: number): Part {
  const scale = Math.min(1, width / part.width);
  return scale === 1
    ? part
    : {
        width: part.width * scale,
        height: part.height * scale,
        svg: `<g transform="scale(${scale.toFixed(4)})">${part.svg}</g>`,
      };
}

/** The figure of two architectures whose cells are of the same kinds. @param names what they are called. */
export function differenceFigure(
  first: Architecture | Design,
  second: Architecture | Design,
  names: Names = ["first", "second"],
): Figure {
  if (first instanceof Architecture && second instanceof Architecture && first.space !== second.space)
    throw new UserError(
      `display.difference: the architectures are of ${first.space.title} and of ${second.space.title}; give two of one space`,
    );
  const [a, b] = [first, second].map((each) => (each instanceof Architecture ? designOf(each) : each));
  const [cells, others] = [a, b].map(cellNames);
  if (cells.join() !== others.join())
    throw new UserError(
      `display.difference: one has the cells ${cells.join(", ")} and the other ${others.join(", ")}; give two of one kind of network`,
    );
  const all = cells.flatMap((name) =>
    [a, b].flatMap((design) => design.cell(name).edges.map(({ operation }) => operation)),
  );
  const operations = [...new Map(all.map((operation): [string, Operation] => [operation.name, operation])).values()];
  const looks = looksOf(operations);
  const colours = new Map(operations.map(({ title }, o) => [title, looks[o].colour]));
  const byName = new Map(operations.map(({ name }, o) => [name, looks[o]]));
  const rows = differenceRows(a, b, cells);
  const half = (innerWidth - 28) / 2;
  const pairs = cells.map((name) => {
    const [one, other] = [a.cell(name), b.cell(name)];
    const parts = [[one, other, names[0]] as const, [other, one, names[1]] as const].map(([cell, against, who]) => {
      const part = cell.operationsOn === "nodes" ? nodeDesignPart(cell, byName) : sideOf(cell, against, colours);
      const heading = cells.length > 1 ? `${who}, ${cellTitle(name)}` : who;
      return titled(heading, part.width <= 1.5 * half ? fitted(part, half) : part);
    });
    return flow(parts, { column: 28, row: 14 });
  });
  const heading = ["edge", ...names];
  const words = rows.map(({ cell, edge, first, second }) => [
    cell ? `${cell} ${edge}` : edge,
    first ?? "–",
    second ?? "–",
  ]);
  const count =
    rows.length === 0
      ? "They are the same"
      : `They differ on ${rows.length === 1 ? "one edge" : `${rows.length} edges`}`;
  const title = "Two architectures and their difference";
  const lines = [
    ...[a, b].map((design, k) => `${names[k]}: ${design.title}`),
    `${count}${rows.length > 0 ? "; what both have is thin and grey" : ""}`,
  ];
  const parts = [
    paragraph(lines),
    ...pairs,
    ...(rows.length > 0 ? [tablePart([heading, ...words])] : []),
    legend(looks),
  ];
  return new Figure(
    card(title, parts),
    [title, ...lines, ...(rows.length > 0 ? [textTable([heading, ...words])] : [])].join("\n"),
  );
}

function tablePart(rows: readonly (readonly string[])[]): Part {
  const column = 220;
  const cells = rows.flatMap((row, r) =>
    row.map((word, c) => text(word, column * c, 12 + 18 * r + (r > 0 ? 4 : 0), { bold: r === 0 })),
  );
  return {
    width: column * 3,
    height: 18 * rows.length + 6,
    svg: `<path d="M0,18H${column * 3}" stroke="#333333"/>${cells.join("")}`,
  };
}
