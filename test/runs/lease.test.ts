// One process at a time in a folder.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { holderOf, Lease } from "../../src/runs/lease";

const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
const path = join(folder, "lease.json");
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const holder = (changes: object) =>
  `${JSON.stringify({ host: hostname(), process: process.pid, started: null, ...changes })}\n`;

test("a living process has it alone, and gives it back", () => {
  const lease = Lease.take(folder);
  assert.ok(lease.isHeld);
  assert.equal(holderOf(folder), `process ${process.pid} on ${hostname()}`);
  assert.throws(() => Lease.take(folder), /another run of this process is searching in this folder/);
  writeFileSync(path, holder({ process: process.ppid }));
  assert.ok(!lease.isHeld);
  assert.throws(
    () => Lease.take(folder),
    new RegExp(`process ${process.ppid} on ${hostname()} is searching in this folder; .*kill ${process.ppid}`),
  );
  lease.end(); // it is not this process's any more
  assert.ok(existsSync(path));
  rmSync(path);
  const other = Lease.take(folder);
  other.end();
  assert.deepEqual(readdirSync(folder), []);
});

test("a dead process's is taken over: its number is free, or has another process by now, or the file is torn", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  for (const text of [holder({ process: pid }), holder({ started: "before the last start 1" }), '{"host":"a']) {
    writeFileSync(path, text);
    assert.equal(holderOf(folder), null);
    const lease = Lease.take(folder);
    assert.equal(JSON.parse(readFileSync(path, "utf8")).process, process.pid);
    lease.end();
  }
});

test("another host's is alive as long as it gives signs of life", () => {
  writeFileSync(path, holder({ host: "far.example", process: 7 }));
  assert.throws(() => Lease.take(folder), /process 7 on far\.example is searching in this folder.* there/);
  const silent = new Date(Date.now() - 11 * 60_000);
  utimesSync(path, silent, silent);
  const lease = Lease.take(folder);
  assert.ok(lease.isHeld);
  lease.end();
});
