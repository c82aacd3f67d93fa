// A search's memory is steady, and one search after the other gives it back: shortly here, at the promised length with npm run soak.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runBench } from "./run-bench";

const words = process.env.NASLAB_SOAK ? [] : ["--steps", "300", "--searches", "3", "--search-steps", "4"];

test("memory does not grow with the steps, nor with the searches", async (context) => {
  const { code, stdout, stderr } = await runBench("soak", ...words);
  assert.equal(code, 0, stderr);
  const { slopeBytesPer100Steps, slopeWithin, residentBytes, searches, steps } = JSON.parse(stdout);
  context.diagnostic(
    `${(slopeBytesPer100Steps / 1e6).toFixed(2)} MB by 100 steps, searches ${searches.growth.toFixed(3)}`,
  );
  assert.equal(residentBytes.length, 20);
  assert.equal(searches.residentBytes.length, searches.count);
  assert.ok(steps >= 300);
  assert.ok(slopeWithin, `${slopeBytesPer100Steps} bytes by 100 steps`);
  assert.ok(searches.within, `${searches.residentBytes}`);
});
