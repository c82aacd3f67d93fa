// What a user may have meant by a misspelt name.

/** The name with the fewest edits, an abbreviated one first; null if even it shares too little with the text. */
export function nearest(text: string, names: readonly string[]): string | null {
  const [best] = names
    .map((name) => ({ name, edits: text !== "" && name.startsWith(text) ? 0 : edits(text, name) }))
    .filter(({ edits }) => edits < text.length)
    .sort((a, b) => a.edits - b.edits);
  return best?.name ?? null;
}

/** Insertions, deletions and substitutions between two texts (Levenshtein 1966). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
