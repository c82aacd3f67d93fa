// naslab bench: hands its words to one of the benchmarks in bench/.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors";
import { packageRoot } from "../root";
import type { Command } from "./command";

const folder = join(packageRoot, "dist", "bench");

interface Benchmark {
  readonly help: string;
  main(words: readonly string[]): Promise<number>;
}

/** Each benchmark is a file of bench/; its folders hold their parts. */
function benchmarkNames(): string[] {
  const sources = join(packageRoot, "bench"); // dist may hold benchmarks that are gone
  const files = existsSync(sources) ? readdirSync(sources) : [];
  return files.filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -".ts".length));
}

export const bench: Command = {
  help: `Usage: npm run -s bench -- NAME …

Measures speed and memory: a table on standard error, one JSON document on standard output (without -s, npm prints two lines of its own
there). npm run bench -- NAME --help tells more; NAME is one of: ${benchmarkNames().join(", ")}`,

  async run([name, ...words]) {
    const names = benchmarkNames();
    if (!names.includes(name)) {
      throw new UserError(`${name ? `"${name}" is unknown` : "a name is missing"}; use one of ${names.join(", ")}`);
    }
    const benchmark: Benchmark = require(join(folder, name)).bench;
    if (!words.includes("--help") && !words.includes("-h")) return benchmark.main(words);
    console.log(benchmark.help);
    return 0;
  },
};
