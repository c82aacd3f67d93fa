// The installed kernel's notebooks in papermill, nbconvert, jupyter console, and printed from the browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../src/root";
import { launchBrowser } from "../notebooks/browser";
import { notebookFolder, type Output } from "../notebooks/notebook";

interface Report {
  readonly papermill: {
    readonly injected: string;
    readonly outputs: readonly Output[][];
    readonly parameters: readonly string[][];
  };
  readonly nbconvert: Readonly<Record<"html" | "markdown" | "latex", string>>;
  readonly console: string;
}

const folder = notebookFolder();
let report: Report;
before(() => {
  const python = join(packageRoot, ".venv/bin/python");
  const words = [join(packageRoot, "test/kernel/clients.py"), folder];
  report = JSON.parse(execFileSync(python, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
});
after(() => rmSync(folder, { recursive: true }));

test("papermill writes parameters in TypeScript, and the cells after them see the values", () => {
  const { injected, outputs } = report.papermill;
  assert.equal(
    injected.trim(),
    [
      "// Parameters",
      "let epochs = 3;",
      'let name = "\\u00e9 \\"q\\"\\n";',
      "let rate = Infinity;",
      'let more = { "a b": [1, null, true, -2.5] };',
      "let large = 1152921504606846976n;",
    ].join("\n"),
  );
  assert.deepEqual(outputs[3]![0]!.data!["text/plain"], "[ { a_b: 3, c: Infinity } ]");
  const values = '[3,"é \\\\"q\\\\"\\\\n",{"a b":[1,null,true,-2.5]},"1152921504606846976"]';
  assert.deepEqual(outputs[4]![0]!.data, { "text/plain": `'${values}'` });
});

test("papermill tells a notebook's parameters with their types and comments", () => {
  assert.deepEqual(report.papermill.parameters, [
    ["epochs", "None", "1", "how many"],
    ["name", "string", '"http://a"', "where"],
    ["rate", "None", "1 / 2", ""],
  ]);
});

test("nbconvert exports HTML, Markdown and LaTeX with pictures, without Inkscape", () => {
  const { html, markdown, latex } = report.nbconvert;
  assert.ok(/<img [^>]*src="data:image\/svg\+xml;base64,/.test(html), "the picture as SVG");
  assert.ok(/<table>[\s\S]*<td [^>]*>Infinity<\/td>/.test(html), "the table");
  assert.match(markdown, /```typescript\nimport \{ spaces \}/);
  const picture = /!\[\w+\]\((out_files\/\w+\.svg)\)/.exec(markdown);
  assert.ok(picture && existsSync(join(folder, picture[1]!)), markdown);
  const included = /\\adjustimage\{[^\n]*\}\{(out_files\/\w+\.png)\}/.exec(latex);
  assert.ok(included && existsSync(join(folder, included[1]!)), "the picture as PNG");
  assert.ok(latex.includes("\\begin{longtable}"), "the table");
});

test("a browser prints the HTML as PDF", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.route(/^https?:/, (route) => route.abort()); // MathJax's server, which a test does not ask
    await page.goto(pathToFileURL(join(folder, "out.html")).href);
    const pdf = await page.pdf();
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    assert.ok(pdf.length > 20_000, `${pdf.length} bytes`);
  } finally {
    await browser.close();
  }
});

test("jupyter console runs cells over several lines, and a cell asks its user", () => {
  assert.match(report.console, /Out\[2\]: 42[\s\S]*who\? Out\[3\]: 'Bob'/);
});
