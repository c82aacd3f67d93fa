import { evolution } from "./evolution";
import { localSearch } from "./local-search";
import { random } from "./random";
import { reinforce } from "./reinforce";
import { smbo } from "./smbo";
import type { TabularMethod } from "./tabular-method";

export type { Evaluate, Evaluation } from "./evaluator";
export type { TabularMethod, TabularResult } from "./tabular-method";

/** The search methods that need no network, by their names on the command line. */
export const tabularMethods: Readonly<Record<string, TabularMethod>> = Object.fromEntries(
  [random, evolution, reinforce, smbo, localSearch].map((method) => [method.name, method]),
);
