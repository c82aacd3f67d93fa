// A call of the library, as a cell of a notebook makes it, with bad arguments or files.
import type { Said } from "../said";

export interface CallCase {
  readonly name: string;
  readonly call: () => unknown;
  readonly said: Said;
  /** What it throws: a numerical function JavaScript's own RangeError, all else a UserError. */
  readonly error: "UserError" | "RangeError" | "TypeError";
}

/** A call that gives or promises nothing but a UserError. */
export const refused = (
  name: string,
  call: () => unknown,
  said: Said,
  error: CallCase["error"] = "UserError",
): CallCase => ({
  name,
  call,
  said,
  error,
});
