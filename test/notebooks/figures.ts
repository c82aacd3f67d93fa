// What every output of a notebook must hold, so that JupyterLab, GitHub, nbconvert and LaTeX all show it.
import assert from "node:assert/strict";
import type { MimeBundle, Output } from "./notebook";

const CHARTS = ["application/vnd.vegalite.v5+json", "application/vnd.plotly.v1+json"];

/** Asserts that no output is an error or a warning or lacks a form, and gives the charts among them. */
export function checkOutputs(outputs: readonly Output[]): MimeBundle[] {
  const charts: MimeBundle[] = [];
  for (const output of outputs) {
    assert.notEqual(output.output_type, "error", `${output.ename}: ${output.evalue}`);
    assert.notEqual(output.name, "stderr", `a warning: ${textOf(output.text)}`);
    if (!output.data) continue;
    checkBundle(output.data);
    if (isChart(output.data)) charts.push(output.data);
  }
  return charts;
}

const isChart = (bundle: MimeBundle): boolean => CHARTS.some((type) => type in bundle);

function checkBundle(bundle: MimeBundle): void {
  const types = Object.keys(bundle).join(", ");
  assert.ok(!("text/html" in bundle), `JupyterLab would prefer the HTML of ${types}`);
  assert.ok(textOf(bundle["text/plain"]).length > 0, `no text beside ${types}`);
  if (isChart(bundle)) assert.ok("image/svg+xml" in bundle && "image/png" in bundle, `a chart has only ${types}`);
  if ("image/svg+xml" in bundle) assert.match(textOf(bundle["image/svg+xml"]), /<svg[\s>][\s\S]*<\/svg>\s*$/);
  if ("image/png" in bundle) {
    const png = Buffer.from(textOf(bundle["image/png"]), "base64");
    assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
  }
}

/** Notebooks store text as a string or as its lines. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join("") : String(value ?? "");
}
