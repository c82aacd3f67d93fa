// The density of three operations' weights as a surface over their triangle: for plotly.js, and drawn by hand for paper.
import type { CellDistribution } from "../distributions";
import { pageWidth } from "./chart";
import { fullTitle, type Labels } from "./edges";
import { Figure } from "./figure";
import { textWidth } from "./font";
import { card, MARGIN, type Part, paragraph, round, text } from "./graph";
import {
  CORNERS,
  choose,
  type Lattice,
  latticeOf,
  partOf,
  type Shares,
  type SimplexOptions,
  type SubComposition,
} from "./simplex";
import { plotlyFrame } from "./simplex-plot";
import { textTable } from "./words";

/** Parts of the triangle's side. */
const SIDE = 30;
/** So near to the triangle's rim the surface ends: densities may be infinite there. */
const RIM = 0.02;

/** The density at the points of a lattice that keeps away from the rim. */
export function surfaceRows(part: SubComposition): Lattice {
  const inner = (shares: Shares) => shares.map((share) => (1 - 3 * RIM) * share + RIM) as unknown as Shares;
  const { points, triangles } = latticeOf(SIDE, () => 0);
  const places = points.map(inner);
  return {
    points: places,
    values: places.map((point) => Number(Math.exp(part.logDensity(point)).toPrecision(4))),
    triangles,
  };
}

/** In the plane: the first operation's corner far away, the others left and right in front. */
const plane = ([, b, c]: Shares): [number, number] => [0.5 + 0.5 * (c - b), (Math.sqrt(3) / 2) * (1 - b - c)];

type Corners = readonly string[];

/** `{ data, layout }` of plotly.js. */
export function surfacePlotly(
  { points, values, triangles }: Lattice,
  corners: Corners,
  title: readonly string[],
): object {
  const places = points.map(plane);
  const short = (value: number) => Number(value.toFixed(4));
  const hidden = { title: { text: "" }, showticklabels: false, showgrid: false, zeroline: false, showspikes: false };
  return {
    data: [
      {
        type: "mesh3d",
        x: places.map(([x]) => short(x)),
        y: places.map(([, y]) => short(y)),
        z: values,
        i: triangles.map(([i]) => i),
        j: triangles.map(([, j]) => j),
        k: triangles.map(([, , k]) => k),
        intensity: values,
        colorscale: "Viridis",
        colorbar: { title: { text: "density" } },
        text: points.map((point) => corners.map((corner, k) => `${corner}: ${point[k].toFixed(3)}`).join("<br>")),
        hovertemplate: "%{text}<br>density: %{z:.3g}<extra></extra>",
      },
      {
        type: "scatter3d",
        mode: "text",
        text: corners,
        // A little outside the corners.
        x: CORNERS.map((corner) => 0.5 + 1.15 * (plane(corner)[0] - 0.5)),
        y: CORNERS.map((corner) => Math.sqrt(3) / 6 + 1.15 * (plane(corner)[1] - Math.sqrt(3) / 6)),
        z: [0, 0, 0],
        hoverinfo: "skip",
      },
    ],
    layout: {
      ...plotlyFrame(title),
      scene: {
        xaxis: hidden,
        yaxis: hidden,
        zaxis: { title: { text: "density" } },
        aspectratio: { x: 1, y: 0.87, z: 0.7 },
        camera: { eye: { x: 0.3, y: -1.1, z: 1.15 }, center: { x: 0, y: 0, z: -0.15 } },
      },
    },
  };
}

/** Viridis (Smith & van der Walt, 2015) by nine of its colours. */
const viridis = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];

/** @param at 0 … 1. */
export function viridisAt(at: number): string {
  const place = Math.min(Math.max(at, 0), 1) * (viridis.length - 1);
  const k = Math.min(Math.floor(place), viridis.length - 2);
  const channel = (colour: string, c: number) => Number.parseInt(colour.slice(1 + 2 * c, 3 + 2 * c), 16);
  const mixed = [0, 1, 2].map((c) => {
    const [low, high] = [channel(viridis[k], c), channel(viridis[k + 1], c)];
    return Math.round(low + (place - k) * (high - low));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;
/** By so much the triangle is turned, and seen from above. */
const [TURN, TILT] = [radians(12), radians(32)];
/** How high the highest density stands, in sides of the triangle. */
const RISE = 0.62;

/** To the right, up, and away from the eye. @param height 0 … 1 */
function seen(shares: Shares, height: number): [right: number, up: number, away: number] {
  const [px, py] = plane(shares);
  const [x, y] = [px - 0.5, py - Math.sqrt(3) / 6];
  const right = Math.cos(TURN) * x - Math.sin(TURN) * y;
  const away = Math.sin(TURN) * x + Math.cos(TURN) * y;
  return [right, Math.sin(TILT) * away + Math.cos(TILT) * RISE * height, Math.cos(TILT) * away];
}

/** The same as an SVG document. */
export function surfaceSvg(
  rows: Lattice,
  corners: Corners,
  title: string,
  lines: readonly string[],
  page: number = pageWidth,
): string {
  const across = page - 2 * MARGIN;
  return card(title, [paragraph(lines, 11, across), surfacePart(rows, corners, Math.min(520, across - 60))], across);
}

function surfacePart({ points, values, triangles }: Lattice, corners: Corners, width: number): Part {
  const highest = Math.max(...values);
  const base = CORNERS.map((corner) => seen(corner, 0));
  const placed = points.map((point, k) => seen(point, values[k] / highest));
  const all = [...base, ...placed];
  const scale = width / 1.3;
  const left = scale * Math.min(...all.map(([right]) => right)) - Math.max(50, textWidth(corners[1], 11, true) / 2);
  const top = scale * Math.max(...all.map(([, up]) => up)) + 12;
  const at = ([right, up]: readonly number[]) => [round(scale * right - left), round(top - scale * up)] as const;
  const outline = (places: readonly (readonly number[])[]) =>
    `M${places.map((place) => at(place).join(",")).join("L")}Z`;
  const faces = triangles
    .toSorted((a, b) => awayOf(b, placed) - awayOf(a, placed)) // the far ones first
    .map((triangle) => {
      const colour = viridisAt(triangle.reduce((sum, k) => sum + values[k], 0) / (3 * highest));
      return `<path d="${outline(triangle.map((k) => placed[k]))}" fill="${colour}" stroke="${colour}" stroke-width="0.4"/>`;
    });
  const [far, near1, near2] = base.map(at);
  const names = [
    // The far corner may lie behind the surface.
    `<rect x="${far[0] + 9}" y="${far[1] - 18}" width="${round(textWidth(corners[0], 11, true) + 6)}" height="16" rx="3" fill="white" fill-opacity="0.8"/>`,
    text(corners[0], far[0] + 12, far[1] - 6, { bold: true }),
    text(corners[1], near1[0], near1[1] + 18, { anchor: "middle", bold: true }),
    text(corners[2], near2[0], near2[1] + 18, { anchor: "middle", bold: true }),
  ];
  const key = scale * 1.05 - left + 10;
  return {
    width: key + 60,
    height: Math.max(near1[1], near2[1], KEY + 14) + 26,
    svg: [
      `<path d="${outline(base)}" fill="#f2f2f2" stroke="#555555"/>`,
      ...faces,
      ...names,
      `<g transform="translate(${round(key)},18)">${colourKey(highest)}</g>`,
    ].join(""),
  };
}

const awayOf = (triangle: readonly number[], placed: readonly (readonly number[])[]) =>
  triangle.reduce((sum, k) => sum + placed[k][2], 0);

/** Pixels of the colours' bar. */
const KEY = 140;

function colourKey(highest: number): string {
  const steps = Array.from({ length: 28 }, (_, k) => {
    const y = 12 + KEY - ((k + 1) * KEY) / 28;
    return `<rect x="0" y="${round(y)}" width="12" height="${round(KEY / 28 + 0.4)}" fill="${viridisAt((k + 0.5) / 28)}"/>`;
  });
  const numbers = [text(highest.toPrecision(3), 18, 18, { size: 10 }), text("0", 18, 12 + KEY, { size: 10 })];
  return [text("density", 0, 0), ...steps, ...numbers].join("");
}

/** The figure of an edge's three operations. */
export function surfaceFigure(
  distribution: CellDistribution,
  labels: Labels,
  options: SimplexOptions = {},
  note = "",
): Figure {
  const choice = choose("surface", options, distribution, labels);
  const { edge, looks } = choice;
  const part = partOf(distribution.rows[edge], distribution.kept[edge], choice)!;
  const rows = surfaceRows(part);
  const corners = looks.map(({ title }) => title);
  const title = `Density of three operations' weights on edge ${fullTitle(labels.edges[edge])}`;
  const lines = [`Shares of the three operations; the surface ends where one of them is ${RIM}`, note].filter(Boolean);
  const highest = rows.points[rows.values.indexOf(Math.max(...rows.values))];
  const table = textTable([
    ["operation", "mean share", "share where the density is highest"],
    ...corners.map((corner, k) => [corner, part.mean[k].toFixed(3), highest[k].toFixed(3)]),
  ]);
  return new Figure(
    (page) => surfaceSvg(rows, corners, title, lines, page),
    [title, ...lines, table].join("\n"),
    surfacePlotly(rows, corners, [title, ...lines]),
  );
}
