// The frame of the pictures of a distribution: a panel for each edge. A few edges stand three in a row; those of a larger cell like the
// entries of a matrix, a row for each node and a column for each of its inputs.
import type { CellDistribution } from "../distributions";
import { pageWidth } from "./chart";
import type { Specification } from "./draw";
import { cellTitle, type EdgeGroup, fullTitle, groupsOf, type Labels } from "./edges";
import { grey } from "./theme";
import { textTable } from "./words";

/** An edge and one of its operations, in the words of the figures. */
export interface Place {
  /** Its kind of cell; left out where there is only one. */
  readonly cell?: string;
  readonly edge: string;
  readonly operation: string;
}

/**
 * Numbers of each edge's operations, in the distribution's order; of a pruned operation nothing but its place and `pruned`, and nothing at
 * all of one that was never a candidate.
 * @param numbers of the k-th kept operation of an edge.
 */
export function edgeRows<Row extends object>(
  { kept }: CellDistribution,
  { edges, operations }: Labels,
  numbers: (edge: number, operation: number, k: number) => Row,
): (Place & (Row | { readonly pruned: true }))[] {
  return edges.flatMap(({ cell, title, candidates }, e) =>
    candidates.map((o) => {
      const place = { ...(cell && { cell }), edge: title, operation: operations[o].title };
      const k = kept[e].indexOf(o);
      return k < 0 ? { ...place, pruned: true as const } : { ...place, ...numbers(e, o, k) };
    }),
  );
}

/** So many edges of a cell have room for panels of their own, with an axis each. */
const ROOMY = 6;

/** What the panels are made of. */
export interface Panels {
  /** Of the rows, before they are drawn. */
  readonly transform?: readonly Specification[];
  readonly layer: readonly Specification[];
  /** Of a roomy panel and of one of many, in pixels; by default those of a line for each operation. */
  readonly sizes?: readonly [roomy: Size, dense: Size];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The panels, without title: for a figure of its own and for the live display. @param page the figure's width in pixels. */
export function edgePanels(
  values: readonly Pick<Place, "cell" | "edge">[],
  labels: Labels,
  panels: Panels,
  page: number = pageWidth,
): Specification {
  const groups = groupsOf(labels).map((group) => groupPanels(values, labels, group, panels, page));
  return groups.length === 1 ? groups[0] : { vconcat: groups, spacing: 22, resolve: { scale: { color: "shared" } } };
}

function groupPanels(
  rows: readonly Pick<Place, "cell" | "edge">[],
  labels: Labels,
  { cell, edges }: EdgeGroup,
  { transform = [], layer, sizes }: Panels,
  page: number,
): Specification {
  const lines = shownOperations(labels).length;
  const [roomy, dense] = sizes ?? [
    { width: 186, height: 17 * lines },
    { width: 104, height: 13 * lines },
  ];
  const values = rows.filter((row) => (row.cell ?? "") === cell);
  const few = edges.length <= ROOMY;
  const titles = edges.map((e) => labels.edges[e].title);
  const ends = titles.map((title) => title.split(" ← "));
  const inCell = ends.every(({ length }) => length === 2);
  const title = cell ? { title: cellHeading(cell) } : {};
  if (few || !inCell) {
    const size = few ? roomy : dense;
    const spacing = few ? 20 : 16;
    const most = few ? 3 : 5;
    const columns = Math.min(edges.length, Math.max(1, Math.round((most * page) / pageWidth)));
    const width = panelWidth(size.width, most, columns, spacing, page);
    const word = inCell ? "edge " : "";
    return {
      ...title,
      data: { values },
      transform: [...transform, { calculate: `'${word}' + datum.edge`, as: "panel" }],
      facet: { field: "panel", type: "nominal", sort: titles.map((each) => word + each), header: { title: null } },
      columns,
      spacing: { row: 16, column: spacing },
      spec: { ...size, width, layer },
    };
  }
  const [nodes, inputs] = [0, 1].map((end) => [...new Set(ends.map((names) => names[end]))]);
  // By numbers: Vega-Lite leaves the entries that a matrix does not have empty only where it sorts by itself.
  const at = (end: 0 | 1, names: readonly string[]) =>
    `indexof(${JSON.stringify(names)}, split(datum.edge, ' ← ')[${end}])`;
  const trellis = (field: string, names: readonly string[], words: string, header: object) => ({
    field,
    type: "ordinal",
    header: { title: null, labelExpr: `'${words}' + ${JSON.stringify(names)}[datum.value]`, ...header },
  });
  return {
    ...title,
    data: { values },
    transform: [...transform, { calculate: at(0, nodes), as: "to" }, { calculate: at(1, inputs), as: "from" }],
    facet: {
      row: trellis("to", nodes, "node ", { labelAngle: -90, labelPadding: 2 }),
      column: trellis("from", inputs, "← ", {}),
    },
    spacing: { row: 10, column: 16 },
    spec: { ...dense, width: Math.min(dense.width, panelWidth(dense.width, 5, inputs.length, 16, page)), layer },
  };
}

/** Of `columns` panels side by side on a page, where `most` panels of `width` fill a notebook's: what stands beside them stays as wide. */
function panelWidth(width: number, most: number, columns: number, spacing: number, page: number): number {
  const beside = pageWidth - most * width - (most - 1) * spacing;
  return Math.floor((page - beside - (columns - 1) * spacing) / columns);
}

const cellHeading = (cell: string) => ({
  text: cellTitle(cell),
  fontSize: 12,
  anchor: "start",
  frame: "group",
  offset: 4,
});

/** Numbers of the operations that some edge has. */
function shownOperations({ edges, operations }: Labels): number[] {
  return operations.flatMap((_, o) => (edges.some(({ candidates }) => candidates.includes(o)) ? [o] : []));
}

/** The numbers in plain text: a line for each edge and operation. @param words of a row, as many as the heading has. */
export function placeText<Row extends Place>(
  rows: readonly Row[],
  heading: readonly string[],
  words: (row: Exclude<Row, { readonly pruned: true }>) => readonly string[],
): string {
  const pruned = ["pruned", ...heading.slice(1).map(() => "")];
  const lines = rows.map((row) => {
    const numbers = "pruned" in row ? pruned : words(row as Exclude<Row, { readonly pruned: true }>);
    return [fullTitle({ cell: row.cell ?? "", title: row.edge }), row.operation, ...numbers];
  });
  return textTable([["edge", "operation", ...heading], ...lines]);
}

/** The axis of the operations, and their colours. */
export function operationChannels(labels: Labels) {
  const shown = shownOperations(labels);
  const titles = shown.map((o) => labels.operations[o].title);
  return {
    titles,
    y: {
      field: "operation",
      type: "nominal",
      sort: titles,
      scale: { domain: titles },
      title: null,
      axis: operationAxis,
    },
    color: {
      field: "operation",
      type: "nominal",
      scale: { domain: titles, range: shown.map((o) => labels.operations[o].colour) },
      legend: null,
    },
  };
}

/** The colours' legend below a figure whose operations stand on no axis. */
export const operationLegend = {
  title: null,
  orient: "bottom",
  direction: "horizontal",
  columns: 5,
  symbolType: "stroke",
  symbolSize: 400,
  symbolOpacity: 1,
};

/** The weights 0, ¼, …, 1 as lines, in panels that have an edge, and what each of its operations has where none is preferred. */
export function weightLines(): Specification[] {
  const panel = { aggregate: [{ op: "count", as: "candidates" }] };
  return [
    {
      transform: [panel, { calculate: "[0, 0.25, 0.5, 0.75, 1]", as: "at" }, { flatten: ["at"] }],
      mark: { type: "rule", color: grey, opacity: 0.25, strokeWidth: 1 },
      encoding: { x: weightChannel("at") },
    },
    {
      transform: [panel, { calculate: "1 / datum.candidates", as: "uniform" }],
      mark: { type: "rule", color: grey, strokeDash: [3, 3], strokeWidth: 1 },
      encoding: { x: weightChannel("uniform") },
    },
  ];
}

/** Says "pruned" in the line of an operation that was. */
export function prunedMarks(labels: Labels): Specification {
  return {
    transform: [{ filter: "datum.pruned" }],
    mark: {
      type: "text",
      style: "guide-label",
      color: grey, // Vega-Lite would make it black, on dark too
      text: "pruned",
      align: "right",
      x: "width",
      dx: -3,
      fontStyle: "italic",
    },
    encoding: { y: operationChannels(labels).y },
  };
}

const weightAxis = {
  title: null,
  values: [0, 0.5, 1],
  format: "~f",
  grid: false,
  domain: false,
};
export const operationAxis = { ticks: false, domain: false, labelPadding: 8, minExtent: 84, maxExtent: 84 };

/** The axis of a weight or a probability, 0 … 1. */
export const weightChannel = (field: string) => ({
  field,
  type: "quantitative",
  scale: { domain: [0, 1], nice: false },
  axis: weightAxis,
});
