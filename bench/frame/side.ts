// A process that measures when asked to: questions are lines on its stdin, answers are lines of JSON on its stdout (see serve.ts).
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../../src/errors";
import { packageRoot } from "../../src/root";

interface Answer {
  readonly error?: string;
  /** The largest resident set so far. */
  readonly peakBytes: number;
  /** The resident set now; the reference's side has none. */
  readonly residentBytes?: number;
}

interface Program {
  readonly command: string;
  readonly words: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** For a program of the user's choice: what helps if it is not what it should be. */
  readonly remedy?: string;
}

export class Side {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #failure: Promise<never>;
  #told = "";
  /** The largest resident set so far. */
  peakBytes = 0;
  /** The resident set at the last answer. */
  residentBytes = 0;

  constructor(
    readonly name: string,
    readonly program: Program,
  ) {
    const { command, words, environment = process.env } = program;
    this.#process = spawn(command, words, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.on("data", (data) => {
      this.#told += data;
    });
    this.#failure = new Promise((_, reject) => this.#process.on("error", reject));
    this.#failure.catch(() => {}); // told when asked
    this.#process.stdin.on("error", () => {}); // a process that has ended says so by its missing answer
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** The program of one of our own, in dist/bench/sides. */
  static program(file: string, argument: object): Program {
    return {
      command: process.execPath,
      words: [join(packageRoot, "dist/bench/sides", `${file}.js`), JSON.stringify(argument)],
    };
  }

  /** One of our own. @param backend undefined: as the environment or the set-up has it. */
  static ours(name: string, file: string, argument: object, backend?: string): Side {
    const environment = { ...process.env, ...(backend && { NASLAB_BACKEND: backend }) };
    return new Side(name, { ...Side.program(file, argument), environment });
  }

  /** @throws UserError for what the side itself calls bad input, or if it is a program of the user's choice that does not answer. */
  async ask<T extends object>(question: string): Promise<T> {
    this.#process.stdin.write(`${question}\n`);
    const line = await Promise.race([this.#answers.next(), this.#failure]).catch((error: Error) =>
      this.#fail(error.message),
    );
    if (line.done) return this.#fail("ended without an answer");
    const answer = this.#parse(line.value) as T & Answer;
    if (answer.error !== undefined) throw new UserError(`${this.name}: ${answer.error}`);
    this.peakBytes = answer.peakBytes;
    this.residentBytes = answer.residentBytes ?? 0;
    return answer;
  }

  /** Seconds of so many repetitions of what the question names. */
  async seconds(question: string, times: number): Promise<number[]> {
    return (await this.ask<{ seconds: number[] }>(`${question} ${times}`)).seconds;
  }

  close(): void {
    this.#process.kill();
  }

  #parse(line: string): unknown {
    try {
      return JSON.parse(line);
    } catch {
      return this.#fail(`answered "${line}"`);
    }
  }

  #fail(what: string): never {
    const { command, remedy } = this.program;
    const last = this.#told.trim().split("\n").at(-1);
    if (remedy) throw new UserError(`${this.name} (${command}) ${what}${last ? `: ${last}` : ""}; ${remedy}`);
    throw new Error(`${this.name} ${what}\n${this.#told}`);
  }
}

/** Starts sides, and closes them whatever comes. */
export async function withSides<T>(use: (start: <S extends Side>(side: S) => S) => Promise<T>): Promise<T> {
  const sides: Side[] = [];
  try {
    return await use((side) => {
      sides.push(side);
      return side;
    });
  } finally {
    for (const side of sides) side.close();
  }
}

/** A side with what it is asked, and how often in a round. */
export interface Turn {
  readonly side: Side;
  readonly question: string;
  readonly times: number;
}

/** Seconds by turn: after two repetitions that do not count, the sides take turns until each has so many samples. */
export async function alternate(samples: number, turns: readonly Turn[]): Promise<number[][]> {
  for (const { side, question } of turns) await side.seconds(question, 2); // compilation, caches
  const seconds = turns.map((): number[] => []);
  while (seconds.some((taken) => taken.length < samples)) {
    for (const [k, { side, question, times }] of turns.entries()) {
      const left = samples - seconds[k].length;
      if (left > 0) seconds[k].push(...(await side.seconds(question, Math.min(times, left))));
    }
  }
  return seconds;
}
