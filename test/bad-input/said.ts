// What a refusal has to say.
import assert from "node:assert/strict";

/** Words that the message has to have; null where there is none, as of an option that is missing. */
export interface Said {
  /** What was given. */
  readonly value: string | null;
  /** Where it was given. */
  readonly place: string;
  /** What helps. */
  readonly remedy: string;
}

/** In the tables: value, place, remedy. */
export const says = (value: string | null, place: string, remedy: string): Said => ({ value, place, remedy });

export function assertSaid(message: string, { value, place, remedy }: Said): void {
  for (const [what, words] of Object.entries({ value, place, remedy }))
    if (words !== null) assert.ok(message.includes(words), `the ${what}, "${words}", is not in: ${message}`);
  assert.doesNotMatch(message, /^ +at .*:\d+:\d+\)?$/m, "it has a stack trace");
  assert.doesNotMatch(message, /\b(undefined|\[object Object\]|NaN bytes)\b/, "it prints what is no value");
}
