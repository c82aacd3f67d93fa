// npm run bench -- soak: whether a long search's memory is steady, and whether one search after the other gives it back.
import { setTimeout } from "node:timers/promises";
import { RandomStream, useBackend } from "../src/backend";
import { wholeNumber } from "../src/cli/command";
import { liveDisplay } from "../src/display";
import { methods } from "../src/methods";
import { Run } from "../src/runs";
import { spaces } from "../src/spaces";
import { benchmark, type Report, type Values } from "./frame/bench";
import { line } from "./frame/fit";
import { gigabytes, readBackend } from "./frame/sizes";
import { about } from "./sides/about";
import { collectGarbage } from "./sides/garbage";
import { noise } from "./sides/noise";

/** What a search may grow by, in bytes by 100 steps after its first quarter; and the memory after the last of many over that after the first. */
const SLOPE = 1e6;
const GROWTH = 1.1;

const BATCH = 8;
/** Steps between two looks. */
const EVERY = 20;
const EPOCH = 50;

const options = {
  steps: { type: "string", default: "2000" },
  searches: { type: "string", default: "10" },
  "search-steps": { type: "string", default: "50" },
  backend: { type: "string" },
} as const;

export const bench = benchmark({
  name: "soak",
  help: `npm run -s bench -- soak [--steps 2000] [--searches 10] [--search-steps 50] [--backend native|wasm|cpu]

Memory of a process that searches as a kernel does, with a live display, at C = 4, N = 1, batch ${BATCH}: the slopes of its resident set and of
what JavaScript holds over the last three quarters of the steps, by least squares; and what is resident after each of several searches of
--search-steps one after the other, each dropped as a cell drops it that runs again. Garbage is collected before each look (every
${EVERY} steps): else the slope would be that of garbage that waits.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const steps = wholeNumber("steps", values.steps, 8 * EVERY);
  const count = wholeNumber("searches", values.searches, 2);
  const length = wholeNumber("search-steps", values["search-steps"], 1);
  await useBackend(readBackend(values.backend));
  const withdraw = pretendNotebook();
  const { backend, versions } = await about();
  const after: number[] = [];
  for (let k = 0; k < count; k++) {
    await search(length);
    await released();
    after.push(process.memoryUsage.rss());
  }
  const looks: { step: number; resident: number; held: number }[] = [];
  await search(steps, (step) => {
    if (step % EVERY !== 0) return;
    collectGarbage();
    const { rss, heapUsed, external } = process.memoryUsage();
    looks.push({ step, resident: rss, held: heapUsed + external });
  });
  withdraw();
  const late = looks.filter(({ step }) => step > steps / 4);
  const slope = (of: (look: (typeof looks)[number]) => number) =>
    100 *
    line(
      late.map(({ step }) => step),
      late.map(of),
    ).slope;
  const slopeBytesPer100Steps = slope(({ resident }) => resident);
  const heldSlopeBytesPer100Steps = slope(({ held }) => held);
  const growth = after.at(-1)! / after[0];
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  return {
    result: {
      steps,
      batch: BATCH,
      channels: 4,
      cells: 1,
      backend,
      slopeBytesPer100Steps,
      slopeWithin: slopeBytesPer100Steps < SLOPE,
      heldSlopeBytesPer100Steps,
      residentBytes: looks.map(({ resident }) => resident),
      searches: { count, steps: length, residentBytes: after, growth, within: growth < GROWTH },
    },
    versions,
    tables: [
      [
        ["", "measured", "at most"],
        ["MB more by 100 steps", megabytes(slopeBytesPer100Steps), megabytes(SLOPE)],
        ["of these JavaScript's", megabytes(heldSlopeBytesPer100Steps), ""],
        [`memory after ${count} searches over that after the first`, growth.toFixed(3), String(GROWTH)],
        ["resident at the end", gigabytes(looks.at(-1)!.resident), ""],
      ],
    ],
  };
}

const data = noise(2 * EPOCH * BATCH, new RandomStream(0));

async function search(steps: number, step: (step: number) => void = () => {}): Promise<void> {
  const settings = {
    channels: 4,
    cells: 1,
    batch: BATCH,
    stepsPerEpoch: Math.min(steps, EPOCH),
    epochs: Math.ceil(steps / EPOCH),
  };
  const run = new Run(methods.drnas, spaces.nasBench201(), data, settings);
  liveDisplay(run);
  run.on("step", (record) => step(record.step));
  await run.stage();
}

/** Lets what nothing holds any more be freed, tensors and graphs too. */
async function released(): Promise<void> {
  for (let k = 0; k < 3; k++) {
    collectGarbage();
    await setTimeout(50);
  }
}

/** Takes what the live display shows, as a page does. @returns a function that ends it. */
function pretendNotebook(): () => void {
  const port = Symbol.for("naslab.notebook");
  const place = globalThis as Record<symbol, unknown>;
  place[port] = {
    display: (bundle: object) => JSON.stringify(bundle),
    signal: () => new AbortController().signal,
    registerTarget: () => () => {},
  };
  return () => delete place[port];
}
