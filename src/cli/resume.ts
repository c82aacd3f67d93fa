// naslab resume: goes on with a run from its folder, to the end.
import { UserError } from "../errors";
import { tabularMethods } from "../methods";
import { program } from "../root";
import type { SearchDocument } from "../runs";
import { readResult } from "../runs/folder";
import { readSettings } from "../runs/settings-file";
import { type Command, onlyFolder, readWords } from "./command";
import { methodOf } from "./method-file";
import { print } from "./print";
import { summary } from "./search-document";
import { readCheckpointOptions, supernetWords } from "./supernet-options";
import { type TabularDocument, tabularSummary } from "./tabular-document";
import { tabularWords } from "./tabular-options";
import { keptSearches } from "./tabular-search";

const text = { type: "string" } as const;

/** What a run keeps as it is; how often it is saved may change. */
const {
  checkpoints,
  "checkpoint-every": every,
  backend,
  ...fixed
} = {
  space: text,
  seed: text,
  ...supernetWords,
  ...tabularWords,
};

export const resume: Command = {
  help: `Usage: ${program} resume RUN [OPTIONS]

Goes on with a run that search --folder (or a notebook) has made in the folder RUN, from its newest checkpoint to its
end, and prints the same result as search would have. A finished run prints its result again.

  --json                one JSON document instead of a summary
  --method FILE         the method's file again, where it is your own and has parts of your own
  --checkpoint-every N  steps, or minutes as in 10min
  --checkpoints N       how many of the newest stay

What the search depends on cannot be changed: make another run for that.`,

  async run(words) {
    const { values, positionals } = readWords(
      words,
      {
        json: { type: "boolean", default: false },
        method: text,
        checkpoints,
        "checkpoint-every": every,
        backend,
        ...fixed,
      },
      true,
    );
    const given = Object.keys({ ...fixed, backend }).filter(
      (name) => values[name as keyof typeof values] !== undefined,
    );
    if (given.length > 0)
      throw new UserError(
        `${given.map((name) => `--${name}`).join(", ")}: a run goes on with the settings that it began with; leave it out, or start another run with search --folder`,
      );
    const folder = onlyFolder(positionals, "resume");
    const file = readSettings(folder);
    const result = readResult(folder);
    if (file.kind === "tabular") {
      if (result)
        await print(values.json ? JSON.stringify(result, null, 2) : tabularSummary(result as TabularDocument));
      return result ? 0 : keptSearches(folder, file, tabularMethods[file.method.name], values.json);
    }
    const { openRun } = await import("../runs/index.js"); // with TensorFlow, for which nobody who has mistyped shall wait
    const method = values.method === undefined ? undefined : (methodOf(values.method) ?? undefined);
    const run = openRun(folder, { method, checkpoints: readCheckpointOptions(values) });
    if (result && run.finished) {
      await print(values.json ? JSON.stringify(result, null, 2) : summary(result as SearchDocument));
      return 0;
    }
    const { searchToTheEnd } = await import("./supernet-search.js");
    return searchToTheEnd(run, values.json);
  },
};
