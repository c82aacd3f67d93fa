// The sizes of a search that a benchmark runs, read from its words, and whether they fit into memory.
import { type BackendName, backendNames } from "../../src/backend/name";
import { oneOf, wholeNumber } from "../../src/cli/command";
import { UserError } from "../../src/errors";
import { type SearchSpace, spaces, spacesByName } from "../../src/spaces";
import type { SupernetSize } from "../../src/supernet";
import { searchBytes } from "../../src/supernet/memory";
import { refuseWhatDoesNotFit as refuseOnWasm } from "../../src/trainer/memory";
import { freeBytes } from "./machine";

/** What the cost of a search's step depends on; an option that changes it, like sampling one path, belongs here. */
export interface Sizes {
  /** The name of the search space. */
  readonly space: string;
  readonly batch: number;
  readonly channels: number;
  readonly cells: number;
  /** How many operations an edge has: the first ones of the space. */
  readonly operations: number;
  /** K: the mixtures work on the first 1/K of the channels. */
  readonly partialChannels: number;
}

const text = { type: "string" } as const;
const standard = spaces.nasBench201();
export const allOperations = standard.operations.length;

/** The options of every benchmark that takes steps of a search. */
export const sizeOptions = {
  batch: { ...text, default: "64" },
  channels: { ...text, default: "16" },
  cells: { ...text, default: "1" },
  steps: { ...text, default: "20" },
  backend: text,
} as const;

export const sizeHelp = "[--batch 64] [--channels 16] [--cells 1] [--steps 20] [--backend native|wasm|cpu]";

/** @param values `space`: NAS-Bench-201 without it; `cells`: one a stage there, the papers' search network elsewhere. */
export function readSizes(values: {
  readonly space?: string;
  readonly batch: string;
  readonly channels: string;
  readonly cells?: string;
  readonly "partial-channels"?: string;
}): Sizes {
  const space = readSpace(values.space ?? standard.name);
  const channels = wholeNumber("channels", values.channels, 1);
  const partialChannels = wholeNumber("partial-channels", values["partial-channels"] ?? "1", 1);
  if (channels % partialChannels !== 0)
    throw new UserError(
      `--partial-channels ${partialChannels} does not divide the ${channels} channels; give a divisor`,
    );
  return {
    space: space.name,
    batch: wholeNumber("batch", values.batch, 2), // batch norm has no variance of one image
    channels,
    cells: values.cells === undefined ? usualCells(space) : wholeNumber("cells", values.cells, 1),
    operations: space.operations.length,
    partialChannels,
  };
}

const usualCells = (space: SearchSpace): number => (space === standard ? 1 : space.search.cells);

export const readSpace = (name: string): SearchSpace => spacesByName[oneOf("space", name, Object.keys(spacesByName))];

/** What most benchmarks are asked for: a search's sizes, how many samples, on which backend. */
export const readRun = (
  values: Parameters<typeof readSizes>[0] & { readonly steps: string; readonly backend?: string },
) => ({
  sizes: readSizes(values),
  samples: wholeNumber("steps", values.steps, 1),
  backend: readBackend(values.backend),
});

/** Reads whole numbers with commas between them. */
export const wholeNumbers = (option: string, list: string, least: number): number[] =>
  list.split(",").map((number) => wholeNumber(option, number, least));

export function readBackend(name: string | undefined): BackendName | undefined {
  return name === undefined ? undefined : oneOf("backend", name, backendNames);
}

/** The search network of these sizes on the images that the space's papers search on. */
export const networkSize = ({ space, channels, cells, partialChannels }: Sizes): SupernetSize => {
  const { image, classes } = spacesByName[space];
  return { channels, cells, partialChannels, image, classes };
};

/** The space with the sizes' operations. */
export const spaceOf = ({ space: name, operations }: Sizes): SearchSpace => {
  const space = spacesByName[name];
  return operations === space.operations.length ? space : space.only(space.operations.slice(0, operations));
};

const SMALLER = "take a smaller --batch, --channels or --cells";

/**
 * @param others what other processes of the run need, in bytes by name.
 * @throws UserError if a search of our own and the others need more memory than is free, or than wasm can address.
 */
export function refuseWhatDoesNotFit(
  sizes: Sizes,
  backend: BackendName,
  others: Readonly<Record<string, number>>,
): void {
  refuseTogether({ [`NASLab at ${named(sizes)}`]: neededBytes(sizes, backend), ...others });
}

/**
 * @param searches by name.
 * @throws UserError if searches that are there at once need more memory than is free, or one more than wasm can address.
 */
export function refuseAtOnce(searches: Readonly<Record<string, Sizes>>, backend: BackendName, remedy = SMALLER): void {
  const needs = Object.entries(searches).map(([name, sizes]) => [name, neededBytes(sizes, backend)]);
  refuseTogether(Object.fromEntries(needs), remedy);
}

function refuseTogether(needs: Readonly<Record<string, number>>, remedy = SMALLER): void {
  const bytes = Object.values(needs).reduce((sum, x) => sum + x, 0);
  const free = freeBytes();
  if (bytes <= free) return;
  const parts = Object.entries(needs).map(([name, x]) => `${name}: ${gigabytes(x)}`);
  throw new UserError(
    `about ${gigabytes(bytes)} of memory are needed (${parts.join("; ")}), and ${gigabytes(free)} are free; ${remedy}`,
  );
}

function neededBytes(sizes: Sizes, backend: BackendName): number {
  if (backend === "wasm") refuseOnWasm(spaceOf(sizes), networkSize(sizes), sizes.batch);
  return searchBytes(spaceOf(sizes), networkSize(sizes), sizes.batch, backend);
}

const named = ({ space, batch, channels, cells }: Sizes) =>
  `${space}, batch ${batch}, ${channels} channels, cells ${cells}`;

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
