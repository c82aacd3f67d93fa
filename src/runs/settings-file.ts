// settings.json, the first file of a run's folder: what the run is of, and where it was made.
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { datasetRecord } from "../datasets";
import { UserError } from "../errors";
import { packageRoot } from "../root";
import { PART, write, writeWhole } from "./files";

export const SETTINGS = "settings.json";

/** The version of a folder's files. */
const SCHEMA = 1;

/** What makes the content of a version that of the next one. */
const MIGRATIONS: Readonly<Record<number, (content: Record<string, unknown>) => Record<string, unknown>>> = {};

const text = z.string();
const whole = z.int();

const method = z.strictObject({ name: text, title: text, paper: text, year: whole });
const space = z.strictObject({ name: text, sha256: text });
/** Where and with what the folder was made. */
const made = z.strictObject({
  time: text,
  host: text,
  naslab: text,
  /** Null outside of a clone. */
  commit: text.nullable(),
  node: text,
  tfjs: text,
});

/** What computes: equal numbers come from equal ones alone. */
const machine = z.strictObject({
  backend: z.enum(["native", "wasm", "cpu"]),
  device: text,
  threads: whole,
  /** Of the native backend. */
  tensorflow: text.nullable(),
});

export type Machine = z.infer<typeof machine>;

export const checkpointOptions = z.strictObject({
  /** How many of the newest checkpoints stay, beside the best by validation accuracy. */
  keep: whole.min(1).default(2),
  /** Steps between two. */
  steps: whole.min(1).nullable().default(null),
  /** Minutes between two. Without steps and minutes: at epochs' ends, and every five minutes, but for 1 % of the time at most. */
  minutes: z.number().positive().nullable().default(null),
});

export type CheckpointOptions = z.infer<typeof checkpointOptions>;

const schema = z.discriminatedUnion("kind", [
  z.strictObject({
    schema: z.literal(SCHEMA),
    /** A search that trains a network. */
    kind: z.literal("search"),
    method,
    space,
    data: datasetRecord,
    settings: z.record(text, z.unknown()),
    checkpoints: checkpointOptions,
    made,
    /** Null before the first stage. */
    machine: machine.nullable(),
  }),
  z.strictObject({
    schema: z.literal(SCHEMA),
    /** Searches that ask a benchmark, one for each seed. */
    kind: z.literal("tabular"),
    method,
    space,
    settings: z.record(text, z.unknown()),
    seeds: z.array(whole.nonnegative()).min(1),
    evaluations: whole.positive(),
    made,
  }),
]);

export type RunSettings = z.infer<typeof schema>;
export type SearchFile = Extract<RunSettings, { kind: "search" }>;
export type TabularFile = Extract<RunSettings, { kind: "tabular" }>;

/** The versions that every file begins with. */
export const heading = () => ({
  schema: SCHEMA as typeof SCHEMA,
  made: {
    time: new Date().toISOString(),
    host: hostname(),
    naslab: versionOf(packageRoot),
    commit: commit(),
    node: process.versions.node,
    tfjs: versionOf(dirname(require.resolve("@tensorflow/tfjs/package.json"))),
  },
});

const versionOf = (folder: string): string => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

function commit(): string | null {
  if (!existsSync(join(packageRoot, ".git"))) return null;
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: packageRoot, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return null; // no git
  }
}

/** @throws UserError if a folder holds a run already, or anything else, or would stand below a file. */
export function refuseTaken(folder: string): void {
  if (existsSync(join(folder, SETTINGS))) throw taken(folder);
  if (!existsSync(folder)) {
    refuseBelowFile(folder);
    return;
  }
  if (!statSync(folder).isDirectory()) throw new UserError(`${folder}: it is a file; name a folder for the run`);
  if (readdirSync(folder).some((name) => !name.endsWith(PART)))
    throw new UserError(`${folder}: this folder holds other files; name one that is empty or not there yet`);
}

function refuseBelowFile(folder: string): void {
  let above = dirname(resolve(folder));
  while (!existsSync(above)) above = dirname(above);
  if (statSync(above).isDirectory()) return;
  throw new UserError(`${folder}: this folder cannot be made, as ${above} is a file; name one that can be written`);
}

const taken = (folder: string) =>
  new UserError(
    `${folder}: this folder holds a run; to go on with it: resume ${folder} (in a notebook: openRun("${folder}")), or name another folder`,
  );

/** Makes a run's folder. @throws UserError as `refuseTaken`, or if it cannot be made. */
export function createFolder(folder: string, settings: RunSettings): void {
  const path = join(folder, SETTINGS);
  try {
    refuseTaken(folder);
    mkdirSync(folder, { recursive: true });
    const aside = `${path}.${process.pid}${PART}`;
    write(aside, "w", render(settings));
    try {
      linkSync(aside, path); // fails where another process was first
    } finally {
      rmSync(aside, { force: true });
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && existsSync(path)) throw taken(folder);
    throw new UserError(`${folder}: this folder cannot be made (${message}); name one that can be written`);
  }
}

/** Replaces the file; it is whole at every moment. */
export const rewriteSettings = (folder: string, settings: RunSettings): void =>
  writeWhole(join(folder, SETTINGS), render(settings));

const render = (settings: RunSettings): string => `${JSON.stringify(settings, null, 2)}\n`;

/** @throws UserError if the folder is none of a run, of a version that is not known, or its file is damaged. */
export function readSettings(folder: string): RunSettings {
  const path = join(folder, SETTINGS);
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" || code === "ENOTDIR"
        ? `there is no ${SETTINGS} in it`
        : `its ${SETTINGS} cannot be read (${code})`;
    throw new UserError(
      `${folder}: ${reason}, so there is no run to resume; name a folder that search --folder has made`,
    );
  }
  return parseSettings(content, path);
}

/** @throws UserError, naming the path, for what is no settings.json that this version knows. */
export function parseSettings(content: string, path: string): RunSettings {
  const damaged = (what: string) =>
    new UserError(`${path}: ${what}; the file is damaged or was changed by hand: put it back as it was`);
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw damaged("it is no JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw damaged("it is no object");
  const { success, data, error } = schema.safeParse(migrated(json as Record<string, unknown>, path, damaged));
  if (success) return data;
  const [issue] = error.issues;
  throw damaged(`${issue.path.join(".") || "it"}: ${issue.message}`);
}

function migrated(
  json: Record<string, unknown>,
  path: string,
  damaged: (what: string) => UserError,
): Record<string, unknown> {
  const version = json.schema;
  if (!Number.isInteger(version)) throw damaged("schema is no whole number");
  if ((version as number) > SCHEMA)
    throw new UserError(
      `${path}: it is of schema ${version}, and this NASLab reads up to ${SCHEMA}; update NASLab to go on with this run`,
    );
  let content = json;
  for (let v = version as number; v < SCHEMA; v++) {
    if (!Object.hasOwn(MIGRATIONS, v))
      throw new UserError(
        `${path}: it is of schema ${version}, which this NASLab can no longer read; use the one that made it`,
      );
    content = { ...MIGRATIONS[v](content), schema: v + 1 };
  }
  return content;
}
