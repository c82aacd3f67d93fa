// Notebooks in folders that know nothing of npm.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KernelClient } from "./client";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "naslab-anywhere-"));
});
after(() => rmSync(folder, { recursive: true }));

/** The results of cells in a fresh kernel; of one that fails, its error. */
async function resultsOf(...cells: string[]): Promise<unknown[]> {
  const kernel = await KernelClient.start(folder);
  const results: unknown[] = [];
  try {
    for (const cell of cells) {
      const { outputs, reply } = await kernel.execute(cell);
      const result = outputs.find(({ type }) => type === "execute_result");
      results.push(result ? (result.content.data as Record<string, string>)["text/plain"] : reply.evalue);
    }
    return results;
  } finally {
    await kernel.stop();
  }
}

test("cells import naslab with its types, wherever their notebook lies", async () => {
  const [edges, error] = await resultsOf(
    'import { spaces } from "naslab"; spaces.nasBench201().edges.length',
    "spaces.nasBench201().edge",
  );
  assert.equal(edges, "6");
  assert.match(String(error), /1:\d+ - Property 'edge' does not exist on type 'NasBench201'/);
});

test("a folder that has a package of this name keeps it", async () => {
  const own = join(folder, "node_modules", "naslab");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "package.json"), '{ "name": "naslab", "main": "main.js", "types": "main.d.ts" }');
  writeFileSync(join(own, "main.js"), "exports.whose = 'theirs';");
  writeFileSync(join(own, "main.d.ts"), "export declare const whose: string;");
  assert.deepEqual(await resultsOf('import { whose } from "naslab"; whose'), ["'theirs'"]);
});
