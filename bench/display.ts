// npm run bench -- display: time and bytes of each figure and of an update of the live display, and the update's share of a step.
import { datasets } from "../src/datasets";
import { DISPLAY, type MimeBundle } from "../src/display/bundle";
import { PAUSE } from "../src/display/pause";
import type { SearchRun } from "../src/trainer";
import { benchmark, type Report, type Values } from "./frame/bench";
import { besideSteps, type Part } from "./frame/beside";
import { median, quartiles, secondsCells, stepTimes } from "./frame/quartiles";
import { readRun, sizeHelp, sizeOptions } from "./frame/sizes";

export const bench = benchmark({
  name: "display",
  help: `npm run -s bench -- display ${sizeHelp}

Milliseconds and bytes of the MIME bundle of each figure (Vega-Lite, SVG, PNG, text), of a search of 50 epochs; the same of an update of
the live display, which comes at most every ${PAUSE} ms; and shareOfStep: what events and live display take of a step of these sizes,
measured in the same run.`,
  options: sizeOptions,
  run,
});

async function run(values: Values<typeof sizeOptions>): Promise<Report> {
  const { sizes, samples, backend } = readRun(values);
  const { useBackend } = await import("../src/backend/index.js"); // TensorFlow takes a second: not before the words are read
  const { liveUpdates, recordedRun } = await import("./sides/live.js");
  const figures = await figuresOf(recordedRun());
  const bytes: Record<string, number> = {};
  const parts = Object.fromEntries(
    Object.entries(figures).map(([name, value]): [string, Part] => [
      name,
      async () => {
        const start = performance.now();
        const bundle = await value()[DISPLAY]();
        const seconds = (performance.now() - start) / 1000;
        bytes[name] = Buffer.byteLength(JSON.stringify(bundle));
        return seconds;
      },
    ]),
  );
  const { about, step, seconds } = await besideSteps(sizes, backend, samples, parts);
  await useBackend(about.backend);
  const live = await liveUpdates();
  const shareOfStep = median(live.seconds) / Math.max(median(step), PAUSE / 1000); // an update a step, but at most one a pause
  const rows = Object.keys(figures).map((name) => ({
    name,
    seconds: median(seconds[name]),
    quartiles: quartiles(seconds[name]),
    bytes: bytes[name],
  }));
  const update = { seconds: median(live.seconds), quartiles: quartiles(live.seconds), bytes: live.bytes };
  const kilobytes = (count: number) => (count / 1000).toFixed(1);
  return {
    result: {
      ...sizes,
      backend: about.backend,
      ...stepTimes(step),
      figures: rows,
      update,
      shareOfStep,
    },
    versions: about.versions,
    tables: [
      [
        ["", "median ms", "quartiles", "samples", "kB"],
        [`a step (${about.backend})`, ...secondsCells(step), ""],
        ...rows.map(({ name, bytes }) => [name, ...secondsCells(seconds[name]), kilobytes(bytes)]),
        ["an update of the live display", ...secondsCells(live.seconds), kilobytes(live.bytes)],
      ],
      [
        ["of a step", "share"],
        ["events and live display", `${(100 * shareOfStep).toFixed(2)} %`],
      ],
    ],
  };
}

/** A value that shows itself. */
interface Shown {
  [DISPLAY](): MimeBundle | Promise<MimeBundle>;
}

/** What a first notebook shows; a figure keeps its picture, so each is made anew. */
async function figuresOf(run: SearchRun): Promise<Record<string, () => Shown>> {
  const { distribution, architecture, space, history } = run;
  const { display } = await import("../src/display/index.js");
  const images = await datasets.fashionMnist();
  const shows = (value: object) => () => value as Shown; // display gives its class this method
  return {
    "the space": shows(space),
    "the images": shows(images),
    "the run": shows(run),
    "the distribution": () => display.distribution(distribution),
    "the history": shows(history),
    "the entropy": () => display.entropy(run),
    "the trajectory": () => display.trajectory(run),
    "the architecture": () => display.architecture(architecture),
    "its rank": () => display.rank(architecture),
  };
}
