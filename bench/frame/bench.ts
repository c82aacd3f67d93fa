// The frame of every benchmark: words in, tables for people on standard error, one JSON document on standard output.
import { loadavg } from "node:os";
import type { ParseArgsConfig } from "node:util";
import { readWords } from "../../src/cli/command";
import { textTable } from "../../src/display/words";
import { machine } from "./machine";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The words of a benchmark, by the names of its options. */
export type Values<T extends Options> = ReturnType<typeof readWords<T>>["values"];

export interface Report {
  /** What was measured: the JSON document but for machine, versions and load. */
  readonly result: Readonly<Record<string, unknown>>;
  /** Of what ran, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** For people; the first row of each is its heading. */
  readonly tables: readonly (readonly (readonly string[])[])[];
}

/** A benchmark as the command line sees it. */
export interface Benchmark {
  readonly help: string;
  /** Measures and prints; answers the exit code. Bad input is thrown as a UserError before anything runs for long. */
  main(words: readonly string[]): Promise<number>;
}

export function benchmark<T extends Options>(definition: {
  readonly name: string;
  readonly help: string;
  readonly options: T;
  run(values: Values<T>): Promise<Report>;
}): Benchmark {
  const { name, help, options, run } = definition;
  return {
    help,
    async main(words) {
      // --json is from before JSON was always printed; it changes nothing
      const { values } = readWords(words, { ...options, json: { type: "boolean" } });
      const before = loadavg()[0];
      const { result, versions, tables } = await run(values as Values<T>);
      const load = { before, after: loadavg()[0] };
      const { cpu, cores } = machine;
      console.error([...tables.map(textTable), `${cpu}, ${cores} cores; load ${before} before`].join("\n\n"));
      const document = {
        bench: name,
        ...result,
        machine,
        versions: { node: process.versions.node, ...versions },
        load,
      };
      console.log(JSON.stringify(document, null, 2));
      return 0;
    },
  };
}
