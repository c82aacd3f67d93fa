// A pause of a stage: it is held between two steps until it may go on.
import { once } from "node:events";

export class Pause {
  #over: AbortController | null = null;

  get isOn(): boolean {
    return this.#over !== null;
  }

  begin(): void {
    this.#over ??= new AbortController();
  }

  end(): void {
    this.#over?.abort();
    this.#over = null;
  }

  /** Resolves when the pause ends, or when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#over || signal.aborted) return;
    await once(AbortSignal.any([this.#over.signal, signal]), "abort");
  }
}
