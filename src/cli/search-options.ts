// What `naslab search` is asked for, read from its words.
import type { BackendName } from "../backend";
import { UserError } from "../errors";
import { type Method, methods, type SettingsInput } from "../methods";
import { type NasBench201, spaces } from "../spaces";
import { oneOf, readWords, wholeNumber } from "./command";

const spacesByName = { nasbench201: spaces.nasBench201 };
const dataSets = ["cifar10", "fashion-mnist"] as const;
const backends: readonly BackendName[] = ["native", "wasm", "cpu"];

export interface SearchOptions {
  readonly space: NasBench201;
  readonly method: Method;
  readonly dataset: (typeof dataSets)[number];
  /** Folder of the data set's official files; undefined: the cache, or a download into it. */
  readonly folder: string | undefined;
  readonly backend: BackendName | undefined;
  /** Those that were given. */
  readonly settings: SettingsInput;
  readonly json: boolean;
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

/** @throws UserError for words that make no sense. */
export function readSearchOptions(words: readonly string[]): SearchOptions {
  const text = { type: "string" } as const;
  const { values } = readWords(words, {
    space: { ...text, default: "nasbench201" },
    method: { ...text, default: "drnas" },
    dataset: { ...text, default: "fashion-mnist" },
    data: text,
    channels: text,
    cells: text,
    "partial-channels": text,
    batch: text,
    epochs: text,
    "steps-per-epoch": text,
    seed: text,
    backend: text,
    json: { type: "boolean", default: false },
  });
  const dataset = oneOf("dataset", values.dataset, dataSets);
  if (values.data !== undefined && dataset !== "cifar10") {
    throw new UserError(`--data ${values.data}: ${dataset} comes with the package; leave --data out`);
  }
  const settings = Object.entries(numbers).flatMap(([setting, { option, least }]) => {
    const given = values[option];
    return given === undefined ? [] : [[setting, wholeNumber(option, given, least)]];
  });
  return {
    space: spacesByName[oneOf("space", values.space, Object.keys(spacesByName) as (keyof typeof spacesByName)[])](),
    method: methods[oneOf("method", values.method, Object.keys(methods))],
    dataset,
    folder: values.data,
    backend: values.backend === undefined ? undefined : oneOf("backend", values.backend, backends),
    settings: Object.fromEntries(settings),
    json: values.json,
  };
}
