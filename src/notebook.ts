// The port through which code in a cell reaches the notebook it runs in; NASLab's kernel sets it.

/** What a notebook offers to the code of its cells. */
export interface Notebook {
  /** Shows a MIME bundle in the cell that showed this id first; `update` replaces it in place. */
  display(data: Record<string, unknown>, options: { id: string; update: boolean }): void;
  /** A signal that aborts when the user interrupts the running cell. */
  signal(): AbortSignal;
}

/** The notebook that this code runs in; undefined in a script. */
export const notebook = (): Notebook | undefined =>
  (globalThis as Record<symbol, unknown>)[Symbol.for("naslab.notebook")] as Notebook | undefined;
