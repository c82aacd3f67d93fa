// The cells of this kernel's life, as `history_request` asks for them. They are kept in memory alone: this is the only session.
import type { Content } from "./message";

/** The number of this session; requests also call it 0, the current one. */
const SESSION = 1;

interface Entry {
  readonly line: number;
  readonly source: string;
  output: string | null;
}

/** A cell as the protocol lists it: session, line, and its source or its source and result. */
type Listed = [session: number, line: number, input: string | [source: string, output: string | null]];

export class History {
  private readonly entries: Entry[] = [];

  add(line: number, source: string): void {
    this.entries.push({ line, source, output: null });
  }

  /** The text of the last cell's result. */
  result(text: unknown): void {
    const last = this.entries.at(-1);
    if (last && typeof text === "string") last.output = text;
  }

  /** The entries that a request asks for, oldest first. */
  find(request: Content): Listed[] {
    return this.wanted(request).map(({ line, source, output }) => [
      SESSION,
      line,
      request.output ? [source, output] : source,
    ]);
  }

  private wanted({ hist_access_type, session, start, stop, n, pattern, unique }: Content): readonly Entry[] {
    const { entries } = this;
    const last = (found: readonly Entry[]) =>
      typeof n === "number" ? found.slice(Math.max(0, found.length - n)) : found;
    switch (hist_access_type) {
      case "tail":
        return last(entries);
      case "range": {
        if (session !== undefined && session !== 0 && session !== SESSION) return [];
        const from = typeof start === "number" ? start : 1;
        const to = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
        return entries.filter(({ line }) => line >= from && line < to);
      }
      case "search": {
        const glob = globExpression(typeof pattern === "string" ? pattern : "*");
        const found = entries.filter(({ source }) => glob.test(source));
        return last(unique ? lastOfEach(found) : found);
      }
      default:
        throw new RangeError(`history_request: unknown hist_access_type ${JSON.stringify(hist_access_type)}`);
    }
  }
}

/** A glob of the whole text: `*` is any text, `?` any character. */
function globExpression(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

/** Of entries with the same source the last. */
function lastOfEach(entries: readonly Entry[]): Entry[] {
  const last = new Map(entries.map((entry) => [entry.source, entry]));
  return entries.filter((entry) => last.get(entry.source) === entry);
}
