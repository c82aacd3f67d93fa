// Bad arguments and files of every call that a notebook makes: one error that names value, place and remedy, nothing done.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { packageRoot } from "../../src/root";
import { arrays } from "./calls/arrays";
import type { CallCase } from "./calls/call-case";
import { files } from "./calls/files";
import { genotypes } from "./calls/genotypes";
import { proxyCalls } from "./calls/proxies";
import { runs } from "./calls/runs";
import { scores } from "./calls/scores";
import { settings } from "./calls/settings";
import { spaces } from "./calls/spaces";
import { assertSaid } from "./said";
import { stateOf } from "./state";

const folder = mkdtempSync(join(tmpdir(), "naslab-bad-"));
after(() => rmSync(folder, { recursive: true }));

const below = (name: string) => {
  mkdirSync(join(folder, name));
  return join(folder, name);
};

/** By entry; a new one is a file of ./calls and a line here. */
const entries: Readonly<Record<string, readonly CallCase[]>> = {
  settings,
  spaces,
  genotypes,
  arrays,
  proxies: proxyCalls,
  files: files(below("files")),
  runs: runs(below("runs")),
  scores: scores(below("scores")),
};

const before = [folder, packageRoot].map(stateOf);

test("the corpus has 120 calls, each another", () => {
  const names = Object.entries(entries).flatMap(([entry, cases]) => cases.map(({ name }) => `${entry}: ${name}`));
  assert.ok(names.length >= 120, `${names.length} calls`);
  assert.equal(new Set(names).size, names.length);
});

for (const [entry, cases] of Object.entries(entries)) {
  suite(entry, () => {
    for (const { name, call, said, error } of cases) {
      test(name, { timeout: 10_000 }, async () => {
        const thrown = await errorOf(call);
        assert.equal(thrown.name, error, thrown.stack);
        assertSaid(thrown.message, said);
      });
    }
  });
}

test("no file was changed", () => {
  assert.deepEqual([folder, packageRoot].map(stateOf), before);
});

async function errorOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  return assert.fail("nothing was refused");
}
