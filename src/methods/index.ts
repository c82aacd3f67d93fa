import { darts } from "./darts";
import { drnas } from "./drnas";
import { gaea } from "./gaea";
import { gdas } from "./gdas";
import type { Method } from "./method";
import { snas } from "./snas";

export { defineMethod, type MethodDefinition } from "./define-method";
export type { MethodDescription } from "./description";
export type { ArchitectureLearner, Draw, Half, Method, Moment, Pass, Passes, WeightedDraw } from "./method";
export { completeSettings, type SearchSettings, type SettingsInput, type WeightSettings } from "./settings";
export { type Evaluate, type Evaluation, type TabularMethod, type TabularResult, tabularMethods } from "./tabular";

/** The search methods that train a network, by their names on the command line. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  [drnas, darts, snas, gdas, gaea].map((method) => [method.name, method]),
);
