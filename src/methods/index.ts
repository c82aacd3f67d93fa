import { drnas } from "./drnas";
import type { Method } from "./method";

export type { ArchitectureLearner, Draw, Method } from "./method";
export { completeSettings, type SearchSettings, type SettingsInput, type WeightSettings } from "./settings";

/** The search methods by their names on the command line. */
export const methods: Readonly<Record<string, Method>> = { drnas };
