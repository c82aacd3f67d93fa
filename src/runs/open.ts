// A run from its folder.
import { type Dataset, RecordedDataset } from "../datasets";
import { UserError } from "../errors";
import { defineMethod, type Method, methods, type SettingsInput } from "../methods";
import { program } from "../root";
import { recordedSpace, type SearchSpace } from "../spaces";
import { type Checkpoint, Checkpoints } from "./checkpoints";
import { type CheckpointInput, Run } from "./run";
import { readSettings, type SearchFile } from "./settings-file";

export interface OpenOptions {
  /** Where the run's are not NASLab's own. */
  readonly method?: Method;
  readonly space?: SearchSpace;
  /** Images that cannot be loaded again from where they were. */
  readonly data?: Dataset;
  readonly checkpoints?: CheckpointInput;
}

const OPTIONS = ["method", "space", "data", "checkpoints"];

/**
 * The run that a folder holds, at its newest checkpoint: it shows what it showed, and `run.stage()` goes on bit for bit as if it had never
 * stopped. Nothing of the folder is changed before, and nothing is computed.
 * @throws UserError if the folder holds no run, or one of a newer NASLab; for settings, which cannot be changed any more.
 */
export function openRun(folder: string, options: OpenOptions = {}): Run {
  const other = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (other !== undefined)
    throw new UserError(
      `openRun: "${other}" would change the search, which then would not be the same any more; start another run with it. What can be given is ${OPTIONS.join(", ")}`,
    );
  const file = readSettings(folder);
  if (file.kind !== "search")
    throw new UserError(
      `${folder}: this run asked a benchmark (${file.method.title}) and has no stages; ${program} resume ${folder} finishes it`,
    );
  const { checkpoints, ...given } = options;
  const parts = {
    method: given.method ?? recordedMethod(file),
    space: given.space ?? recordedSpace(file.space),
    data: given.data ?? new RecordedDataset(file.data),
  };
  if (parts.data.sha256 !== file.data.sha256)
    throw new UserError(
      `${folder}: the data given have SHA-256 ${parts.data.sha256}, and the run's have ${file.data.sha256}: give the same images, in the same order`,
    );
  return Run.at(folder, file, parts, newestOf(folder, file), checkpoints);
}

/** The newest whole checkpoint; null: none yet. @throws UserError if all are damaged, or it is of other settings. */
function newestOf(folder: string, file: SearchFile): Checkpoint | null {
  const damaged: string[] = [];
  const checkpoint = new Checkpoints(folder).newest((name, why) => damaged.push(`${name} (${why})`));
  if (damaged.length > 0) {
    const instead = checkpoint ? `the one before, ${checkpoint.file}` : "the start";
    console.warn(`NASLab: ${folder}: damaged in checkpoints: ${damaged.join(", ")}; the run goes on from ${instead}.`);
  }
  if (checkpoint) refuseOther(folder, file, checkpoint);
  return checkpoint;
}

function refuseOther(folder: string, { settings, space, data }: SearchFile, checkpoint: Checkpoint): void {
  const now = leaves({ ...settings, space: space.sha256, data: data.sha256 });
  const then = leaves(checkpoint.settings);
  const changed = [...new Set([...now.keys(), ...then.keys()])].filter((name) => now.get(name) !== then.get(name));
  if (changed.length === 0) return;
  const words = changed.map((name) => `${name} is ${now.get(name)}, and was ${then.get(name)}`).join("; ");
  throw new UserError(
    `${folder}: settings.json was changed in what the search depends on: ${words}; put it back, or start another run with it`,
  );
}

/** Values by their place, with dots, as JSON. */
function leaves(value: unknown, place = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return new Map([[place, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...leaves(inner, place ? `${place}.${name}` : name)]),
  );
}

/** NASLab's of this name; else one that takes all from the settings. */
function recordedMethod({ method, settings }: SearchFile): Method {
  const own = Object.hasOwn(methods, method.name) ? methods[method.name] : null;
  return own?.title === method.title ? own : defineMethod({ ...method, settings: settings as SettingsInput });
}
