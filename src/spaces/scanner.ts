// Reads a notation from left to right, and points at what does not fit.
import { UserError } from "../errors";

export class Scanner {
  #position = 0;

  /** @param where the name of the function that reads, for errors. */
  constructor(
    readonly text: string,
    readonly where: string,
  ) {}

  /** How many characters have been read. */
  get position(): number {
    return this.#position;
  }

  /** Whether this comes next; then it is passed over. */
  skip(token: string): boolean {
    if (!this.text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.skip(token)) this.fail(`"${token}"`);
  }

  /** What matches here, passed over; null if nothing does. @param pattern sticky. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.#position += found?.length ?? 0;
    return found;
  }

  space(): void {
    this.take(/\s*/y);
  }

  /** This, behind any white space. */
  token(token: string): void {
    this.space();
    this.expect(token);
  }

  /** A whole number. */
  number(): number {
    return Number(this.take(/\d{1,9}/y) ?? this.fail("a number"));
  }

  /** Words in Python's or JSON's quotes. */
  quoted(): string {
    const quote = this.skip('"') ? '"' : "'";
    if (quote === "'") this.expect("'");
    const words = this.take(/[^'"]*/y) ?? "";
    this.expect(quote);
    return words;
  }

  /** A list in Python's or JSON's brackets. @param read an item; it is told those before. */
  list<T>(read: (before: readonly T[]) => T): T[] {
    const items: T[] = [];
    this.token("[");
    this.space();
    while (!this.skip("]")) {
      if (items.length > 0) this.token(",");
      this.space();
      if (items.length > 0 && this.skip("]")) return items; // Python allows a comma at the end
      items.push(read(items));
      this.space();
    }
    return items;
  }

  end(): void {
    if (this.#position < this.text.length) this.fail("the end");
  }

  /** @param at the place of what does not fit, by default where it stands. @throws UserError that shows this place. */
  fail(expected: string, at = this.#position): never {
    const start = Math.max(0, at - 60);
    const shown = this.text.slice(start, at + 60).replaceAll(/\s/g, " ");
    const found = /^(?:\w+|.)?/su.exec(this.text.slice(at, at + 60))![0];
    throw new UserError(
      `${this.where}: found ${found ? `"${found}"` : "the end"}, expected ${expected} at character ${at + 1}\n  ${shown}\n  ${" ".repeat(at - start)}^`,
    );
  }
}
