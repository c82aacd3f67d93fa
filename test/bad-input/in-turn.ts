// A process that runs commands one after the other through their main function, as bin/naslab.js does, and answers what each said.
import { main } from "../../src/cli/main";

export interface Asked {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** TensorFlow's modules that are loaded by then. */
  readonly loaded: readonly string[];
}

async function answer({ words, env }: Asked): Promise<Answered> {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (text: string | Uint8Array, ...rest: unknown[]) => {
      said[name] += text;
      const written = rest.at(-1);
      if (typeof written === "function") written();
      return true;
    };
  }
  const code = await main(words);
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return { code, ...said, loaded: Object.keys(require.cache).filter((path) => path.includes("/@tensorflow/")) };
}

process.on("message", async (asked: Asked) => process.send!(await answer(asked)));
