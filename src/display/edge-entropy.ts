// How undecided each edge is, epoch by epoch: the entropy of its operations' mean weights, as a share of that of the uniform.
import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { chart, pageWidth, thin } from "./chart";
import type { Specification } from "./draw";
import { edgeGrid, gradientLegend, sequential } from "./edge-grid";
import type { Place } from "./edge-panels";
import { fullTitle, type Labels } from "./edges";
import { Figure } from "./figure";
import { epochSpans, spanAxis } from "./spans";
import { textTable } from "./words";

export interface EdgeEntropyRow extends Pick<Place, "cell" | "edge"> {
  /** From the end of the epoch before to its own. */
  readonly from: number;
  readonly epoch: number;
  /** Nats. */
  readonly entropy: number;
}

/** Fields of a figure at most. */
const FIELDS = 1400;

/** A row for each edge and epoch; of many, fewer epochs, evenly, the first and the last among them. */
export function edgeEntropyRows(history: readonly EpochRecord[], { edges }: Labels): EdgeEntropyRow[] {
  const epochs = thin(Array.from(history), Math.max(2, Math.floor(FIELDS / edges.length)));
  return epochSpans(epochs).flatMap(({ from, record: { epoch, mean } }) =>
    edges.map(({ cell, title }, e) => ({
      ...(cell && { cell }),
      edge: title,
      from,
      epoch,
      entropy: Number(entropyOf(mean[e]).toFixed(4)),
    })),
  );
}

const entropyOf = (mean: readonly number[]) => mean.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);

export function edgeEntropySpecification(
  rows: readonly EdgeEntropyRow[],
  labels: Labels,
  note: string,
  page: number = pageWidth,
): Specification {
  const most = Math.log(Math.max(...labels.edges.map(({ candidates }) => candidates.length)));
  const panel = (_: number, y: Specification): Specification => ({
    mark: { type: "rect" },
    encoding: {
      ...spanAxis(rows, page),
      y: { ...y, scale: { ...(y.scale as object), paddingInner: 0.12 } },
      color: {
        field: "entropy",
        type: "quantitative",
        scale: { ...sequential, domain: [0, most] },
        legend: gradientLegend("entropy of the mean weights (nats)"),
      },
      tooltip: [
        { field: "edge" },
        { field: "epoch", type: "quantitative" },
        { field: "entropy", type: "quantitative", format: ".4f", title: "entropy (nats)" },
      ],
    },
  });
  const key = "Dark: decided; light: as undecided as the uniform distribution";
  return chart("Entropy of each edge", [key, note], edgeGrid(rows, labels, panel, page), page);
}

/** The figure of a history's entropies by edge; an empty one is a UserError. */
export function edgeEntropyFigure(history: readonly EpochRecord[], labels: Labels, note = ""): Figure {
  if (history.length === 0) throw new UserError("edgeEntropy: no epoch is finished yet; run a stage first");
  const rows = edgeEntropyRows(history, labels);
  const [first, last] = [history[0], history[history.length - 1]];
  const table = textTable([
    ["edge", `after epoch ${first.epoch}`, `after epoch ${last.epoch}`, "uniform"],
    ...labels.edges.map((edge, e) => [
      fullTitle(edge),
      entropyOf(first.mean[e]).toFixed(4),
      entropyOf(last.mean[e]).toFixed(4),
      Math.log(edge.candidates.length).toFixed(4),
    ]),
  ]);
  const words = ["Entropy of each edge's mean weights, nats", note, table].filter(Boolean).join("\n");
  return new Figure((page) => edgeEntropySpecification(rows, labels, note, page), words);
}
