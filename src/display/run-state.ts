// A run's live state as JupyterLab's plugin draws it: numbers without a picture.
import type { Edge, Line, RunState } from "../plugin";
import type { SearchRun } from "../trainer";
import { thin } from "./chart";
import type { Picture } from "./distribution";
import { type Labels, labelsOf } from "./edges";
import { entropyRows, uniformEntropy, uniformLabel } from "./entropy";
import { scaleNote } from "./scale";
import { weightsOf } from "./searches";
import { halves, neutral } from "./theme";

/** Points of a curve: as many as a panel's width tells apart. */
const POINTS = 150;

/** How the plugin's marks are to be read where it draws intervals. */
const INTERVAL_KEY = "● mean\u2003─ 90 % equal-tailed interval";

/** @param name the run's, see `nameOf`. @param picture the weights' intervals, which may be of some steps before. */
export function runState(
  name: string,
  run: SearchRun,
  headline: string,
  { key, rows }: Pick<Picture, "key" | "rows">,
): RunState {
  const { distribution, method, progress, space, steps } = run;
  const labels = labelsOf(space);
  const { operations, edges } = weightsOf(distribution, labels);
  const placed = rowsByPlace(rows, labels);
  const interval = (edge: number, operation: number): Edge["interval"][number] => {
    const row = placed.get(`${edge} ${operation}`);
    return row && "low90" in row ? [row.low90, row.high90] : null;
  };
  const highest = uniformEntropy(labels);
  const entropies = thin(entropyRows(steps), POINTS).map(({ step, entropy }) => [step, round(entropy)] as const);
  return {
    run: name,
    title: `${method.title} on ${space.title}`,
    notes: [scaleNote(run), rows.some((row) => "low90" in row) ? INTERVAL_KEY : key].filter(Boolean),
    headline,
    share: progress ? progress.step / progress.steps : 1,
    operations,
    edges: edges.map((edge, e) => ({ ...edge, interval: operations.map((_, o) => interval(e, o)) })),
    steps: steps.length,
    charts: [
      { title: "cross-entropy (nats)", unit: "number", lines: scores(run, "loss") },
      { title: "accuracy", unit: "percent", lines: scores(run, "accuracy") },
      {
        title: "mean entropy (nats)",
        unit: "number",
        lines: [{ title: "entropy", colour: neutral, style: "solid", points: entropies }],
        mark: { value: highest, title: uniformLabel(labels) },
      },
    ],
    architecture: run.architecture.toString(),
  };
}

/** The rows of a picture, which has one for each candidate of an edge, by edge and operation; none where it draws no rows. */
const rowsByPlace = (rows: Picture["rows"], { edges }: Labels) => {
  const places = edges.flatMap(({ candidates }, e) => candidates.map((o) => `${e} ${o}`));
  return new Map(rows.map((row, k) => [places[k], row]));
};

/** A score by step, faintly, and its means by epoch on the images that train the weights and on those held out. */
function scores({ history, steps }: SearchRun, score: "loss" | "accuracy"): Line[] {
  const byStep = thin(steps, POINTS).map(
    (s) => [s.step, round(score === "loss" ? s.trainLoss : s.trainAccuracy)] as const,
  );
  const lastStep = (epoch: number) => steps.findLastIndex((step) => step.epoch === epoch) + 1;
  const byEpoch = (half: "train" | "valid") =>
    Array.from(history, (epoch) => [lastStep(epoch.epoch), round(epoch[half][score])] as const);
  const [training, validation] = halves.domain;
  return [
    { title: "training, by step", colour: halves.colours[0], style: "faint", points: byStep },
    { title: training, colour: halves.colours[0], style: "dashed", points: byEpoch("train") },
    { title: validation, colour: halves.colours[1], style: "solid", points: byEpoch("valid") },
  ];
}

const round = (value: number) => Number(value.toPrecision(5));
