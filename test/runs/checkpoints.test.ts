// Checkpoints that a crash, a full disk or a flipped byte can't take away.
import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, mock, test } from "node:test";
import { Checkpoints } from "../../src/runs/checkpoints";

const root = fs.mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => fs.rmSync(root, { recursive: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(root, String(++count));
});

const content = (step: number, score: number | null = null) => ({
  step,
  score,
  settings: {},
  state: { step, eta: Float64Array.of(step, -0) },
});
const files = () => fs.readdirSync(join(folder, "checkpoints")).sort();
const stateOf = (damaged?: (file: string, why: string) => void) => new Checkpoints(folder).newest(damaged)?.state;

test("the newest stay, and the best; the newest is the one written last, also where it has fewer steps", () => {
  const checkpoints = new Checkpoints(folder);
  assert.equal(checkpoints.newest(), null);
  for (const [step, score] of [
    [1, 0.2],
    [2, 0.9],
    [3, 0.5],
    [4, 0.6],
    [5, 0.6],
  ]) {
    checkpoints.write(content(step, score), 2);
  }
  const steps = () => files().flatMap((file) => /^step-0*(\d+)\.json$/.exec(file)?.[1] ?? []);
  assert.deepEqual(steps(), ["2", "4", "5"]);
  assert.equal(files().length, 6);
  assert.deepEqual(stateOf(), content(5).state);
  const later = new Checkpoints(folder); // after an early stop has gone back
  later.write(content(2, 0.1), 2);
  assert.deepEqual(steps(), ["2", "4", "5"]); // the best is now that of step 4 or 5
  assert.deepEqual(stateOf(), content(2).state);
  assert.equal(new Checkpoints(folder).number, 6);
});

test("a crash at any moment of writing leaves the checkpoint before or the new one, whole", () => {
  const names = ["openSync", "writeSync", "fsyncSync", "closeSync", "renameSync", "rmSync", "mkdirSync"] as const;
  class Death extends Error {}
  const outcomes = new Set<unknown>();
  let k = 0;
  for (let died = true; died; k++) {
    folder = join(root, `crash-${k}`);
    const checkpoints = new Checkpoints(folder);
    for (const step of [1, 2, 3]) checkpoints.write(content(step), 2);
    let left = k;
    const mocks = names.map((name) => {
      const real = fs[name] as (...words: unknown[]) => unknown;
      return mock.method(fs, name, (...words: unknown[]) => {
        if (left-- > 0) return real(...words);
        if (name === "writeSync" && left === -1) {
          const [file, bytes, at, length] = words as [number, Buffer, number, number];
          real(file, bytes, at, length >> 1);
        }
        left = -2; // and nothing ever after
        throw new Death();
      });
    });
    died = false;
    try {
      checkpoints.write(content(4), 2);
    } catch (error) {
      assert.ok(error instanceof Death);
      died = true;
    } finally {
      for (const each of mocks) each.mock.restore();
    }
    const next = new Checkpoints(folder);
    const found = next.newest((file, why) => assert.fail(`${file}: ${why}`))!;
    assert.deepEqual(found.state, content(found.step).state);
    outcomes.add(found.step);
    next.sweep();
    next.write(content(5), 2);
    assert.deepEqual(stateOf(), content(5).state);
    assert.equal(files().length, 4, "nothing is left over");
  }
  assert.deepEqual([...outcomes], [3, 4]);
  assert.ok(k > 10, `${k} moments`);
});

test("a flipped byte or a cut end anywhere falls back to the checkpoint before, and says so", () => {
  const checkpoints = new Checkpoints(folder);
  for (const step of [1, 2]) checkpoints.write(content(step), 2);
  for (const file of files().filter((name) => name.startsWith("step-000002"))) {
    const path = join(folder, "checkpoints", file);
    const whole = fs.readFileSync(path);
    for (let n = 0; n < 40; n++) {
      const at = Math.floor((n / 40) * whole.length);
      const damaged = n % 2 === 0 ? Buffer.from(whole) : whole.subarray(0, at);
      if (n % 2 === 0) damaged[at] ^= 1 << (n % 8);
      fs.writeFileSync(path, damaged);
      const told: string[] = [];
      assert.deepEqual(
        stateOf((name) => told.push(name)),
        content(1).state,
        `${file}, ${n}`,
      );
      assert.deepEqual(told, ["step-000002.json"]);
    }
    fs.writeFileSync(path, whole);
    assert.deepEqual(stateOf(), content(2).state);
  }
});

test("a checkpoint that names a file elsewhere is damaged", () => {
  const checkpoints = new Checkpoints(folder);
  checkpoints.write(content(1), 2);
  const [tensors] = files().filter((name) => name.endsWith(".safetensors"));
  const path = join(folder, "checkpoints", "step-000001.json");
  const { createHash } = require("node:crypto");
  const body = fs
    .readFileSync(path, "utf8")
    .slice(90, -2)
    .replace(/^.*?"number"/, '{"number"')
    .replace(tensors, `../checkpoints/${tensors}`);
  const sha256 = createHash("sha256").update(body).digest("hex");
  fs.writeFileSync(path, `{"sha256":"${sha256}","checkpoint":${body}}\n`);
  const told: string[] = [];
  assert.equal(
    stateOf((_, why) => told.push(why)),
    undefined,
  );
  assert.match(told[0], /it names "\.\.\/checkpoints/);
});
