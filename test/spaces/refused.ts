// What a space answers to a text that is none of its architectures.
import assert from "node:assert/strict";
import { UserError } from "../../src/errors";
import type { SearchSpace } from "../../src/spaces";

/** It shows the first character that does not fit, and says what was expected there. */
export function assertRefusedAt(space: SearchSpace, text: string, character: number, expected: RegExp): void {
  assert.throws(
    () => space.parse(text),
    (error) =>
      error instanceof UserError &&
      expected.test(error.message) &&
      error.message.includes(`at character ${character}\n`),
  );
}
