// A search's memory is steady, and one search after the other gives it back: shortly here, at the promised length with npm run soak.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runBench } from "./run-bench";

const soak = process.env.NASLAB_SOAK !== undefined;
const words = soak ? [] : ["--steps", "300", "--searches", "2", "--search-steps", "4"];

/** In 300 steps the resident set still moves by some megabytes; a batch that is lost at each step would be 10 MB by 100. */
const limit = soak ? 1e6 : 5e6;

test("memory does not grow with the steps, nor with the searches", async (context) => {
  const { code, stdout, stderr } = await runBench("soak", ...words);
  assert.equal(code, 0, stderr);
  const { slopeBytesPer100Steps, heldSlopeBytesPer100Steps, residentBytes, searches, steps } = JSON.parse(stdout);
  context.diagnostic(
    `${(slopeBytesPer100Steps / 1e6).toFixed(2)} MB by 100 steps, searches ${searches.growth.toFixed(3)}`,
  );
  assert.equal(residentBytes.length, steps / 20);
  assert.equal(searches.residentBytes.length, searches.count);
  assert.ok(slopeBytesPer100Steps < limit, `${slopeBytesPer100Steps} bytes by 100 steps`);
  assert.ok(heldSlopeBytesPer100Steps < 5e5, `JavaScript holds ${heldSlopeBytesPer100Steps} bytes more by 100 steps`);
  assert.ok(searches.within, `${searches.residentBytes}`);
});
