// How often a property is tried, and what every property of a reader has in common.
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../src/errors";

/** `npm run soak` tries so many times as much. */
const FACTOR = process.env.NASLAB_SOAK ? 100 : 1;

/** Milliseconds in which any of the small inputs is read; a reader that hangs is far beyond. */
const AT_MOST = 3000;

/** Tries a property. What fails is shown with the seed that repeats it. */
export async function holds<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => unknown,
  { runs = 200 }: { readonly runs?: number } = {},
): Promise<void> {
  const property = fc.asyncProperty(arbitrary, async (value) => {
    const start = performance.now();
    await check(value);
    const taken = performance.now() - start;
    assert.ok(taken < AT_MOST, `it took ${taken.toFixed(0)} ms`);
  });
  await fc.assert(property, { numRuns: runs * FACTOR, includeErrorInReport: true });
}

/** What `read` gives; null if it refuses. Anything but the error that it may throw is thrown on. */
export function orRefused<T>(read: () => T, kind: abstract new (...args: never[]) => Error = UserError): T | null {
  try {
    return read();
  } catch (error) {
    assertRefusal(error, kind);
    return null;
  }
}

/** The same of a promise. */
export async function orRefusedLater<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    assertRefusal(error, UserError);
    return null;
  }
}

function assertRefusal(error: unknown, kind: abstract new (...args: never[]) => Error): void {
  if (!(error instanceof kind)) throw error;
  assert.ok(error.message.length > 0 && error.message.length < 5000, `a message of ${error.message.length} characters`);
  assert.doesNotMatch(error.message, /call stack|Invalid (typed )?array length|allocation failed|is not iterable/i);
}

/** A text with some characters taken out, put in, doubled, or cut off at the end. */
export const mutated = (valid: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  edited(valid, fc.string({ maxLength: 12 }), "");

/** Bytes likewise. */
export const mutatedBytes = (valid: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  edited(
    valid.map((bytes) => bytes.toString("latin1")),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    "",
  ).map((text) => Buffer.from(text, "latin1"));

function edited(valid: fc.Arbitrary<string>, inserted: fc.Arbitrary<string>, nothing: string): fc.Arbitrary<string> {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const edit = fc.record({
    kind: fc.constantFrom("insert", "delete", "replace", "double", "cut"),
    at: share,
    size: share,
    inserted,
  });
  return fc.tuple(valid, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([text, edits]) =>
    edits.reduce((now, { kind, at, size, inserted }) => {
      const from = Math.floor(at * now.length);
      const to = Math.min(now.length, from + Math.ceil(size * 8));
      const [before, part, after] = [now.slice(0, from), now.slice(from, to), now.slice(to)];
      if (kind === "cut") return before;
      return (
        before + { insert: inserted + part, delete: nothing, replace: inserted, double: part + part }[kind] + after
      );
    }, text),
  );
}

/**
 * Memory that a reader takes beyond what the input has, times a factor; what little a process always takes is left to it.
 * Claims of a file, of which nothing is there, are of gigabytes.
 */
export function assertMemory<T>(inputBytes: number, read: () => T, factor = 300): T {
  const before = process.memoryUsage();
  const value = read();
  const { heapUsed, external } = process.memoryUsage();
  const taken = heapUsed + external - before.heapUsed - before.external;
  assert.ok(taken < factor * inputBytes + 64e6, `it took ${(taken / 1e6).toFixed(0)} MB of ${inputBytes} bytes`);
  return value;
}
