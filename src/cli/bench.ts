// naslab bench: hands its words to one of the benchmarks in bench/.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors";
import { packageRoot } from "../root";
import type { Command } from "./command";

const folder = join(packageRoot, "dist", "bench");

interface Benchmark {
  main(words: string[]): Promise<number>;
}

/** The compiled files of bench/ that are benchmarks; the others are parts of them. */
function benchmarkNames(): string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".js")) : [];
  return files.map((file) => file.slice(0, -".js".length)).filter((name) => !name.endsWith("-worker"));
}

export const bench: Command = {
  help: `Usage: npm run bench -- NAME …

Measures speed and memory. npm run bench -- NAME --help tells more; NAME is one of: ${benchmarkNames().join(", ")}`,

  async run([name, ...words]) {
    const names = benchmarkNames();
    if (!names.includes(name)) {
      throw new UserError(`${name ? `"${name}" is unknown` : "a name is missing"}; use one of ${names.join(", ")}`);
    }
    const benchmark: Benchmark = require(join(folder, name));
    return benchmark.main(words);
  },
};
