import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { EventLog, parseEvents, readEvents } from "../../src/runs/event-log";

const folder = fs.mkdtempSync(join(tmpdir(), "naslab-test-"));
const path = join(folder, "events.jsonl");
after(() => fs.rmSync(folder, { recursive: true }));

const names = () => readEvents(folder).map(({ event }) => event);

test("events are added line by line, and a torn last line is cut off", () => {
  const log = new EventLog(folder);
  assert.equal(log.mend(), 0);
  log.add("step", { step: 1 });
  log.flush(false);
  log.add("epoch", { epoch: 1 });
  log.flush(true);
  assert.deepEqual(names(), ["step", "epoch"]);
  assert.equal(readEvents(folder)[0].step, 1);
  const whole = fs.readFileSync(path);
  for (const torn of ['{"time":"', "x".repeat(100_000)]) {
    fs.writeFileSync(path, Buffer.concat([whole, Buffer.from(torn)]));
    assert.deepEqual(names(), ["step", "epoch"]);
    assert.equal(new EventLog(folder).mend(), torn.length);
    assert.deepEqual(fs.readFileSync(path), whole);
  }
  fs.writeFileSync(path, "torn");
  assert.equal(new EventLog(folder).mend(), 4);
  assert.equal(fs.statSync(path).size, 0);
});

test("what a full disk has cut is taken back, waits, and is written once later", () => {
  fs.rmSync(path);
  const log = new EventLog(folder);
  log.add("first", {});
  log.flush(false);
  const real = fs.writeSync as (...words: unknown[]) => number;
  const full = mock.method(fs, "writeSync", (file: number, bytes: Buffer, at: number) => {
    if (at > 0) throw Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
    return real(file, bytes, at, 5);
  });
  log.add("second", {});
  assert.throws(() => log.flush(false), /no space/);
  assert.deepEqual(names(), ["first"]);
  assert.equal(fs.readFileSync(path, "utf8").at(-1), "\n");
  full.mock.restore();
  log.add("third", {});
  log.flush(false);
  assert.deepEqual(names(), ["first", "second", "third"]);
});

test("a line that is no event is left out", () => {
  const text = '{"time":"t","event":"a"}\n[]\nnull\n{"time":1,"event":"b"}\n\u0000\n{"time":"t","event":"c"}';
  assert.deepEqual(
    parseEvents(text).map(({ event }) => event),
    ["a", "c"],
  );
});
