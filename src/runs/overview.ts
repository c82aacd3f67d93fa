// Runs as a table's rows: what their folders tell without opening them.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../errors";
import type { EpochRecord } from "../trainer";
import { Checkpoints } from "./checkpoints";
import { readResult } from "./folder";
import { holderOf } from "./lease";
import { readSettings, SETTINGS } from "./settings-file";

export interface RunOverview {
  /** The folder's name. */
  readonly run: string;
  /** "new", "stopped", "finished", "running", or what is wrong with the folder. */
  readonly status: string;
  readonly method: string | null;
  readonly space: string | null;
  readonly data: string | null;
  /** Null of searches that ask a benchmark. */
  readonly epochs: { readonly done: number; readonly planned: number } | null;
  /** Validation accuracy (0 … 1) of the last epoch at the newest checkpoint. */
  readonly accuracy: number | null;
  readonly architecture: string | null;
}

/** The runs in a folder, by name: in its sub-folders, or itself. @throws UserError if there is no such folder. */
export function runsIn(folder: string): RunOverview[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UserError(`${folder}: there is no such folder; name one that holds folders of runs`);
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, SETTINGS)));
  const folders = existsSync(join(folder, SETTINGS)) ? [folder] : names.sort().map((name) => join(folder, name));
  return folders.map(overview);
}

function overview(folder: string): RunOverview {
  const run = basename(folder);
  const nothing = { method: null, space: null, data: null, epochs: null, accuracy: null, architecture: null };
  try {
    const file = readSettings(folder);
    const result = readResult(folder) as { architecture?: string } | null;
    const holder = holderOf(folder);
    const of = { run, method: file.method.name, space: file.space.name };
    const state = holder ? `running: ${holder}` : result ? "finished" : null;
    if (file.kind === "tabular")
      return { ...nothing, ...of, status: state ?? "stopped", architecture: result?.architecture ?? null };
    const checkpoint = new Checkpoints(folder).glance();
    const history = ((checkpoint?.state as { history?: EpochRecord[] } | undefined)?.history ?? []) as EpochRecord[];
    const last = history.at(-1);
    return {
      ...of,
      status: state ?? (checkpoint ? "stopped" : "new"),
      data: file.data.name,
      epochs: { done: history.length, planned: Number(file.settings.epochs) },
      accuracy: last?.valid.accuracy ?? null,
      architecture: result?.architecture ?? last?.architecture ?? null,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...nothing, run, status: `unreadable: ${error.message}` };
  }
}
