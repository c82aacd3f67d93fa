// What `naslab search` is asked for, read from its words: which kind of search, and what that kind wants to know.
import { UserError } from "../errors";
import { type Method, methods, tabularMethods } from "../methods";
import { refuseTaken } from "../runs/settings-file";
import { type SearchSpace, spacesByName } from "../spaces";
import { oneOf, readWords } from "./command";
import { methodOf } from "./method-file";
import { readSupernetOptions, type SupernetOptions, supernetWords } from "./supernet-options";
import { benchmarkFor, readTabularOptions, type TabularOptions, tabularWords } from "./tabular-options";

/** What every search is asked for. */
export interface CommonOptions {
  readonly space: SearchSpace;
  readonly json: boolean;
}

export type SearchOptions = ({ kind: "supernet" } & SupernetOptions) | ({ kind: "tabular" } & TabularOptions);

/** @throws UserError for words that make no sense. */
export function readSearchOptions(words: readonly string[]): SearchOptions {
  const text = { type: "string" } as const;
  const { values } = readWords(words, {
    space: { ...text, default: "nasbench201" },
    method: { ...text, default: "drnas" },
    seed: text,
    folder: text,
    ...supernetWords,
    ...tabularWords,
    json: { type: "boolean", default: false },
  });
  if (values.folder !== undefined) refuseTaken(values.folder);
  const space = spacesByName[oneOf("space", values.space, Object.keys(spacesByName))];
  const common = { space, json: values.json };
  const own = methodOf(values.method);
  if (own) return trained(own, values, common);
  const name = oneOf("method", values.method, [...Object.keys(methods), ...Object.keys(tabularMethods)]);
  if (Object.hasOwn(methods, name)) return trained(methods[name], values, common);
  refuse(values, supernetWords, `${name} trains no network, it asks a benchmark`);
  benchmarkFor(space);
  return { kind: "tabular", ...readTabularOptions(tabularMethods[name], values, common) };
}

function trained(
  method: Method,
  values: Parameters<typeof readSupernetOptions>[1],
  common: CommonOptions,
): SearchOptions {
  refuse(values, tabularWords, `${method.name} trains a network, a run at a time, and asks no benchmark`);
  return { kind: "supernet", ...readSupernetOptions(method, values, common) };
}

/** Refuses the options of the other kind, all in one line. */
function refuse(values: Readonly<Record<string, unknown>>, words: object, reason: string): void {
  const given = Object.keys(words).filter((name) => values[name] !== undefined);
  if (given.length === 0) return;
  const options = given.map((name) => `--${name}`).join(", ");
  throw new UserError(`${options}: ${reason}; leave ${options} out`);
}
