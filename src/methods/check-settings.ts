// Settings against a schema: defaults are filled in, and what does not fit is said in one line.
import type { z } from "zod";
import { UserError } from "../errors";

/**
 * All settings, defaults filled in.
 * @throws UserError that names the unknown name, or the place and the value that does not fit.
 */
export function checkSettings<Settings>(schema: z.ZodType<Settings>, input: object = {}): Settings {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = ["settings", ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    const rest = structuredClone(input);
    for (const key of issue.keys) delete (valueAt(rest, issue.path) as Record<string, unknown>)[key];
    const known = Object.keys(valueAt(schema.safeParse(rest).data ?? {}, issue.path) ?? {});
    const names = known.length > 0 ? `the names are ${known.join(", ")}` : "there are no settings";
    throw new UserError(`${place}: unknown name "${issue.keys[0]}"; ${names}`);
  }
  const given = valueAt(input, issue.path);
  const wrong = given === undefined ? "it is missing" : `${shown(given)} does not fit`;
  throw new UserError(`${place}: ${wrong}: ${issue.message.replace(/^Invalid input: /, "")}`);
}

/** As JSON, which has no NaN and no infinity. */
const shown = (value: unknown): string => (typeof value === "number" ? String(value) : JSON.stringify(value));

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
