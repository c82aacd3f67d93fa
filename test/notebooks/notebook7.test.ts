// A notebook in Notebook 7, in a real browser.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { launchBrowser } from "./browser";
import { startLab } from "./server";

const cell = (source: string) => ({
  cell_type: "code",
  id: source.slice(0, 5).replace(/\W/g, "-"),
  metadata: {},
  execution_count: null,
  outputs: [],
  source,
});
const notebook = {
  cells: [cell("const a: number = 20;\n[{ name: 'x', twice: 2 * a }]"), cell("await prompt('who?')")],
  metadata: {
    kernelspec: { name: "naslab", display_name: "NASLab (TypeScript)", language: "typescript" },
    language_info: { name: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

test("Notebook 7 runs cells, shows a table, and passes a question on", async () => {
  const server = await startLab();
  const browser = await launchBrowser();
  try {
    writeFileSync(join(server.folder, "notebook.ipynb"), JSON.stringify(notebook));
    const page = await browser.newPage();
    await page.goto(server.address("notebook.ipynb").replace("/lab/tree/", "/notebooks/"));
    await page.locator("text=NASLab (TypeScript)").first().waitFor();
    await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first().click();
    await page.keyboard.press("Shift+Enter");
    await page.locator('.jp-OutputArea-output[data-mime-type="text/markdown"] td:text-is("40")').waitFor();
    await page.keyboard.press("Shift+Enter");
    await page.locator(".jp-Stdin-input").fill("Bob");
    await page.keyboard.press("Enter");
    await page.locator(`.jp-OutputArea-output pre:text-is("'Bob'")`).waitFor();
    const errors = page.locator(
      '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]',
    );
    assert.deepEqual(await errors.allTextContents(), []);
  } finally {
    await browser.close();
    await server.stop();
  }
});
