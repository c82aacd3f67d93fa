// Pictures of values that have no display of their own but are known to be one: SVG, image files, canvases, chart specifications, tables.
import { inspect } from "node:util";
import { isTable, tableMarkdown } from "./table";

type MimeBundle = Record<string, unknown>;

/** The picture of `value`, or undefined where it is none of these. */
export function plainBundle(value: unknown): MimeBundle | Promise<MimeBundle> | undefined {
  if (typeof value === "string") return svg(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Uint8Array) return imageFile(value);
  if (isCanvas(value)) return canvas(value);
  if (isTable(value)) return { "text/markdown": tableMarkdown(value), "text/plain": inspect(value) };
  return vega(value) ?? plotly(value);
}

function svg(text: string): MimeBundle | undefined {
  const isSvg = /^\s*(<\?xml[^>]*\?>\s*)?(<!DOCTYPE[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<svg[\s>]/i.test(text);
  if (!isSvg || !/<\/svg>\s*$/i.test(text)) return undefined;
  return { "image/svg+xml": text, "text/plain": `SVG image, ${text.length} characters` };
}

const SIGNATURES: readonly [type: string, name: string, first: string][] = [
  ["image/png", "PNG", "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", "JPEG", "\xff\xd8\xff"],
  ["image/gif", "GIF", "GIF8"],
];

function imageFile(bytes: Uint8Array): MimeBundle | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = SIGNATURES.find(([, , first]) => buffer.subarray(0, first.length).toString("latin1") === first);
  if (!found) return undefined;
  const [type, name] = found;
  return { [type]: buffer.toString("base64"), "text/plain": `${name} image, ${buffer.length} bytes` };
}

/** What the packages that bring a canvas to Node have in common with the browser's. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: string): unknown;
  toDataURL(type: string): string | Promise<string>;
}

const isCanvas = (value: object): value is Canvas =>
  typeof (value as Canvas).getContext === "function" && typeof (value as Canvas).toDataURL === "function";

async function canvas(value: Canvas): Promise<MimeBundle> {
  const [, base64] = (await value.toDataURL("image/png")).split(";base64,");
  return { "image/png": base64, "text/plain": `canvas, ${value.width} × ${value.height}` };
}

/** A specification of Vega or Vega-Lite says what it is and in which version. */
function vega(value: object): MimeBundle | undefined {
  const { $schema } = value as { $schema?: unknown };
  const match = typeof $schema === "string" && /\/schema\/(vega|vega-lite)\/v(\d+)/.exec($schema);
  if (!match) return undefined;
  const [, language, version] = match;
  const type = `application/vnd.${language === "vega" ? "vega" : "vegalite"}.v${version}+json`;
  return { [type]: asJson(value), "text/plain": inspect(value) };
}

/** Plotly's figure: traces, and what belongs to them. */
function plotly(value: object): MimeBundle | undefined {
  const figure = value as { data?: unknown; layout?: unknown };
  const parts = Object.keys(value);
  if (!parts.every((part) => ["data", "layout", "config", "frames"].includes(part))) return undefined;
  if (!Array.isArray(figure.data) || !figure.data.every(isObject)) return undefined;
  const areTraces = figure.data.length > 0 && figure.data.every(({ type }) => typeof type === "string");
  if (!areTraces && !isObject(figure.layout)) return undefined;
  return {
    "application/vnd.plotly.v1+json": asJson({ layout: {}, ...value }),
    "text/plain": inspect(value),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The value as JSON has it, typed arrays as lists. */
function asJson(value: object): unknown {
  const plain = (_: string, inner: unknown) =>
    ArrayBuffer.isView(inner) && !(inner instanceof DataView) ? Array.from(inner as Float64Array) : inner;
  return JSON.parse(JSON.stringify(value, plain));
}
