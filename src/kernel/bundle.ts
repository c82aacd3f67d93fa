// How a cell's last value shows itself: the MIME bundle that its own method gives (the convention of Deno's kernel), else its text.
import { inspect } from "node:util";

export type MimeBundle = Record<string, unknown>;

const DISPLAY = Symbol.for("Jupyter.display");

/** The bundle of `value`, or undefined where it shows nothing. Rejects when its method throws. */
export async function bundleOf(value: unknown): Promise<MimeBundle | undefined> {
  const picture = (value as { [DISPLAY]?: unknown } | null | undefined)?.[DISPLAY];
  if (typeof picture !== "function") return value === undefined ? undefined : textOf(value);
  const bundle = (await picture.call(value)) as MimeBundle | undefined;
  return bundle && onTheWire(bundle);
}

export function textOf(value: unknown): MimeBundle {
  return { "text/plain": inspect(value, { colors: false }) };
}

/** The bundle as JSON carries it: bytes as base64. */
export function onTheWire(bundle: MimeBundle): MimeBundle {
  const encode = (data: unknown) => (data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data);
  return Object.fromEntries(Object.entries(bundle).map(([type, data]) => [type, encode(data)]));
}
