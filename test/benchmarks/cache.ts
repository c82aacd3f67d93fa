// A cache of the tests' own, in which indexes are kept.
import { join } from "node:path";
import { after, before } from "node:test";

/** Below a folder, for the file of tests that asks for it. */
export function cacheBelow(folder: string): void {
  const cache = process.env.NASLAB_DATA;
  before(() => {
    process.env.NASLAB_DATA = join(folder, "cache");
  });
  after(() => {
    if (cache === undefined) delete process.env.NASLAB_DATA;
    else process.env.NASLAB_DATA = cache;
  });
}
