import { drnas } from "./drnas";
import type { Method } from "./method";

export type { MethodDescription } from "./description";
export type { ArchitectureLearner, Draw, Method, WeightedDraw } from "./method";
export { completeSettings, type SearchSettings, type SettingsInput, type WeightSettings } from "./settings";
export { type Evaluate, type Evaluation, type TabularMethod, type TabularResult, tabularMethods } from "./tabular";

/** The search methods that train a network, by their names on the command line. */
export const methods: Readonly<Record<string, Method>> = { drnas };
