// The live display of a search: one display in the cell that runs a stage, updated in place, a static figure at its end.

import type { CellDistribution } from "../distributions";
import { notebook } from "../notebook";
import { RUN_STATE } from "../plugin";
import type { SearchRun } from "../trainer";
import { DISPLAY, type MimeBundle, VEGA_LITE } from "./bundle";
import { chart, thin } from "./chart";
import { type Picture, pictureOf } from "./distribution";
import type { Specification } from "./draw";
import { type Labels, labelsOf } from "./edges";
import { entropyPanel, entropyRows } from "./entropy";
import { Figure } from "./figure";
import { halfEncoding } from "./history";
import { PAUSE } from "./pause";
import { ending, headline } from "./progress";
import { runState } from "./run-state";
import { scaleNote } from "./scale";
import { hasPanel, listSearch, nameOf } from "./searches";
import { sharePanels, sharesKey } from "./shares";
import { grey, halves, neutral } from "./theme";
import { percent } from "./words";

/** Where JupyterLab's plugin draws the state itself, without Vega: 10 a second. */
const PAUSE_OF_PLUGIN = 100;

let displays = 0;

/**
 * Shows each stage of a run in the cell that starts it, while it runs, and lists the run in the plugin's panel. Does nothing outside a notebook.
 * @param now a clock in milliseconds.
 * @returns a function that takes the display's listeners off the run.
 */
export function liveDisplay(run: SearchRun, now: () => number = () => performance.now()): () => void {
  let id = "";
  let updated = 0;
  let drawing: Drawing | null = null;
  const show = (bundle: MimeBundle, update: boolean) => {
    updated = now();
    notebook()?.display(bundle, { id, update });
  };
  const frame = () => {
    const words = headline(run);
    if (!drawing || now() - drawing.at >= PAUSE) drawing = drawingOf(run, words, now());
    return bundleOf(run, words, drawing);
  };
  const refresh = () => {
    if (notebook() && id && now() - updated >= (hasPanel() ? PAUSE_OF_PLUGIN : PAUSE)) show(frame(), true);
  };
  const remove = [
    listSearch(run, now),
    run.on("stage", () => {
      id = `naslab-live-${process.pid}-${++displays}`;
      drawing = null;
      if (notebook()) show(frame(), false);
    }),
    ...(["pause", "notice"] as const).map((event) =>
      run.on(event, () => {
        if (notebook() && id && run.progress) show(frame(), true);
      }),
    ),
    run.on("step", refresh),
    run.on("epoch", refresh),
    run.on("end", (end) => {
      if (notebook() && id && run.steps.length > 0) {
        const words = ending(run, end);
        const last = drawingOf(run, words, now());
        const figure = new Figure(last.specification, liveText(run, words));
        show({ ...bundleOf(run, words, last), ...figure[DISPLAY]() }, true);
      }
      id = "";
    }),
  ];
  return () => {
    for (const off of remove) off();
  };
}

/** What takes longer to compute than a step may wait for ten times a second: the intervals, and their chart. */
interface Drawing {
  readonly at: number;
  readonly picture: LivePicture;
  readonly specification: Specification;
}

function drawingOf(run: SearchRun, headline: string, at: number): Drawing {
  const picture = pictureInUpdate(run.distribution, labelsOf(run.space));
  return { at, picture, specification: liveSpecification(run, headline, picture) };
}

/** One update: the state as it is now and Vega-Lite of at most half a second ago, without pictures, which take longer to draw than a step. */
const bundleOf = (run: SearchRun, headline: string, { picture, specification }: Drawing): MimeBundle => ({
  [RUN_STATE]: runState(nameOf(run), run, headline, picture),
  [VEGA_LITE]: specification,
  "text/plain": liveText(run, headline),
});

/** The whole display as one specification, of the same size from the first update to the last. */
export function liveSpecification(
  run: SearchRun,
  headline: string,
  picture: LivePicture = pictureInUpdate(run.distribution, labelsOf(run.space)),
): Specification {
  const { distribution, progress, steps } = run;
  const entropy = steps.at(-1)?.entropy ?? distribution.entropy();
  const points = steps.length > 0 ? entropyRows(steps) : [{ step: 0, entropy }];
  const size = { width: 148, height: 130 };
  const last = Math.max(steps.length, 2);
  const x = {
    title: "step",
    scale: { domain: [0, last], nice: false },
    axis: { grid: false, tickCount: 4, format: ",d" },
  };
  const valid = run.history.at(-1)?.valid.accuracy;
  const state = `${headline} · entropy ${entropy.toFixed(3)}${valid === undefined ? "" : ` · validation accuracy ${percent(valid)}`}`;
  const labels = labelsOf(run.space);
  return chart(`${run.method.title} on ${run.space.title}`, [scaleNote(run), picture.key], {
    vconcat: [
      progressBar(state, progress ? progress.step / progress.steps : 1),
      picture.panels(),
      {
        hconcat: [
          { ...size, ...curves(run, "loss", x) },
          { ...size, ...curves(run, "accuracy", x) },
          { ...size, ...entropyPanel(points, labels, x) },
        ],
        spacing: 24,
      },
    ],
    spacing: 18,
    align: "none",
    resolve: { scale: { color: "independent", strokeDash: "independent", x: "independent", y: "independent" } },
  });
}

/** More edges than this are drawn as a bar each, so that the display fits a screen and an update 100 kB. */
const PANELS = 9;

type LivePicture = Pick<Picture, "key" | "panels" | "rows">;

const pictureInUpdate = (distribution: CellDistribution, labels: Labels): LivePicture =>
  labels.edges.length <= PANELS
    ? pictureOf(distribution, labels, 4)
    : { key: sharesKey, panels: () => sharePanels(distribution, labels), rows: [] };

/** A bar that is filled so far, with words above it. */
export function progressBar(label: string, share: number): Specification {
  const bar = (to: number, color: string, opacity: number) => ({
    mark: { type: "bar", height: 7, color, opacity, cornerRadius: 3 },
    encoding: {
      x: { datum: 0, type: "quantitative", scale: { domain: [0, 1], nice: false }, axis: null },
      x2: { datum: to },
    },
  });
  return {
    width: 598, // as wide as the panels beneath
    height: 26,
    data: { values: [{}] },
    layer: [
      bar(1, grey, 0.25),
      bar(share, neutral, 1),
      {
        mark: {
          type: "text",
          style: "guide-label",
          color: grey, // Vega-Lite would make it black, on dark too
          fontSize: 11,
          align: "left",
          baseline: "bottom",
          x: 0,
          y: 8,
          text: label,
        },
      },
    ],
  };
}

/** A score by step: each training step faintly, the epochs' means over training and validation images as lines. */
function curves({ steps, history }: SearchRun, score: "loss" | "accuracy", x: Specification): Specification {
  const byStep = thin(steps, 200).map((s) => ({
    step: s.step,
    value: score === "loss" ? s.trainLoss : s.trainAccuracy,
  }));
  const lastStep = (epoch: number) => steps.findLastIndex((step) => step.epoch === epoch) + 1;
  const byEpoch = Array.from(history).flatMap(({ epoch, train, valid }) => [
    { step: lastStep(epoch), images: halves.domain[0], value: train[score] },
    { step: lastStep(epoch), images: halves.domain[1], value: valid[score] },
  ]);
  const values = [...byStep, ...byEpoch].map(({ value }) => value);
  const y = {
    field: "value",
    type: "quantitative",
    title: score === "loss" ? "cross-entropy (nats)" : "accuracy",
    scale: { domain: values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1] },
    axis: { tickCount: 5, format: score === "loss" ? "~g" : "~%" },
  };
  return {
    encoding: { x: { field: "step", type: "quantitative", ...x }, y },
    layer: [
      {
        data: { values: byStep },
        mark: { type: "line", color: halves.colours[0], opacity: 0.3, strokeWidth: 1 },
      },
      { data: { values: byEpoch }, mark: { type: "line", strokeWidth: 2 }, encoding: halfEncoding },
      {
        data: { values: byEpoch },
        mark: { type: "point", filled: true, size: 24, opacity: 1 },
        encoding: { color: halfEncoding.color },
      },
    ],
  };
}

function liveText({ distribution, steps, history }: SearchRun, headline: string): string {
  const last = history.at(-1);
  return [
    headline,
    `entropy ${(steps.at(-1)?.entropy ?? distribution.entropy()).toFixed(4)} nats`,
    ...(last
      ? [
          `epoch ${last.epoch}: training loss ${last.train.loss.toFixed(4)}, accuracy ${percent(last.train.accuracy)}; validation loss ${last.valid.loss.toFixed(4)}, accuracy ${percent(last.valid.accuracy)}`,
        ]
      : []),
    ...(steps.length > 0
      ? [`step ${steps.length}: training loss ${steps[steps.length - 1].trainLoss.toFixed(4)}`]
      : []),
  ].join("\n");
}
