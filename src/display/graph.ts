// A cell as a graph in SVG: nodes in a row, edges as curves that do not meet, the parts that the pictures of cells share.
import { fontFamily, textWidth } from "./font";

const WIDTH = 720;
const NODE = 22;
const HEIGHT = 284;
const BASELINE = 165;
/** Distances between the curves of a bundle, at the nodes and between them. */
const [RIM_LANE, LANE] = [2.6, 5.5];

const place = (node: number) => 70 + node * 193;

/**
 * The angle at which an edge leaves its node (degrees above the row) and the length of its handles: neighbours are joined
 * straight, longer edges above, the one between the inner and the last node below.
 */
function bend(from: number, to: number): { degrees: number; handle: number } {
  if (to - from === 1) return { degrees: 0, handle: 40 };
  if (from > 0) return { degrees: -40, handle: 139 };
  return to - from === 2 ? { degrees: 30, handle: 142 } : { degrees: 62, handle: 175 };
}

/**
 * The curve of an edge from rim to rim, and the point at its middle: one of a bundle where `lane` is not 0, so many
 * lanes towards the lower side, closer together at the nodes than between them.
 */
export function edgeCurve(from: number, to: number, lane = 0): { path: string; x: number; y: number } {
  const { degrees, handle } = bend(from, to);
  const [x0, x1] = [place(from), place(to)];
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [dx, y] = [cos * (NODE + 3) + sin * RIM_LANE * lane, BASELINE - sin * (NODE + 3) + cos * RIM_LANE * lane];
  const [cx, cy] = [cos * (NODE + 3 + handle) + sin * LANE * lane, BASELINE - sin * (NODE + 3 + handle) + LANE * lane];
  const points = [x0 + dx, y, x0 + cx, cy, x1 - cx, cy, x1 - dx, y].map((value) => value.toFixed(1));
  const path = `M${points.slice(0, 2)} C${points.slice(2).join(" ")}`;
  return { path, x: (x0 + x1) / 2, y: (y + 3 * cy) / 4 };
}

/** The nodes, the first and the last named as the cell's input and output. */
export function nodeCircles(nodes: number): string {
  return Array.from({ length: nodes }, (_, node) => {
    const name = node === 0 ? "input" : node === nodes - 1 ? "output" : "";
    const circle = `<circle cx="${place(node)}" cy="${BASELINE}" r="${NODE}" fill="#f2f2f2" stroke="#333333" stroke-width="1.5"/>`;
    const label = text(String(node), place(node), BASELINE + 5, { size: 14, anchor: "middle", bold: true });
    return circle + label + (name && text(name, place(node), BASELINE + NODE + 16, { size: 11, anchor: "middle" }));
  }).join("");
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
  { size = 11, anchor = "start", bold = false, colour = "#1a1a1a" }: TextStyle = {},
): string {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${colour}"${bold ? ' font-weight="bold"' : ""}>${safe}</text>`;
}

/** A text on a white plate, so that it can lie on a curve. */
export function plate(words: string, x: number, y: number, colour: string): string {
  const width = textWidth(words, 11, true) + 12;
  return `<rect x="${(x - width / 2).toFixed(1)}" y="${(y - 9).toFixed(1)}" width="${width.toFixed(1)}" height="18" rx="4" fill="white" stroke="${colour}"/>${text(words, x, y + 4, { anchor: "middle", bold: true, colour })}`;
}

/** A whole picture on a white card, as JupyterLab's dark theme does not recolour SVG: title, cell, and what stands below it. */
export function card(title: string, cell: string, below: string, belowHeight: number): string {
  const height = 34 + HEIGHT + belowHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${fontFamily.replaceAll('"', "'")}"><rect width="${WIDTH}" height="${height}" rx="6" fill="white"/>${text(title, 12, 24, { size: 14, bold: true })}<g transform="translate(0,34)">${cell}</g><g transform="translate(12,${34 + HEIGHT})">${below}</g></svg>`;
}
