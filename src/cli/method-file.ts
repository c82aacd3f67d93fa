// A method of a user's own on the command line: as a JSON file what `defineMethod` takes, as a module what it gives.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";
import { defineMethod, type Method, type MethodDefinition } from "../methods";

const schema = z.strictObject({
  name: z.string().min(1),
  title: z.string().min(1),
  paper: z.string(),
  year: z.int(),
  settings: z.looseObject({}),
});

/** The file that the words name a method by; null if they name one of NASLab's. @throws UserError that says what is wrong with the file. */
export function methodOf(name: string): Method | null {
  if (name.endsWith(".json")) return definedBy(name);
  return name.endsWith(".js") ? exportedBy(name) : null;
}

/** A module may add parts of its own to the axes before it exports its method. */
function exportedBy(file: string): Method {
  const wrong = (what: string) =>
    new UserError(`--method ${file}: ${what}; give a module in this clone that exports what defineMethod gives`);
  let exported: Partial<Method> | undefined;
  try {
    exported = require(resolve(file));
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw wrong(`it can't be loaded (${line})`);
  }
  if (typeof exported?.learner !== "function") throw wrong("it exports no method");
  return exported as Method;
}

function definedBy(file: string): Method {
  const wrong = (what: string) =>
    new UserError(
      `--method ${file}: ${what}; give a JSON file { name, title, paper, year, settings } as in docs/methods.md`,
    );
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw wrong(`it can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(`it is no JSON (${(error as Error).message})`);
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) throw wrong(`${error.issues[0].path.join(".") || "it"}: ${error.issues[0].message}`);
  try {
    return defineMethod(data as MethodDefinition);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--method ${file}: ${error.message}`);
    throw error;
  }
}
