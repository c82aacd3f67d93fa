import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openScores, type ScoreRow, type ScoreSettings } from "../../src/analysis";
import { headLine, knownScores, rowLine } from "../../src/analysis/score-file";
import { spaces } from "../../src/spaces";

const folder = mkdtempSync(join(tmpdir(), "naslab-scores-"));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const space = spaces.nasBench201();
const settings: ScoreSettings = {
  space,
  proxies: ["naswot", "params"],
  data: "CIFAR-10",
  sha256: null,
  images: 64,
  size: { channels: 16, cells: 5, image: [32, 32, 3], classes: 10 },
  seed: 0,
  repeats: 1,
};
const row = (index: number, naswot: number | null): ScoreRow => ({
  architecture: space.at(index),
  scores: { naswot, params: 184373834 },
  reasons: naswot === null ? { naswot: "two images are equal" } : {},
  seconds: { naswot: 0.1234567, params: 0 },
});
const text = headLine(settings) + rowLine(row(5, 1234.56789)) + rowLine(row(7, null));

test("scores come back from their file, packed or not", () => {
  writeFileSync(at("scores.jsonl"), text);
  writeFileSync(at("scores.jsonl.gz"), gzipSync(text));
  for (const name of ["scores.jsonl", "scores.jsonl.gz"]) {
    const table = openScores(at(name));
    assert.deepEqual(table.of("naswot"), [1234.56789, null]);
    assert.deepEqual(table.of("params"), [184373834, 184373834]);
    assert.deepEqual(
      table.proxies.map(({ better }) => better),
      ["higher", "higher"],
    );
    assert.deepEqual(
      table.rows.map(({ architecture }) => architecture.index),
      [5, 7],
    );
    assert.equal(table.rows[1].reasons.naswot, "two images are equal");
    assert.equal(table.settings.space, space);
  }
});

test("a study goes on from its file, without the line that was cut off", () => {
  writeFileSync(at("cut.jsonl"), text);
  appendFileSync(at("cut.jsonl"), rowLine(row(9, 1)).slice(0, 40));
  const known = knownScores(at("cut.jsonl"), settings);
  assert.deepEqual(
    known.map(({ architecture }) => architecture.index),
    [5, 7],
  );
  assert.equal(readFileSync(at("cut.jsonl"), "utf8"), text);
  assert.equal(knownScores(at("none.jsonl"), settings).length, 0);
  writeFileSync(at("head.jsonl"), headLine(settings));
  assert.equal(knownScores(at("head.jsonl"), settings).length, 0);
});

test("a file that is not ours, or of other settings, is left as it is", () => {
  const foreign = ["not mine", '{"kind":"run"}\n{"a":1}', `${text}{"architecture": "|no`];
  for (const [k, content] of foreign.entries()) {
    writeFileSync(at("foreign.jsonl"), content);
    const own = k === 2 ? { ...settings, seed: 1 } : settings;
    assert.throws(() => knownScores(at("foreign.jsonl"), own), /name another/);
    assert.equal(readFileSync(at("foreign.jsonl"), "utf8"), content);
  }
  writeFileSync(at("begun.jsonl"), headLine(settings).slice(0, 30));
  assert.equal(knownScores(at("begun.jsonl"), settings).length, 0);
});

test("other settings, damage and other files are refused with the line", () => {
  writeFileSync(at("scores.jsonl"), text);
  assert.throws(
    () => knownScores(at("scores.jsonl"), { ...settings, seed: 1 }),
    /under other settings, .*"seed":0.*"seed":1/,
  );
  assert.throws(() => openScores(at("nowhere.jsonl")), /nowhere.jsonl" cannot be read \(ENOENT\); name a file/);
  for (const [content, said] of [
    ["hello\n", /line 1: not JSON/],
    ["{}\n", /line 1: kind: .*no file of scores/],
    [`${headLine(settings)}{"architecture": 3}\n`, /line 2: architecture: /],
    [headLine(settings), /holds no scores yet/],
    [text.replace("nasbench201", "nasbench202"), /"nasbench202" is not NASLab's/],
  ] as const) {
    writeFileSync(at("bad.jsonl"), content);
    assert.throws(() => openScores(at("bad.jsonl")), said);
  }
});
