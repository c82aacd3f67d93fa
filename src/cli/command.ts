// What a command of naslab is, and how it reads its words.
import { existsSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { UserError } from "../errors";
import { nearest } from "../nearest";
import { program } from "../root";

export interface Command {
  /** What `--help` prints. */
  readonly help: string;
  /** Does it, and answers the exit code. Bad input is thrown as a UserError. */
  run(words: readonly string[]): Promise<number>;
}

/** Exit code after an interrupt, as shells have it: 128 + SIGINT. */
export const INTERRUPTED = 130;

type Options = NonNullable<ParseArgsConfig["options"]>;

type Words<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: boolean; strict: true }>
>;

/** Reads options as node:util's parseArgs does. Unknown and malformed ones are UserErrors. */
export function readWords<T extends Options>(words: readonly string[], options: T, positionals = false): Words<T> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: positionals, strict: true });
  } catch (error) {
    if (!isParseError(error)) throw error;
    const ambiguous = /^Option '.*?(--[\w-]+)(?: <value>)?' argument is ambiguous/.exec(error.message);
    if (ambiguous) throw new UserError(ambiguousValue(ambiguous[1], words));
    const [told] = error.message.split(/\. |\n/);
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UserError(`${told}; the options are ${[...names, "--help"].join(", ")}`);
  }
}

/** Of a value that looks like an option. */
function ambiguousValue(option: string, words: readonly string[]): string {
  const value = words[words.indexOf(option) + 1];
  return `${option} ${value}: a value that begins with "-" is written behind "=", as in ${option}=${value}`;
}

/** The one folder that a command is given. */
export function onlyFolder(words: readonly string[], command: string): string {
  if (words.length === 1) return words[0];
  throw new UserError(
    `give one folder, got ${words.length}; for example: ${program} ${command} runs${command === "runs" ? "" : "/first"}`,
  );
}

/** Whether node:util's parseArgs has refused its words. */
export function isParseError(error: unknown): error is TypeError {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(option: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  if (/^\d+$/.test(text) && value > most) throw new UserError(`--${option} ${text} is too large; give at most ${most}`);
  throw new UserError(`--${option} ${text} is not a whole number of at least ${least}; give one, for example ${least}`);
}

/**
 * The absolute path of a file that is to be written.
 * @param endings one of which its name has to have, if there are any.
 */
export function fileToWrite(option: string, text: string, endings: readonly string[] = []): string {
  const path = resolve(text);
  const folder = dirname(path);
  const refuse = (what: string) => {
    throw new UserError(`--${option} ${text}: ${what}`);
  };
  if (endings.length > 0 && !endings.includes(extname(path).toLowerCase()))
    refuse(`end the file's name in ${endings.join(" or ")}`);
  if (!existsSync(folder)) refuse(`there is no folder "${folder}"; make it first`);
  if (!statSync(folder).isDirectory()) refuse(`"${folder}" is a file, not a folder; name a file in a folder`);
  if (existsSync(path) && statSync(path).isDirectory()) refuse("it is a folder; name a file in it");
  return path;
}

/** So many names are read faster than a suggestion, which may mislead: "gpu" is not a misspelt "cpu". */
const FEW = 4;

/** Reads one of some names; of many, the error suggests the nearest. */
export function oneOf<T extends string>(option: string, text: string, names: readonly T[]): T {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const meant = names.length > FEW ? nearest(text, names) : null;
  const all = `use ${names.join(" or ")}`;
  throw new UserError(`--${option} ${text} is unknown; ${meant === null ? all : `did you mean ${meant}? Else ${all}`}`);
}
