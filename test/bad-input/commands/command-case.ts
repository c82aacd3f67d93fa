// A command with bad words, files or variables.
import type { Said } from "../said";

export interface CommandCase {
  readonly words: readonly string[];
  readonly said: Said;
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is run as a user runs it; the others go through the commands' main function. */
  readonly real: boolean;
}

type Options = { readonly env?: Readonly<Record<string, string>> };

/** Through the commands' main function. */
export const refused = (words: string | readonly string[], said: Said, { env }: Options = {}): CommandCase => ({
  words: typeof words === "string" ? words.split(" ") : words,
  said,
  env,
  real: false,
});

/** As a process of its own. */
export const really = (words: string | readonly string[], said: Said, options: Options = {}): CommandCase => ({
  ...refused(words, said, options),
  real: true,
});
