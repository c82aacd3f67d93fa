// The installed kernel in the hands of Jupyter's own clients.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { before, test } from "node:test";
import { packageRoot } from "../../src/root";

interface Restart {
  readonly seconds: number;
  readonly status: string;
}

interface Report {
  readonly nbclient: {
    readonly outputs: Record<string, unknown>[][];
    readonly error: { ename: string; evalue: string; traceback: string };
  };
  readonly manager: { readonly awaiting: Restart; readonly looping: Restart; readonly shutdown: number };
}

let report: Report;
before(() => {
  const python = join(packageRoot, ".venv/bin/python");
  const script = join(packageRoot, "test/kernel/jupyter.py");
  report = JSON.parse(execFileSync(python, [script, packageRoot], { encoding: "utf8" }));
});

test("nbclient keeps the outputs and stops with the cell's own error", () => {
  const { outputs, error } = report.nbclient;
  const [sum, display, update, failed, never] = outputs;
  assert.deepEqual(sum, [
    { output_type: "execute_result", metadata: {}, data: { "text/plain": "2" }, execution_count: 1 },
  ]);
  assert.deepEqual([display![0]!.output_type, display!.length, update], ["display_data", 1, []]);
  assert.deepEqual([failed![0]!.output_type, never], ["error", []]);
  assert.deepEqual([error.ename, error.evalue], ["RangeError", "not 2"]);
  assert.match(error.traceback, /cell 4, line 2: throw new RangeError/);
});

test("nbclient keeps a display's last update in the cell that made it", () => {
  assert.deepEqual(report.nbclient.outputs[1]![0]!.data, { "text/plain": "second" });
});

test("Jupyter restarts the kernel promptly, whatever it does", () => {
  for (const { seconds, status } of [report.manager.awaiting, report.manager.looping]) {
    assert.ok(seconds < 2.5, `${seconds} s`);
    assert.equal(status, "error", "a new kernel knows no name of the old one");
  }
  assert.ok(report.manager.shutdown < 2.5, `${report.manager.shutdown} s`);
});
