// How a cell's last value shows itself: the MIME bundle that its own method gives (the convention of Deno's kernel), the picture of
// what is known to be one (plain.ts), else its text.
import { inspect } from "node:util";
import { plainBundle } from "./plain";

export type MimeBundle = Record<string, unknown>;

const DISPLAY = Symbol.for("Jupyter.display");

/** Undefined where the value shows nothing. */
function bundleOf(value: unknown): MimeBundle | undefined | Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined;
  const picture = (value as { [DISPLAY]?: unknown } | null)?.[DISPLAY];
  if (typeof picture !== "function") return plainBundle(value) ?? textOf(value);
  const bundle = picture.call(value) as MimeBundle | undefined | Promise<MimeBundle | undefined>;
  return bundle instanceof Promise ? bundle.then((made) => made && onTheWire(made)) : bundle && onTheWire(bundle);
}

function textOf(value: unknown): MimeBundle {
  return { "text/plain": inspect(value, { colors: false }) };
}

/**
 * Hands the value's bundle to `publish`: at once, or when the promise that it answers resolves. If its display fails, `failed` is told
 * and its text is published.
 */
export function present(
  value: unknown,
  publish: (bundle: MimeBundle) => void,
  failed: (error: unknown) => void,
): Promise<void> | undefined {
  const fail = (error: unknown) => {
    failed(error);
    publish({ "text/plain": inspect(value, { customInspect: false }) });
  };
  try {
    const made = bundleOf(value);
    if (made instanceof Promise) return made.then((bundle) => bundle && publish(bundle)).catch(fail);
    if (made) publish(made);
  } catch (error) {
    fail(error);
  }
  return undefined;
}

/** The bundle as JSON carries it: bytes as base64. */
export function onTheWire(bundle: MimeBundle): MimeBundle {
  const encode = (data: unknown) => (data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data);
  return Object.fromEntries(Object.entries(bundle).map(([type, data]) => [type, encode(data)]));
}
