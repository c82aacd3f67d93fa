// Where a position of a cell's compiled JavaScript lies in the TypeScript that the user wrote, without a source map:
// the words of both texts are aligned by their longest common subsequence.

export interface Position {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

interface Word extends Position {
  readonly text: string;
}

/** Pairs of words; beyond it an alignment would take noticeable time. */
const LIMIT = 1.6e7;

/** The source's position for the output's `at`, or undefined where none of that output line came from the source. */
export function sourcePosition(source: string, output: string, at: Position): Position | undefined {
  const from = words(output);
  const to = words(source);
  if (from.length * to.length > LIMIT) return undefined;
  const partner = align(from, to);
  const onLine = from.flatMap((word, index) => (word.line === at.line && partner[index]! >= 0 ? [index] : []));
  const before = onLine.filter((index) => from[index]!.column <= at.column);
  const match = before.at(-1) ?? onLine[0];
  return match === undefined ? undefined : to[partner[match]!];
}

function words(text: string): Word[] {
  return text.split("\n").flatMap((content, row) =>
    Array.from(content.matchAll(/[\w$]+|[^\w$\s]/g), (match) => ({
      text: match[0],
      line: row + 1,
      column: match.index + 1,
    })),
  );
}

/** For each word of `a` the index of its partner in `b`, or -1. */
function align(a: readonly Word[], b: readonly Word[]): Int32Array {
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width); // longest common subsequence of the two tails
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i]!.text === b[j]!.text
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const partner = new Int32Array(a.length).fill(-1);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]!.text === b[j]!.text) partner[i++] = j++;
    else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) i++;
    else j++;
  }
  return partner;
}
