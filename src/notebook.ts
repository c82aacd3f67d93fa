// The port through which code in a cell reaches the notebook it runs in; NASLab's kernel sets it.

/** A two-way channel of messages between code in a cell and a part of the page, for example a panel of JupyterLab's plugin. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends JSON, and bytes beside it that are not encoded as text. */
  send(data: unknown, buffers?: readonly Uint8Array[]): void;
  /** Ends the comm on both sides. */
  close(data?: unknown): void;
  /** Calls the listener at each message that comes, also while a cell awaits; answers a function that removes it. */
  onMessage(listener: (data: unknown, buffers: readonly Uint8Array[]) => void): () => void;
  /** Calls the listener when the other side closes the comm. */
  onClose(listener: (data: unknown) => void): () => void;
}

/** What a notebook offers to the code of its cells. */
export interface Notebook {
  /** Shows a MIME bundle in the calling cell. What was shown under an id is replaced in place by `update`. */
  display(data: Record<string, unknown>, options?: { id?: string; update?: boolean }): void;
  /** Shows a value in the calling cell, as the cell's last value would be shown; the cell ends when it is shown. */
  show(value: unknown): void;
  /** Empties the output of the calling cell; with `wait`, as soon as something new is shown, so that nothing flickers. */
  clearOutput(wait?: boolean): void;
  /** Asks the user for a line of text. Rejects in a client that cannot ask. */
  prompt(question?: string, options?: { password?: boolean }): Promise<string>;
  /** A signal that aborts when the user interrupts the running cell. */
  signal(): AbortSignal;
  /** Opens a comm to the target of that name in the page. A client that does not know it closes the comm. */
  openComm(target: string, data?: unknown): Comm;
  /** Lets the page open comms to this name; `opened` is given each. Answers a function that withdraws the name; open comms stay. */
  registerTarget(target: string, opened: (comm: Comm, data: unknown) => void): () => void;
}

/** The notebook that this code runs in; undefined in a script. */
export const notebook = (): Notebook | undefined =>
  (globalThis as Record<symbol, unknown>)[Symbol.for("naslab.notebook")] as Notebook | undefined;
