// The options of a search that trains a network.
import { type BackendName, backendFromEnvironment, backendNames } from "../backend/name";
import { UserError } from "../errors";
import { type Method, type SettingsInput, settingsFor } from "../methods";
import type { CheckpointInput, Keeping } from "../runs";
import { oneOf, wholeNumber } from "./command";
import { type DataOptions, dataWords, readDataOptions } from "./data-options";
import type { CommonOptions } from "./search-options";

export interface SupernetOptions extends CommonOptions {
  readonly method: Method;
  readonly images: DataOptions;
  /** How many of the training images, the first ones; undefined: all. */
  readonly count: number | undefined;
  readonly backend: BackendName | undefined;
  /** Those that were given. */
  readonly settings: SettingsInput;
  readonly keeping: Keeping;
}

/** The settings that have an option of their own, and the least value of each. */
const numbers = {
  seed: { option: "seed", least: 0 },
  channels: { option: "channels", least: 1 },
  cells: { option: "cells", least: 1 },
  partialChannels: { option: "partial-channels", least: 1 },
  batch: { option: "batch", least: 2 }, // batch norm has no variance of one image
  epochs: { option: "epochs", least: 1 },
  stepsPerEpoch: { option: "steps-per-epoch", least: 1 },
} as const satisfies { [Setting in keyof SettingsInput]?: { option: string; least: number } };

const text = { type: "string" } as const;

/** The options that only this kind has. None has a default here, so that one that was given can be told. */
export const supernetWords = {
  ...dataWords,
  images: text,
  channels: text,
  cells: text,
  "partial-channels": text,
  batch: text,
  epochs: text,
  "steps-per-epoch": text,
  backend: text,
  set: { ...text, multiple: true },
  checkpoints: text,
  "checkpoint-every": text,
} as const;

type Values = { readonly [Name in Exclude<keyof typeof supernetWords, "set"> | "seed" | "folder"]?: string } & {
  readonly set?: string[];
};

/** @throws UserError for values that make no sense. */
export function readSupernetOptions(method: Method, values: Values, common: CommonOptions): SupernetOptions {
  refuseFolderless(values);
  const settings = Object.entries(numbers).flatMap(([setting, { option, least }]) => {
    const given = values[option];
    return given === undefined ? [] : [[setting, wholeNumber(option, given, least)]];
  });
  const given = (values.set ?? []).reduce(withSetting, Object.fromEntries(settings));
  settingsFor(method, common.space, given); // what does not fit is said before images are read
  return {
    ...common,
    method,
    images: readDataOptions(values),
    count: values.images === undefined ? undefined : wholeNumber("images", values.images, 1),
    backend: values.backend === undefined ? backendFromEnvironment() : oneOf("backend", values.backend, backendNames),
    settings: given,
    keeping: { folder: values.folder, checkpoints: readCheckpointOptions(values) },
  };
}

/** @throws UserError for options of checkpoints without a folder. */
function refuseFolderless({
  folder,
  checkpoints,
  "checkpoint-every": every,
}: Values & { readonly folder?: string }): void {
  const given =
    every !== undefined ? `--checkpoint-every ${every}` : checkpoints !== undefined && `--checkpoints ${checkpoints}`;
  if (folder === undefined && given)
    throw new UserError(`${given}: checkpoints need a folder to stand in; give one by --folder, or leave it out`);
}

/** How often checkpoints are written, and how many stay. @throws UserError for values that make no sense. */
export function readCheckpointOptions(
  values: Readonly<Partial<Record<"checkpoints" | "checkpoint-every", string>>>,
): CheckpointInput {
  const { checkpoints: keep, "checkpoint-every": every } = values;
  return {
    ...(keep !== undefined && { keep: wholeNumber("checkpoints", keep, 1) }),
    ...(every !== undefined && interval(every)),
  };
}

/** "200" steps, or "10min". */
function interval(every: string): CheckpointInput {
  const minutes = /^(\d+(?:\.\d+)?)min$/.exec(every);
  if (minutes && Number(minutes[1]) > 0) return { minutes: Number(minutes[1]), steps: null };
  if (/^\d+$/.test(every) && Number(every) > 0) return { steps: Number(every), minutes: null };
  throw new UserError(
    `--checkpoint-every ${every} is no interval; give steps, for example 200, or minutes, for example 10min`,
  );
}

/** The settings with one more, given as "architecture.update.learningRate=0.01": the value is JSON, or else a word. */
function withSetting(settings: SettingsInput, word: string): SettingsInput {
  const [place, ...rest] = word.split("=");
  if (rest.length === 0 || place === "")
    throw new UserError(`--set ${word}: give NAME=VALUE, as in --set architecture.update.learningRate=0.01`);
  return withValue(settings as Record<string, unknown>, place.split("."), parsed(rest.join("=")), word);
}

function withValue(
  outer: Readonly<Record<string, unknown>>,
  [name, ...rest]: string[],
  value: unknown,
  word: string,
): object {
  if (rest.length === 0) return { ...outer, [name]: value };
  const inner = Object.hasOwn(outer, name) ? outer[name] : {};
  if (typeof inner !== "object" || inner === null || Array.isArray(inner))
    throw new UserError(`--set ${word}: ${name} is one value, without names in it; leave ".${rest.join(".")}" out`);
  return { ...outer, [name]: withValue(inner as Record<string, unknown>, rest, value, word) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
