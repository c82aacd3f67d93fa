// The density of three operations' weights as a surface over their triangle: for plotly.js, and drawn by hand for paper.
import type { CellDistribution } from "../distributions";
import { pageWidth } from "./chart";
import { fullTitle, type Labels } from "./edges";
import { Figure } from "./figure";
import { textWidth } from "./font";
import { card, MARGIN, type Part, paragraph, round, text } from "./graph";
import {
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
const cornerShares: readonly Shares[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

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
        x: cornerShares.map((corner) => 0.5 + 1.15 * (plane(corner)[0] - 0.5)),
        y: cornerShares.map((corner) => Math.sqrt(3) / 6 + 1.15 * (plane(corner)[1] - Math.sqrt(3) / 6)),
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

/** Degrees by which the triangle is turned, and seen from above. */
const TURN = 12;
const TILT = 32;

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
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [cosTurn, sinTurn] = [Math.cos(radians(TURN)), Math.sin(radians(TURN))];
  const [cosTilt, sinTilt] = [Math.cos(radians(TILT)), Math.sin(radians(TILT))];
  const highest = Math.max(...values);
  const rise = 0.62;
  /** To the right, up, and away from the eye. */
  const seen = (shares: Shares, value: number): [number, number, number] => {
    const [px, py] = plane(shares);
    const [x, y] = [px - 0.5, py - Math.sqrt(3) / 6];
    const [right, away] = [cosTurn * x - sinTurn * y, sinTurn * x + cosTurn * y];
    return [right, sinTilt * away + (cosTilt * rise * value) / highest, cosTilt * away];
  };
  const scale = width / 1.3;
  const base = cornerShares.map((corner) => seen(corner, 0));
  const placed = points.map((point, k) => seen(point, values[k]));
  const lefts = [...base, ...placed].map(([x]) => x);
  const ups = [...base, ...placed].map(([, up]) => up);
  const left = Math.min(...lefts) * scale - Math.max(50, textWidth(corners[1], 11, true) / 2);
  const top = Math.max(...ups) * scale + 12;
  const at = ([x, up]: readonly number[]) => [round(scale * x - left), round(top - scale * up)] as const;
  const faces = triangles
    .map((triangle) => ({
      away: triangle.reduce((sum, k) => sum + placed[k][2], 0),
      height: triangle.reduce((sum, k) => sum + values[k], 0) / 3 / highest,
      corners: triangle.map((k) => at(placed[k]).join(",")),
    }))
    .sort((a, b) => b.away - a.away) // the far ones first
    .map(({ height, corners }) => {
      const colour = viridisAt(height);
      return `<path d="M${corners.join("L")}Z" fill="${colour}" stroke="${colour}" stroke-width="0.4"/>`;
    });
  const floor = `<path d="M${base.map((point) => at(point).join(",")).join("L")}Z" fill="#f2f2f2" stroke="#555555"/>`;
  const [far, near1, near2] = base.map(at);
  const bottom = Math.max(near1[1], near2[1]);
  // The far corner may lie behind the surface.
  const plate = `<rect x="${far[0] + 9}" y="${far[1] - 18}" width="${round(textWidth(corners[0], 11, true) + 6)}" height="16" rx="3" fill="white" fill-opacity="0.8"/>`;
  const names = [
    text(corners[0], far[0] + 12, far[1] - 6, { bold: true }),
    text(corners[1], near1[0], near1[1] + 18, { anchor: "middle", bold: true }),
    text(corners[2], near2[0], near2[1] + 18, { anchor: "middle", bold: true }),
  ];
  const [bar, high] = [scale * 1.05 - left + 10, 140];
  const steps = Array.from({ length: 28 }, (_, k) => {
    const y = 30 + high - ((k + 1) * high) / 28;
    return `<rect x="${round(bar)}" y="${round(y)}" width="12" height="${round(high / 28 + 0.4)}" fill="${viridisAt((k + 0.5) / 28)}"/>`;
  });
  const key = [
    text("density", bar, 18),
    ...steps,
    text(highest.toPrecision(3), bar + 18, 36, { size: 10 }),
    text("0", bar + 18, 30 + high, { size: 10 }),
  ];
  return {
    width: bar + 60,
    height: Math.max(bottom + 26, 30 + high + 10),
    svg: [floor, ...faces, plate, ...names, ...key].join(""),
  };
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
