import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { scoringDisplay } from "../../src/display";
import { VEGA_LITE } from "../../src/display/bundle";

type Shown = { data: Record<string, unknown>; options: { id: string; update: boolean } };
const NOTEBOOK = Symbol.for("naslab.notebook");
const globals = globalThis as Record<symbol, unknown>;
afterEach(() => delete globals[NOTEBOOK]);

test("one display is updated twice a second and ends with words", () => {
  const shown: Shown[] = [];
  globals[NOTEBOOK] = { display: (data: Shown["data"], options: Shown["options"]) => shown.push({ data, options }) };
  let time = 0;
  const tell = scoringDisplay(() => time);
  for (let done = 1; done <= 10; done++) {
    time += 200;
    tell({ done, of: 2000, secondsLeft: done === 1 ? null : 90, ended: false });
  }
  tell({ done: 10, of: 2000, secondsLeft: 0, ended: true });
  assert.deepEqual(
    shown.map(({ options }) => options.update),
    [false, true, true, true, true],
  );
  assert.equal(new Set(shown.map(({ options }) => options.id)).size, 1);
  assert.deepEqual(
    shown.map(({ data }) => data["text/plain"]),
    [
      "Scoring: 1 of 2,000 architectures",
      ...[4, 7, 10].map((done) => `Scoring: ${done} of 2,000 architectures · 1:30 left`),
      "Scored 10 of 2,000 architectures in 0:02, interrupted",
    ],
  );
  assert.ok(VEGA_LITE in shown[0].data);
  assert.deepEqual(Object.keys(shown[4].data), ["text/plain"]);
});
