// The commands behind bin/naslab.js, and what all of them have in common: help, bad input, failures.
import { UserError } from "../errors";
import { bench } from "./bench";
import { type Command, isParseError } from "./command";
import { describe } from "./describe";
import { methods } from "./methods";
import { notebooks } from "./notebooks";
import { resume } from "./resume";
import { run } from "./run";
import { runs } from "./runs";
import { score } from "./score";
import { search } from "./search";
import { show } from "./show";
import { spaces } from "./spaces";

/** The commands by name; bin/commands.js says of each what must be set up before. */
export const commands: Readonly<Record<string, Command>> = {
  run,
  notebooks,
  search,
  score,
  resume,
  runs,
  show,
  methods,
  spaces,
  describe,
  bench,
};

/**
 * Runs one command.
 * @returns the exit code: 0; 2 after bad input (said in one line); 130 after an interrupt; 1 after an internal failure, with its stack
 */
export async function main([name, ...words]: readonly string[]): Promise<number> {
  const command = commands[name];
  if (!command) throw new Error(`main: there is no command "${name}"`);
  const onlyHelp = name === "bench" ? words[0] : words.find((word) => word === "--help" || word === "-h");
  if (onlyHelp === "--help" || onlyHelp === "-h") {
    console.log(command.help);
    return 0;
  }
  try {
    return await command.run(words);
  } catch (error) {
    if (error instanceof UserError || isParseError(error)) {
      console.error(`naslab: ${name}: ${error.message.replaceAll(/\s*\n\s*/g, " ")}`);
      return 2;
    }
    console.error(error);
    return 1;
  }
}
