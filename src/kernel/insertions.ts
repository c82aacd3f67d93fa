// Text put into code at several places, and where a place of the result lay before.

export interface Insertion {
  /** Offset in the text before. */
  readonly at: number;
  readonly text: string;
}

export interface Inserted {
  readonly text: string;
  /** The offset before the insertions of an offset after them. */
  original(offset: number): number;
}

/** Insertions at the same place stand in the order in which they are given. */
export function insert(code: string, insertions: readonly Insertion[]): Inserted {
  const sorted = [...insertions].sort((a, b) => a.at - b.at);
  let text = "";
  let from = 0;
  for (const insertion of sorted) {
    text += code.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  return {
    text: text + code.slice(from),
    original(offset) {
      let shift = 0;
      for (const insertion of sorted) {
        if (insertion.at + shift >= offset) break;
        shift += Math.min(insertion.text.length, offset - insertion.at - shift);
      }
      return offset - shift;
    },
  };
}
