// The options of a search that trains a network.
import type { BackendName } from "../backend";
import { UserError } from "../errors";
import type { Method, SettingsInput } from "../methods";
import { oneOf, wholeNumber } from "./command";
import type { CommonOptions } from "./search-options";

const dataSets = ["cifar10", "fashion-mnist"] as const;
const backends: readonly BackendName[] = ["native", "wasm", "cpu"];

export interface SupernetOptions extends CommonOptions {
  readonly method: Method;
  readonly dataset: (typeof dataSets)[number];
  /** Folder of the data set's official files; undefined: the cache, or a download into it. */
  readonly folder: string | undefined;
  readonly backend: BackendName | undefined;
  /** Those that were given. */
  readonly settings: SettingsInput;
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
  dataset: text,
  data: text,
  channels: text,
  cells: text,
  "partial-channels": text,
  batch: text,
  epochs: text,
  "steps-per-epoch": text,
  backend: text,
  set: { ...text, multiple: true },
} as const;

type Values = { readonly [Name in Exclude<keyof typeof supernetWords, "set"> | "seed"]?: string } & {
  readonly set?: string[];
};

/** @throws UserError for values that make no sense. */
export function readSupernetOptions(method: Method, values: Values, common: CommonOptions): SupernetOptions {
  const dataset = oneOf("dataset", values.dataset ?? "fashion-mnist", dataSets);
  if (values.data !== undefined && dataset !== "cifar10") {
    throw new UserError(`--data ${values.data}: ${dataset} comes with the package; leave --data out`);
  }
  const settings = Object.entries(numbers).flatMap(([setting, { option, least }]) => {
    const given = values[option];
    return given === undefined ? [] : [[setting, wholeNumber(option, given, least)]];
  });
  return {
    ...common,
    method,
    dataset,
    folder: values.data,
    backend: values.backend === undefined ? undefined : oneOf("backend", values.backend, backends),
    settings: (values.set ?? []).reduce(withSetting, Object.fromEntries(settings)),
  };
}

/** The settings with one more, given as "architecture.update.learningRate=0.01": the value is JSON, or else a word. */
function withSetting(settings: SettingsInput, word: string): SettingsInput {
  const [place, ...rest] = word.split("=");
  if (rest.length === 0 || place === "")
    throw new UserError(`--set ${word}: give NAME=VALUE, as in --set architecture.update.learningRate=0.01`);
  const names = place.split(".");
  const copy = structuredClone(settings) as Record<string, unknown>;
  let inner = copy;
  for (const name of names.slice(0, -1)) {
    inner[name] ??= {};
    if (typeof inner[name] !== "object")
      throw new UserError(`--set ${word}: ${name} is one value, without names in it`);
    inner = inner[name] as Record<string, unknown>;
  }
  inner[names.at(-1)!] = parsed(rest.join("="));
  return copy;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
