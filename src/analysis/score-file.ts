// Scores in a file, a line of JSON each, so that long studies go on where they were stopped, and come with the package.
import { existsSync, readFileSync, truncateSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { refused, UserError } from "../errors";
import { recordedSpace, type SearchSpace, spaceRecord } from "../spaces";
import type { ScoreSettings } from "./score-settings";
import type { ScoreRow } from "./score-table";

const count = z.int().positive();
const headSchema = z.strictObject({
  kind: z.literal("scores"),
  space: z.strictObject({ name: z.string(), sha256: z.string() }),
  proxies: z.array(z.string()),
  data: z.string(),
  sha256: z.string().nullable(),
  images: count,
  size: z.strictObject({ channels: count, cells: count, image: z.tuple([count, count, count]), classes: count }),
  seed: z.int().nonnegative(),
  repeats: count,
});

const rowSchema = z.strictObject({
  architecture: z.string(),
  scores: z.record(z.string(), z.number().nullable()),
  reasons: z.record(z.string(), z.string()).optional(),
  seconds: z.record(z.string(), z.number()),
});

function headOf({
  space,
  proxies,
  data,
  sha256,
  images,
  size,
  seed,
  repeats,
}: ScoreSettings): z.infer<typeof headSchema> {
  const { channels, cells, image, classes } = size;
  const shape: [number, number, number] = [image[0], image[1], image[2]];
  return {
    kind: "scores",
    space: spaceRecord(space),
    proxies: [...proxies],
    data,
    sha256,
    images,
    size: { channels, cells, image: shape, classes },
    seed,
    repeats,
  };
}

/** The first line of a file of scores. */
export const headLine = (settings: ScoreSettings): string => `${JSON.stringify(headOf(settings))}\n`;

/** A line: counts in full, scores to the nine digits that tell single precision's numbers apart. */
export function rowLine({ architecture, scores, reasons, seconds }: ScoreRow): string {
  const digits = (values: Readonly<Record<string, number | null>>, precision: number) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value === null || Number.isInteger(value) ? value : Number(value.toPrecision(precision)),
      ]),
    );
  const row = {
    architecture: architecture.toString(),
    scores: digits(scores, 9),
    ...(Object.keys(reasons).length > 0 && { reasons }),
    seconds: digits(seconds, 3),
  };
  return `${JSON.stringify(row)}\n`;
}

/** What a file of scores holds; it may be packed (.gz). @param own the space where it is a user's. @throws UserError if it cannot be read, or holds something else. */
export function readScores(
  path: string,
  { space: own }: { readonly space?: SearchSpace } = {},
): { readonly settings: ScoreSettings; readonly rows: readonly ScoreRow[] } {
  const [head, ...lines] = textOf(path).trimEnd().split("\n");
  const found = parsed(headSchema, head, path, 1);
  const space = own && spaceRecord(own).sha256 === found.space.sha256 ? own : recordedSpace(found.space);
  const rows = lines.map((line, k): ScoreRow => {
    const row = parsed(rowSchema, line, path, k + 2);
    return { ...row, architecture: space.parse(row.architecture), reasons: row.reasons ?? {} };
  });
  return { settings: { ...found, space }, rows };
}

/**
 * What a file of scores under these settings holds already; none where there is no file. A last line that was cut off is removed.
 * @throws UserError if it was made under others.
 */
export function knownScores(path: string, settings: ScoreSettings): readonly ScoreRow[] {
  if (!existsSync(path)) return [];
  const text = textOf(path);
  if (headLine(settings).startsWith(text)) return []; // nothing, or the beginning of what will be written again
  const own = JSON.stringify(headOf(settings));
  const theirs = JSON.stringify(parsed(headSchema, text.split("\n", 1)[0], path, 1));
  if (own !== theirs)
    throw new UserError(
      `"${path}" holds scores under other settings, ${theirs}, where ${own} is wanted; name another file`,
    );
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return readScores(path, settings).rows;
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    throw refused(error, `"${path}" cannot be read`, "name a file that naslab score has written");
  }
}

function parsed<T>(schema: z.ZodType<T>, line: string, path: string, number: number): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UserError(`"${path}", line ${number}: not JSON; it is no file of scores, or damaged: name another`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path: place, message }] = result.error.issues;
  throw new UserError(
    `"${path}", line ${number}: ${place.join(".")}: ${message}; it is no file of scores, or damaged: name another`,
  );
}
