// A method is a name, a paper, and settings: the parts that it takes on the axes and what it sets differently from the defaults.
import { spacesByName } from "../spaces";
import type { MethodDescription } from "./description";
import { Learner } from "./learner";
import type { Method } from "./method";
import { type ArchitectureSettings, completeSettings, type SettingsInput, unfitness } from "./settings";

/** What a method is stated by. */
export interface MethodDefinition extends Omit<MethodDescription, "axes" | "spaces" | "supernet"> {
  readonly settings: SettingsInput;
  /** What it sets differently on some spaces, by their names. */
  readonly on?: Method["on"];
}

const AXES = [
  "distribution",
  "sampler",
  "edges",
  "perturbation",
  "objective",
  "update",
  "regulariser",
  "pruning",
  "earlyStop",
  "readOut",
] as const;

/**
 * A search method from its parts; give it to `SearchRun`.
 * @throws UserError if the settings do not fit, or the parts can't be combined.
 */
export function defineMethod(definition: MethodDefinition): Method {
  const settings = completeSettings(definition.settings);
  const { architecture } = settings;
  return {
    ...definition,
    axes: Object.fromEntries(AXES.map((axis) => [axis, (architecture as ArchitectureSettings)[axis].kind])),
    spaces: Object.values(spacesByName).flatMap((space) => (unfitness(settings, space) ? [] : [space.name])),
    supernet: true,
    learner: (choices, settings, stream) => new Learner(choices, settings, stream),
  };
}
