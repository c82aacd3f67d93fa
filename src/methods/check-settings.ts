// Settings against a schema: defaults are filled in, and what does not fit is said in one line.
import type { z } from "zod";
import { UserError } from "../errors";

/**
 * All settings, defaults filled in.
 * @param name what errors call them. @throws UserError that names the unknown name, or the place and the value that does not fit.
 */
export function checkSettings<Settings>(schema: z.ZodType<Settings>, input: object = {}, name = "settings"): Settings {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = [name, ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    const names = namesAt(schema, without(input, issue.path, issue.keys), issue.path);
    throw new UserError(`${place}: unknown name "${issue.keys[0]}"; ${names}`);
  }
  const given = valueAt(input, issue.path);
  const wrong = given === undefined ? "it is missing" : `${shown(given)} does not fit`;
  throw new UserError(`${place}: ${wrong}: ${issue.message.replace(/^Invalid input: /, "")}`);
}

/** As JSON, which has no NaN and no infinity. */
const shown = (value: unknown): string => (typeof value === "number" ? String(value) : JSON.stringify(value));

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);
}

const isObject = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === "object" && value !== null;

/** A copy that lacks some names at a place. */
function without(value: unknown, [key, ...path]: readonly PropertyKey[], names: readonly string[]): unknown {
  if (!isObject(value)) return value;
  if (key !== undefined)
    return Object.assign(Array.isArray(value) ? [...value] : { ...value }, { [key]: without(value[key], path, names) });
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** Which names there are at a place, in words; told from settings that have no other there. */
function namesAt(schema: z.ZodType, settings: unknown, path: readonly PropertyKey[]): string {
  const { success, data } = schema.safeParse(settings);
  if (!success) return "leave it out";
  const known = Object.keys(valueAt(data, path) ?? {});
  return known.length > 0 ? `the names are ${known.join(", ")}` : "there are no settings";
}
