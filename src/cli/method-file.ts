// A method of a user's own on the command line: its definition as a JSON file, what `defineMethod` takes.
import { readFileSync } from "node:fs";
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

/** @throws UserError that names the file and what is wrong with it. */
export function methodOf(file: string): Method {
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
