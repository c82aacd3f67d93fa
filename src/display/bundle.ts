// What a notebook is given for a value: one representation a MIME type. Never text/html, which JupyterLab would prefer.

export type MimeBundle = Record<string, unknown>;

/** The convention by which a value shows itself (Deno's kernel has it too): a method under this symbol, returning a bundle. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

export const VEGA_LITE = "application/vnd.vegalite.v5+json";
export const PLOTLY = "application/vnd.plotly.v1+json";

/** The bundle of a text and nothing else. */
export function textBundle(text: string): MimeBundle {
  return { "text/plain": text };
}
