// npm run bench -- spaces: each space at the size of its papers: steps of a search by DrNAS and along one path, and of a training.
import { RandomStream } from "../src/backend/random";
import { wholeNumber } from "../src/cli/command";
import { type SearchSpace, spacesByName } from "../src/spaces";
import { benchmark, type Report, type Values } from "./frame/bench";
import { median } from "./frame/quartiles";
import { Side, withSides } from "./frame/side";
import { gigabytes, readBackend, readSpace, type Sizes } from "./frame/sizes";
import type { About } from "./sides/about";

const text = { type: "string" } as const;
const options = {
  spaces: { ...text, default: Object.keys(spacesByName).join() },
  batch: { ...text, default: "64" },
  steps: { ...text, default: "5" },
  backend: text,
} as const;

export const bench = benchmark({
  name: "spaces",
  help: `npm run -s bench -- spaces [--spaces NAME,NAME] [--batch 64] [--steps 5] [--backend native|wasm|cpu]

So many steps on each space, or on those named, at the size of its papers: of a search by DrNAS, of one by GDAS (one path), and of the
training of a random architecture's final network (without auxiliary tower and drop path), each in a process of its own, one after the
other. firstSeconds is the first step's, which records the graph; secondsPerStep the median of the later ones. peakMemoryBytes is the
largest resident set.`,
  options,
  run,
});

async function run(values: Values<typeof options>): Promise<Report> {
  const names = values.spaces.split(",").map((name) => readSpace(name).name);
  const batch = wholeNumber("batch", values.batch, 2);
  const steps = wholeNumber("steps", values.steps, 2); // the first does not count
  const backend = readBackend(values.backend);
  const about = await withSides((start) =>
    start(Side.ours("NASLab", "product", { size: 2 }, backend)).ask<About>("about"),
  );
  const rows: Row[] = [];
  for (const work of [...new Set(names)].flatMap((name) => worksOf(spacesByName[name], batch))) {
    rows.push(await measure(work, steps, backend));
  }
  return {
    result: {
      batch,
      steps,
      backend: about.backend,
      rows: rows.map(({ work, ...measured }) => ({ ...work.row, ...measured })),
    },
    versions: about.versions,
    tables: [tableOf(rows)],
  };
}

/** What one process does. */
interface Work {
  readonly side: "search" | "network";
  readonly argument: Sizes;
  readonly row: { readonly space: string; readonly work: string; readonly channels: number; readonly cells: number };
}

function worksOf(space: SearchSpace, batch: number): Work[] {
  const sizes = (scale: { readonly channels: number; readonly cells: number }): Sizes => ({
    space: space.name,
    batch,
    channels: scale.channels,
    cells: scale.cells,
    operations: space.operations.length,
    partialChannels: 1,
  });
  const work = (side: Work["side"], name: string, argument: Sizes): Work => {
    const { channels, cells } = argument;
    return { side, argument, row: { space: space.name, work: name, channels, cells } };
  };
  const architecture = space.sample(new RandomStream(0)).toString();
  return [
    ...["drnas", "gdas"].map((method) => work("search", method, { ...sizes(space.search), ...{ method } })),
    work("network", "training", { ...sizes(space.final), ...{ architecture } }),
  ];
}

const measure = (work: Work, steps: number, backend: string | undefined) =>
  withSides(async (start) => {
    const side = start(Side.ours(`${work.row.work} on ${work.row.space}`, work.side, work.argument, backend));
    const [first, ...later] = await side.seconds("step", steps);
    return { work, firstSeconds: first, secondsPerStep: median(later), peakMemoryBytes: side.peakBytes };
  });

type Row = Awaited<ReturnType<typeof measure>>;

const tableOf = (rows: readonly Row[]): string[][] => [
  ["space", "work", "channels", "cells", "first step s", "a step s (median)", "peak memory"],
  ...rows.map(({ work: { row }, firstSeconds, secondsPerStep, peakMemoryBytes }) => [
    row.space,
    row.work,
    String(row.channels),
    String(row.cells),
    firstSeconds.toFixed(1),
    secondsPerStep.toFixed(2),
    gigabytes(peakMemoryBytes),
  ]),
];
