// What `naslab score` is asked for, read from its words.
import { existsSync, readFileSync, statSync } from "node:fs";
import { knownScores } from "../analysis/score-file";
import { scoreSettings } from "../analysis/score-settings";
import type { ScoreRow } from "../analysis/score-table";
import { type BackendName, backendFromEnvironment, backendNames } from "../backend/name";
import { RandomStream } from "../backend/random";
import type { Dataset } from "../datasets";
import { UserError } from "../errors";
import { nearest } from "../nearest";
import { type ProxyName, proxyNames } from "../proxies/names";
import { type Architecture, type SearchSpace, spacesByName } from "../spaces";
import { fileToWrite, oneOf, readWords, wholeNumber } from "./command";
import { type DataOptions, dataWords, readDataOptions } from "./data-options";

export interface ScoreCommand {
  readonly proxies: readonly ProxyName[];
  readonly architectures: readonly Architecture[];
  readonly data: DataOptions;
  readonly images: number;
  readonly seed: number;
  readonly repeats: number;
  readonly size: { readonly channels?: number; readonly cells?: number };
  readonly backend: BackendName | undefined;
  /** Where the scores are kept; undefined: nowhere. */
  readonly file: string | undefined;
  readonly json: boolean;
}

/** @throws UserError for words that make no sense. */
export function readScoreOptions(words: readonly string[]): ScoreCommand {
  const text = { type: "string" } as const;
  const { values } = readWords(words, {
    space: { ...text, default: "nasbench201" },
    proxy: { ...text, default: "naswot,synflow" },
    architectures: { ...text, default: "sample:100" },
    ...dataWords,
    batch: { ...text, default: "64" },
    channels: text,
    cells: text,
    seed: { ...text, default: "0" },
    repeats: { ...text, default: "1" },
    backend: text,
    file: text,
    json: { type: "boolean", default: false },
  });
  const { channels, cells, file } = values;
  const space = spacesByName[oneOf("space", values.space, Object.keys(spacesByName))];
  const proxies = namedProxies(values.proxy);
  const seed = wholeNumber("seed", values.seed, 0);
  const dataset = values.dataset ?? (values.data === undefined ? undefined : "cifar10");
  return {
    proxies,
    architectures: architecturesOf(values.architectures, space, seed),
    data: readDataOptions({ ...values, dataset }),
    images: wholeNumber("batch", values.batch, 1),
    seed,
    repeats: wholeNumber("repeats", values.repeats, 1),
    size: {
      ...(channels !== undefined && { channels: wholeNumber("channels", channels, 1) }),
      ...(cells !== undefined && { cells: wholeNumber("cells", cells, 1) }),
    },
    backend: values.backend === undefined ? backendFromEnvironment() : oneOf("backend", values.backend, backendNames),
    file: file === undefined ? file : fileToWrite("file", file, [".jsonl"]),
    json: values.json,
  };
}

/** What the file holds already. @throws UserError where it was made under other settings, or these make no sense. */
export function knownFor({ architectures, file, ...asked }: ScoreCommand, data: Dataset): readonly ScoreRow[] {
  const settings = scoreSettings(architectures[0].space, { ...asked, data });
  return file === undefined ? [] : knownScores(file, settings);
}

/** "naswot,synflow", or "all". */
function namedProxies(text: string): readonly ProxyName[] {
  if (text === "all") return proxyNames;
  const names = text.split(",");
  const wrong = names.find((name, k) => !(proxyNames as readonly string[]).includes(name) || names.indexOf(name) < k);
  if (wrong === undefined) return names as ProxyName[];
  if ((proxyNames as readonly string[]).includes(wrong))
    throw new UserError(`--proxy ${text}: ${wrong} is named twice; name each once`);
  const meant = nearest(wrong, proxyNames);
  throw new UserError(
    `--proxy ${text}: "${wrong}" is unknown; ${meant === null ? "" : `did you mean ${meant}? Else `}use all, or some of ${proxyNames.join(", ")}, with commas between them`,
  );
}

/** "sample:200", different ones at random; a file with one in each line; or one itself. */
function architecturesOf(text: string, space: SearchSpace, seed: number): readonly Architecture[] {
  const sample = /^sample:(.*)$/.exec(text);
  if (sample) return sampled(wholeNumber("architectures sample:", sample[1], 1), space, seed);
  if (!existsSync(text)) return [parsed(text, space, `--architectures ${text}: neither "sample:N" nor a file, and`)];
  if (statSync(text).isDirectory())
    throw new UserError(`--architectures ${text} is a folder; name a file with an architecture in each line`);
  const lines = readFileSync(text, "utf8")
    .split("\n")
    .map((line) => line.trim());
  const found = lines.flatMap((line, k) =>
    line === "" ? [] : [parsed(line, space, `--architectures ${text}, line ${k + 1}:`)],
  );
  if (found.length === 0)
    throw new UserError(`--architectures ${text}: the file is empty; write an architecture in each line`);
  return found;
}

function parsed(text: string, space: SearchSpace, place: string): Architecture {
  try {
    return space.parse(text);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${place} ${error.message}`);
    throw error;
  }
}

function sampled(count: number, space: SearchSpace, seed: number): Architecture[] {
  if (count > space.size / 2)
    throw new UserError(
      `--architectures sample:${count}: ${space.title} has ${space.size} architectures; draw at most half of them`,
    );
  const stream = new RandomStream(seed, "score", "architectures");
  const found = new Map<string, Architecture>();
  while (found.size < count) {
    const architecture = space.sample(stream);
    found.set(architecture.key, architecture);
  }
  return [...found.values()];
}
