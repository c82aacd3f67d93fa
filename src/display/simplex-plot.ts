// The simplex of three operations as a ternary plot: for plotly.js, and drawn by hand for paper.
import type { CellDistribution } from "../distributions";
import type { EpochRecord } from "../trainer";
import { pageWidth } from "./chart";
import { fullTitle, type Labels } from "./edges";
import { Figure } from "./figure";
import { textWidth } from "./font";
import { card, flow, MARGIN, type Part, paragraph, round, text } from "./graph";
import { CORNERS, choose, partOf, type Shares, type SimplexOptions, type SimplexRows, simplexRows } from "./simplex";
import { accent, grey } from "./theme";
import { percent, textTable } from "./words";

/** From the outermost region to the innermost. */
const fills = ["#c6dbef", "#85b9de", "#3f83bf"] as const;
const dots = "#1d2f45";

/** The three operations' titles, by corner: above, to the left, to the right. */
type Corners = readonly [string, string, string];

const regionTitle = (share: number) => `holds ${100 * share} % of the probability`;

/** Title and room of a figure of plotly.js. @param title its lines. */
export const plotlyFrame = (lines: readonly string[]): object => ({
  title: { text: lines.join("<br>"), font: { size: 14 }, y: 0.98, yanchor: "top" },
  margin: { l: 40, r: 40, t: 50 + 20 * lines.length, b: 70 },
  height: 560,
});

/** `{ data, layout }` of plotly.js. */
export function simplexPlotly(rows: SimplexRows, corners: Corners, title: readonly string[]): object {
  const columns = (points: readonly (Shares | null)[]) => ({
    a: points.map((point) => point?.[0] ?? null),
    b: points.map((point) => point?.[1] ?? null),
    c: points.map((point) => point?.[2] ?? null),
  });
  const hover = `${corners.map((corner, k) => `${corner}: %{${"abc"[k]}:.3f}`).join("<br>")}`;
  const axis = (corner: string) => ({
    title: { text: corner },
    min: 0,
    tickvals: [0.2, 0.4, 0.6, 0.8],
    tickformat: ".1f",
  });
  return {
    data: [
      ...rows.regions.map(({ share, outlines }, k) => ({
        type: "scatterternary",
        mode: "lines",
        name: regionTitle(share),
        fill: "toself",
        fillcolor: fills[k],
        line: { width: 0.5, color: fills[k] },
        hoverinfo: "skip",
        ...columns(outlines.flatMap((outline) => [...outline, outline[0], null])),
      })),
      {
        type: "scatterternary",
        mode: "markers",
        name: "draws",
        marker: { size: 4.5, color: dots, opacity: 0.7, line: { width: 0.8, color: "white" } },
        hovertemplate: `${hover}<extra>draw</extra>`,
        ...columns(rows.samples),
      },
      {
        type: "scatterternary",
        mode: "lines+markers",
        name: "mean, by epoch",
        line: { color: accent, width: 2 },
        marker: { size: rows.path.map((_, k) => (k === rows.path.length - 1 ? 10 : 4)), color: accent },
        text: rows.path.map(({ epoch }) => `epoch ${epoch}`),
        hovertemplate: `%{text}<br>${hover}<extra>mean</extra>`,
        ...columns(rows.path.map(({ mean }) => mean)),
      },
    ],
    layout: {
      ...plotlyFrame(title),
      ternary: { sum: 1, aaxis: axis(corners[0]), baxis: axis(corners[1]), caxis: axis(corners[2]) },
      legend: { orientation: "h", x: 0.5, xanchor: "center", y: -0.12 },
    },
  };
}

/** The same as an SVG document. @param lines beneath the title. */
export function simplexSvg(
  rows: SimplexRows,
  corners: Corners,
  title: string,
  lines: readonly string[],
  page: number = pageWidth,
): string {
  const across = page - 2 * MARGIN;
  const key = keyPart(rows);
  const beside = page >= 600;
  const side = Math.min(420, beside ? across - key.width - 130 : across - 110);
  const picture = trianglePart(rows, corners, side);
  const body = beside ? flow([picture, key], { column: 24, row: 0 }, across) : picture;
  return card(title, [paragraph(lines, 11, across), body, ...(beside ? [] : [key])], across);
}

/** Where the shares of a point lie in the picture. */
type Place = (shares: Shares) => [x: number, y: number];

function trianglePart(rows: SimplexRows, corners: Corners, side: number): Part {
  const height = (side * Math.sqrt(3)) / 2;
  const left = Math.max(58, textWidth(corners[1], 11, true) / 2 + 4);
  const top = 28;
  const place: Place = ([, b, c]) => [left + side * (0.5 - 0.5 * b + 0.5 * c), top + height * (b + c)];
  const titles = CORNERS.map((corner, k) => {
    const [x, y] = place(corner);
    return text(corners[k], x, k === 0 ? y - 10 : y + 30, { anchor: "middle", bold: true });
  });
  return {
    width: left + side + Math.max(40, textWidth(corners[2], 11, true) / 2 + 4),
    height: top + height + 36,
    svg: [regionMarks(rows, place), axisMarks(place), drawMarks(rows, place), pathMarks(rows, place), ...titles].join(
      "",
    ),
  };
}

const line = (points: readonly Shares[], place: Place) =>
  `M${points
    .map((point) =>
      place(point)
        .map((at) => round(at))
        .join(","),
    )
    .join("L")}`;

const regionMarks = ({ regions }: SimplexRows, place: Place) =>
  regions
    .map(({ outlines }, k) => {
      const outline = outlines.map((points) => `${line(points, place)}Z`).join("");
      return `<path d="${outline}" fill="${fills[k]}" stroke="${fills[k]}" stroke-width="0.5"/>`;
    })
    .join("");

/** The rim; lines of equal weight, each with its number at the side where the weight rises towards its corner. */
function axisMarks(place: Place): string {
  const style = { size: 10, colour: "#444444" };
  const marks = [0.2, 0.4, 0.6, 0.8].flatMap((t) => {
    const rest = 1 - t;
    const lines: [Shares, Shares][] = [
      [
        [t, 0, rest],
        [t, rest, 0],
      ],
      [
        [rest, t, 0],
        [0, t, rest],
      ],
      [
        [0, rest, t],
        [rest, 0, t],
      ],
    ];
    const [[ax, ay], [bx, by], [cx, cy]] = lines.map(([from]) => place(from));
    return [
      ...lines.map((ends) => `<path d="${line(ends, place)}" stroke="${grey}" stroke-opacity="0.35" fill="none"/>`),
      text(t.toFixed(1), ax + 6, ay + 3, style),
      text(t.toFixed(1), bx - 6, by + 3, { ...style, anchor: "end" }),
      text(t.toFixed(1), cx, cy + 14, { ...style, anchor: "middle" }),
    ];
  });
  return `${marks.join("")}<path d="${line(CORNERS, place)}Z" fill="none" stroke="#333333"/>`;
}

const drawMarks = ({ samples }: SimplexRows, place: Place) =>
  samples
    .map((sample) => {
      const [x, y] = place(sample).map((at) => round(at));
      return `<circle cx="${x}" cy="${y}" r="1.6" fill="${dots}" fill-opacity="0.55"/>`;
    })
    .join("");

/** From the hollow dot to the full one. */
function pathMarks({ path }: SimplexRows, place: Place): string {
  if (path.length === 0) return "";
  const means = path.map(({ mean }) => mean);
  const [[x1, y1], [x2, y2]] = [means[0], means[means.length - 1]].map((mean) => place(mean).map((at) => round(at)));
  return `<path d="${line(means, place)}" fill="none" stroke="${accent}" stroke-width="2" stroke-linejoin="round"/><circle cx="${x1}" cy="${y1}" r="4" fill="white" stroke="${accent}" stroke-width="2"/><circle cx="${x2}" cy="${y2}" r="4.5" fill="${accent}" stroke="white"/>`;
}

/** What the marks are. */
function keyPart({ regions, path }: SimplexRows): Part {
  const entries: [string, string][] = [
    ...regions.map(
      ({ share }, k) =>
        [regionTitle(share), `<rect x="0" y="2" width="20" height="9" fill="${fills[k]}"/>`] as [string, string],
    ),
    ["draws", `<circle cx="10" cy="7" r="2" fill="${dots}"/>`],
    ...(path.length > 0
      ? [
          [
            `mean, epochs ${path[0].epoch} to ${path[path.length - 1].epoch}`,
            `<path d="M0,7H20" stroke="${accent}" stroke-width="2"/><circle cx="2" cy="7" r="3" fill="white" stroke="${accent}" stroke-width="2"/><circle cx="18" cy="7" r="3.5" fill="${accent}"/>`,
          ] as [string, string],
        ]
      : []),
  ];
  return {
    width: 28 + Math.max(...entries.map(([words]) => textWidth(words, 11))),
    height: 18 * entries.length,
    svg: entries
      .map(([words, mark], k) => `<g transform="translate(0,${18 * k})">${mark}${text(words, 28, 11)}</g>`)
      .join(""),
  };
}

/** The figure of an edge's three operations. @param history for the path of their mean. */
export function simplexFigure(
  distribution: CellDistribution,
  history: readonly EpochRecord[],
  labels: Labels,
  options: SimplexOptions = {},
  note = "",
): Figure {
  const choice = choose("simplex", options, distribution, labels);
  const { edge, looks } = choice;
  const part = partOf(distribution.rows[edge], distribution.kept[edge], choice)!;
  const rows = simplexRows(part, history, choice);
  const corners = looks.map(({ title }) => title) as unknown as Corners;
  const others = distribution.kept[edge].length - 3;
  const title = `Weights of three operations on edge ${fullTitle(labels.edges[edge])}`;
  const lines = [
    others > 0
      ? "Each divided by the sum of the three, whatever the other operations weigh"
      : "Weights as they are: the edge has these three",
    note,
  ].filter(Boolean);
  const leads = (k: number) =>
    rows.samples.filter((sample) => sample[k] === Math.max(...sample)).length / rows.samples.length;
  const table = textTable([
    ["operation", "mean share", "leads in draws"],
    ...corners.map((corner, k) => [corner, part.mean[k].toFixed(3), percent(leads(k), 0)]),
  ]);
  return new Figure(
    (page) => simplexSvg(rows, corners, title, lines, page),
    [title, ...lines, table].join("\n"),
    simplexPlotly(rows, corners, [title, ...lines]),
  );
}
