// The curves of an architecture's trainings, as NAS-Bench-201's official files have them: accuracy by epoch.
import type { Curve, NasBench201Training, NasBench201Trainings } from "../benchmarks";
import { UserError } from "../errors";
import { dataTitles } from "./accuracies";
import { chart, pageWidth } from "./chart";
import type { Specification } from "./draw";
import { Figure } from "./figure";
import { epochAxis } from "./history";
import { halves } from "./theme";
import { textTable } from "./words";

const titles: Readonly<Record<string, string>> = { ...dataTitles, "cifar10-valid": "CIFAR-10, trained on half" };

/** What is measured, with colour and dash. */
const images = {
  domain: [...halves.domain, "test", "validation and test"],
  range: [...halves.colours, "#0072b2", "#b8860b"],
  dashes: [...halves.dashes, [6, 2], [1, 2]],
};
const curvesOf = ({
  train,
  valid,
  test,
  validAndTest,
}: NasBench201Training): [images: string, curve: Curve | null][] => [
  ["training", train],
  ["validation", valid],
  ["test", test],
  ["validation and test", validAndTest],
];

export interface TrainingRow {
  readonly set: string;
  readonly images: string;
  readonly epoch: number;
  /** In percent, a mean over the seeds. */
  readonly accuracy: number;
  /** Whether it is all that was measured on these images. */
  readonly alone: boolean;
}

/** Epochs of a curve that are drawn at most; the last is always one of them. */
const MOST_EPOCHS = 50;
const stepOf = (epochs: number) => Math.ceil(epochs / MOST_EPOCHS);

/** A row for each set, images and epoch that was measured. */
export function trainingRows(trainings: readonly NasBench201Training[]): TrainingRow[] {
  const sets = [...new Set(Array.from(trainings, ({ set }) => set))];
  return sets.flatMap((set) => {
    const own = trainings.filter((training) => training.set === set);
    const { epochs } = own[0];
    const shown = Array.from({ length: epochs }, (_, k) => k).filter((k) => (epochs - 1 - k) % stepOf(epochs) === 0);
    return images.domain.flatMap((name) => {
      const curves = own.map((training) => curvesOf(training).find(([images]) => images === name)![1]);
      const mean = (k: number) =>
        curves.reduce((sum, curve) => sum + (curve?.accuracy[k] ?? Number.NaN), 0) / curves.length;
      const measured = shown.filter((k) => Number.isFinite(mean(k)));
      return measured.map((k) => ({
        set: titles[set],
        images: name,
        epoch: k + 1,
        accuracy: Number(mean(k).toFixed(3)),
        alone: measured.length === 1,
      }));
    });
  });
}

export function trainingsSpecification(
  rows: readonly TrainingRow[],
  lines: readonly string[],
  page: number = pageWidth,
): Specification {
  const sets = [...new Set(rows.map(({ set }) => set))];
  const columns = page >= 600 ? Math.min(2, sets.length) : 1;
  const x = epochAxis(rows.map(({ epoch }) => epoch));
  const y = {
    field: "accuracy",
    type: "quantitative",
    title: "accuracy (%)",
    scale: { zero: false, nice: false, padding: 8 },
    axis: { tickCount: 6 },
  };
  const there = images.domain.flatMap((name, k) => (rows.some((row) => row.images === name) ? [k] : []));
  const domain = there.map((k) => images.domain[k]);
  const color = {
    field: "images",
    type: "nominal",
    scale: { domain, range: there.map((k) => images.range[k]) },
    legend: { title: null, orient: "top", direction: "horizontal", symbolType: "stroke", symbolSize: 400 },
  };
  const strokeDash = { field: "images", type: "nominal", scale: { domain, range: there.map((k) => images.dashes[k]) } };
  const body = {
    data: { values: rows },
    facet: { field: "set", type: "nominal", sort: sets },
    columns,
    spacing: 24,
    resolve: { scale: { y: "independent" } },
    spec: {
      width: Math.floor((page - 70 * columns - 24 * (columns - 1)) / columns),
      height: 170,
      layer: [
        { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, color, strokeDash } },
        {
          mark: { type: "point", filled: true, size: 50 },
          encoding: { x, y, color, opacity: { condition: { test: "datum.alone", value: 1 }, value: 0 } },
        },
      ],
    },
  };
  return chart("Accuracy while an architecture was trained", lines, body, page);
}

/** The figure of what `benchmark.trainings` gives. @throws UserError where there is none. */
export function trainingsFigure(trainings: NasBench201Trainings): Figure {
  if (trainings.length === 0)
    throw new UserError("trainings: the benchmark has none of this architecture; ask for another data set");
  const rows = trainingRows(trainings);
  const step = stepOf(trainings[0].epochs);
  const lines = [
    String(trainings.architecture),
    `Means over the seeds${step > 1 ? `, of one epoch in ${step}` : ""}; a point where only the last epoch was measured`,
  ];
  const shown = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
  const end = (curve: Curve | null) => shown(curve?.accuracy.at(-1) ?? Number.NaN, 2);
  const table = textTable([
    ["trained on", "seed", "epochs", ...images.domain, "seconds an epoch"],
    ...Array.from(trainings, (training) => [
      titles[training.set],
      String(training.seed),
      String(training.epochs),
      ...curvesOf(training).map(([, curve]) => end(curve)),
      shown(training.train.seconds[0], 1),
    ]),
  ]);
  const words = ["Accuracy while an architecture was trained", ...lines, table].join("\n");
  return new Figure((page) => trainingsSpecification(rows, lines, page), words);
}
