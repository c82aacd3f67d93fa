// Where something is, on standard error: one line that is rewritten in a terminal, a line now and then elsewhere.

/** Seconds between two lines where they are not rewritten. */
const INTERVAL = 10;

const CLEAR = "\r\x1b[K";

export class LiveLine {
  readonly #live: boolean;
  #told = performance.now();

  constructor(readonly stream: NodeJS.WriteStream = process.stderr) {
    this.#live = stream.isTTY === true;
  }

  /** Says where it is. @param line is asked for only if it is shown. */
  tell(line: () => string): void {
    if (this.#live) this.stream.write(`${CLEAR}${line()}`);
    else if (performance.now() - this.#told > 1000 * INTERVAL) {
      this.#told = performance.now();
      this.stream.write(`${line()}\n`);
    }
  }

  /** A line that stays. */
  write(line: string): void {
    this.stream.write(`${this.#live ? CLEAR : ""}${line}\n`);
  }

  /** Takes away what was told last. */
  clear(): void {
    if (this.#live) this.stream.write(CLEAR);
  }
}
