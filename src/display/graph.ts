// A cell as a graph in SVG: nodes in a row, edges as curves that do not meet, the parts that the pictures of cells share.
import { fontFamily, textWidth } from "./font";

const WIDTH = 720;
const NODE = 22;
const HEIGHT = 284;
const BASELINE = 165;

const place = (node: number) => 70 + node * 193;

/** How far an edge's curve bends: neighbours are joined straight, longer edges above, the one between the inner and the last node below. */
function bend(from: number, to: number): number {
  if (to - from === 1) return 0;
  if (from > 0) return 150;
  return to - from === 2 ? -120 : -260;
}

/** The curve of an edge, moved sideways by `shift`, from rim to rim, and the point at its middle. */
export function edgeCurve(from: number, to: number, shift = 0): { path: string; x: number; y: number } {
  const height = bend(from, to);
  const [x0, x1] = [place(from), place(to)];
  const middle = (x0 + x1) / 2;
  const angle = Math.atan2(height, middle - x0);
  const [dx, dy] = [Math.cos(angle) * (NODE + 3), Math.sin(angle) * (NODE + 3)];
  const [startY, endY] = [BASELINE + dy + shift, BASELINE + dy + shift];
  const control = BASELINE + height + shift * 2;
  const path = `M${(x0 + dx).toFixed(1)},${startY.toFixed(1)} Q${middle},${control} ${(x1 - dx).toFixed(1)},${endY.toFixed(1)}`;
  return { path, x: middle, y: (startY + 2 * control + endY) / 4 };
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
