// Graphs in SVG, in the look of the papers' cells: Graphviz says where everything lies, and text is measured in the font that it is drawn
// with. The other parts of such pictures too: texts, plates, a legend, the card that holds them.

import { wrap } from "./chart";
import { fontFamily, textWidth } from "./font";
import { layOut, type Point } from "./graphviz";

/** A piece of SVG that takes this room from (0, 0). */
export interface Part {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

/** As the authors of DARTS draw what a cell takes in, its inner nodes, and what it gives. */
const fills = { input: "#b4eeb4", node: "#add8e6", output: "#eee8aa" } as const;

export interface GraphNode {
  readonly name: string;
  readonly title: string;
  readonly role: keyof typeof fills;
  /** The colour of a thick rim: of the operation that stands on the node. */
  readonly rim?: string;
}

/** One of the lines side by side that make an edge. */
export interface Lane {
  readonly colour: string;
  /** Pixels. */
  readonly width: number;
  readonly dashed?: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly lanes: readonly Lane[];
  /** On a plate in the colour of the first lane. */
  readonly title?: string;
}

/** Inside the card, from rim to rim. */
export const innerWidth = 696;
export const MARGIN = (720 - innerWidth) / 2;
const NODE = { height: 26, size: 12 };
const PLATE = { height: 17, size: 10.5 };
const ARROW = { length: 7, half: 3 };
/** Between lanes of an edge. */
const LANE_GAP = 0.6;
const ink = "#1a1a1a";

/** The graph from left to right, scaled down where it is wider than the card. */
export function drawGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Part {
  const widest = Math.max(...edges.map(({ lanes }) => breadth(lanes)));
  const ribbons = widest > NODE.height / 4;
  const height = NODE.height + (ribbons ? widest : 0);
  const sizes = nodes.map(({ title }) => ({ width: textWidth(title, NODE.size) + 16, height }));
  const layout = layOut(
    nodes.map(({ name }, n) => ({ name, ...sizes[n] })),
    edges.map(({ from, to, title, lanes }) => ({
      from,
      to,
      clip: isLine(lanes),
      ...(title && { label: { width: plateWidth(title), height: PLATE.height } }),
    })),
    ribbons ? { node: 26, column: 70 } : { node: 12, column: 10 },
  );
  const curves = edges.flatMap(({ lanes }, e) => drawLanes(layout.edges[e].curve, lanes));
  const plates = edges.map(({ title, lanes }, e) =>
    title ? plate(title, layout.edges[e].label!, lanes[0].colour) : "",
  );
  const boxes = nodes.map((node, n) => nodeBox(node, layout.nodes[n], sizes[n]));
  const pad = Math.max(2, widest / 2);
  const [width, tall] = [layout.width + 2 * pad, layout.height + 2 * pad];
  const scale = Math.min(1, innerWidth / width);
  const svg = `<g transform="${scale < 1 ? `scale(${round(scale, 4)}) ` : ""}translate(${round(pad)},${round(pad)})">${curves.join("")}${boxes.join("")}${plates.join("")}</g>`;
  return { width: scale * width, height: scale * tall, svg };
}

const breadth = (lanes: readonly Lane[]) => lanes.reduce((sum, { width }) => sum + width + LANE_GAP, -LANE_GAP);

/** Whether an edge is a line with an arrow and no ribbon. */
const isLine = (lanes: readonly Lane[]) => lanes.length === 1 && lanes[0].width < NODE.height / 4;

/** A line ends in an arrow; the lanes of a ribbon lie side by side around the curve. */
function drawLanes(curve: readonly Point[], lanes: readonly Lane[]): string[] {
  if (isLine(lanes)) return [arrow(curve, lanes[0])];
  let at = -breadth(lanes) / 2;
  return lanes.map(({ colour, width }) => {
    const path = pathOf(shifted(curve, at + width / 2));
    at += width + LANE_GAP;
    return `<path class="edge" d="${path}" fill="none" stroke="${colour}" stroke-width="${round(width, 2)}"/>`;
  });
}

function arrow(curve: readonly Point[], { colour, width, dashed }: Lane): string {
  const [before, tip] = curve.slice(-2);
  const [dx, dy] = direction(before, tip);
  const base: Point = [tip[0] - ARROW.length * dx, tip[1] - ARROW.length * dy];
  const wing = (side: number) => [base[0] - side * ARROW.half * dy, base[1] + side * ARROW.half * dx] as const;
  const head = [tip, wing(1), wing(-1)].map(pair).join(" ");
  const dash = dashed ? ' stroke-dasharray="4 4"' : "";
  return `<path class="edge" d="${pathOf([...curve.slice(0, -1), base])}" fill="none" stroke="${colour}" stroke-width="${width}"${dash}/><polygon points="${head}" fill="${colour}"/>`;
}

/** The curve that runs beside another, to its right. */
function shifted(curve: readonly Point[], by: number): Point[] {
  return curve.map(([x, y], i) => {
    const [dx, dy] = direction(curve[Math.max(0, i - 1)], curve[Math.min(curve.length - 1, i + 1)]);
    return [x - by * dy, y + by * dx];
  });
}

function direction([x0, y0]: Point, [x1, y1]: Point): Point {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  return [(x1 - x0) / length, (y1 - y0) / length];
}

const pathOf = ([first, ...rest]: readonly Point[]) => `M${pair(first)} C${rest.map(pair).join(" ")}`;
const pair = ([x, y]: Point) => `${round(x)},${round(y)}`;
export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

function nodeBox({ title, role, rim }: GraphNode, [x, y]: Point, { width, height }: Pick<Part, "width" | "height">) {
  const words = text(title, x, y + 4, { size: NODE.size, anchor: "middle" });
  return box(x - width / 2, y - height / 2, width, height, fills[role], rim) + words;
}

/** A rectangle with round corners. @param colour of a thick rim, instead of a thin dark one. */
export function box(x: number, y: number, width: number, height: number, fill: string, colour?: string): string {
  const rim = colour ? `stroke="${colour}" stroke-width="3"` : 'stroke="#555555"';
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="5" fill="${fill}" ${rim}/>`;
}

const plateWidth = (words: string) => textWidth(words, PLATE.size, true) + 8;

/** A text on white, so that it can lie on a curve. */
function plate(words: string, [x, y]: Point, colour: string): string {
  const width = plateWidth(words);
  return `<rect class="plate" x="${round(x - width / 2)}" y="${round(y - PLATE.height / 2)}" width="${round(width)}" height="${PLATE.height}" rx="4" fill="white" stroke="${colour}"/>${text(words, x, y + 4, { size: PLATE.size, anchor: "middle", bold: true })}`;
}

interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly colour?: string;
}

export function text(
  words: string,
  x: number,
  y: number,
  { size = 11, anchor = "start", bold = false, colour = ink }: TextStyle = {},
): string {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" fill="${colour}"${bold ? ' font-weight="bold"' : ""}>${safe}</text>`;
}

/** A part under a heading. */
export function titled(title: string, { width, height, svg }: Part): Part {
  return {
    width: Math.max(width, textWidth(title, 11, true)),
    height: height + 22,
    svg: `${text(title, 0, 11, { bold: true })}<g transform="translate(0,22)">${svg}</g>`,
  };
}

/** Lines of text, broken where they are wider than the card; an architecture's string behind a comma or a bar. */
export function paragraph(lines: readonly string[], size = 11, width = innerWidth): Part {
  const broken = lines.flatMap((line) => wrap(line, width, size).flatMap((part) => cut(part, size, width)));
  return {
    width: Math.max(0, ...broken.map((line) => textWidth(line, size))),
    height: broken.length * (size + 5),
    svg: broken.map((line, k) => text(line, 0, size + k * (size + 5), { size })).join(""),
  };
}

/** A word that is wider than the card, in lines. */
function cut(word: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const piece of word.split(/(?<=[,|+])/)) {
    const longer = (lines.at(-1) ?? "") + piece;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}

/** The operations' colours. */
export function legend(
  entries: readonly { readonly title: string; readonly colour: string }[],
  width = innerWidth,
): Part {
  return flow(
    entries.map(({ title, colour }) => ({
      width: 28 + textWidth(title, 11),
      height: 14,
      svg: `<rect y="4" width="22" height="5" fill="${colour}"/>${text(title, 28, 11)}`,
    })),
    { column: 18, row: 4 },
    width,
  );
}

/** Parts from left to right in rows as wide as the card. */
export function flow(
  parts: readonly Part[],
  gap: { readonly column: number; readonly row: number },
  across = innerWidth,
): Part {
  let [x, y, height, width] = [0, 0, 0, 0];
  const placed = parts.map((part) => {
    if (x > 0 && x + part.width > across + 0.5) [x, y, height] = [0, y + height + gap.row, 0];
    const svg = `<g transform="translate(${round(x)},${round(y)})">${part.svg}</g>`;
    width = Math.max(width, x + part.width);
    x += part.width + gap.column;
    height = Math.max(height, part.height);
    return svg;
  });
  return { width, height: y + height, svg: placed.join("") };
}

/** A whole picture on a white card, as JupyterLab's dark theme does not recolour SVG: a title, and parts one below the other. */
export function card(title: string, parts: readonly Part[], across = innerWidth): string {
  let y = MARGIN;
  const heading = wrap(title, across, 14, true).map((line) => {
    y += 20;
    return text(line, MARGIN, y - 6, { size: 14, bold: true });
  });
  const placed = parts.map(({ height, svg }) => {
    y += 8;
    const part = `<g transform="translate(${MARGIN},${round(y)})">${svg}</g>`;
    y += height;
    return part;
  });
  const [width, height] = [across + 2 * MARGIN, Math.ceil(y + MARGIN)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}"><rect width="${width}" height="${height}" rx="6" fill="white"/>${heading.join("")}${placed.join("")}</svg>`;
}
