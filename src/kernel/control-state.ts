// What the main thread and the control thread tell each other while the main thread's event loop does not turn.

const PRESSED = 0;
const HEARD = 1;
const IN_SCRIPT = 2;
const RAISED = 3;
const CUT = 4;

/** Milliseconds for a signal to arrive. */
export const ARRIVAL = 1000;
const NEVER = 0;

export class ControlState {
  private readonly cells: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT)) {
    this.cells = new Int32Array(shared);
  }

  /** The control thread has read an interrupt request; answers its number. */
  press(): number {
    return Atomics.add(this.cells, PRESSED, 1) + 1;
  }

  /** The main thread has dealt with every press up to this one. */
  hear(press: number): void {
    Atomics.store(this.cells, HEARD, press);
    this.clearCut();
  }

  /** A cell has ended by an interrupt: with it, all presses so far are dealt with, and a signal that was raised has arrived. */
  hearAll(): void {
    this.hear(Atomics.load(this.cells, PRESSED));
    Atomics.store(this.cells, RAISED, NEVER);
  }

  hasHeard(press: number): boolean {
    return Atomics.load(this.cells, HEARD) >= press;
  }

  /** Whether the synchronous part of a cell runs, which Node ends at SIGINT. */
  get isInScript(): boolean {
    return Atomics.load(this.cells, IN_SCRIPT) === 1;
  }

  set isInScript(value: boolean) {
    Atomics.store(this.cells, IN_SCRIPT, Number(value));
  }

  /** The control thread is about to send SIGINT to its own process. */
  raise(): void {
    Atomics.store(this.cells, RAISED, now());
  }

  /** Whether the SIGINT that comes now is the control thread's, whose press is heard of anyway. Where Node has lost it, the next is the user's. */
  takeRaised(): boolean {
    const at = Atomics.exchange(this.cells, RAISED, NEVER);
    return at !== NEVER && now() - at < ARRIVAL;
  }

  /** Asks the loops of cells to throw (see loops.ts). */
  cut(): void {
    Atomics.store(this.cells, CUT, 1);
  }

  get isCut(): boolean {
    return this.cells[CUT] === 1;
  }

  clearCut(): void {
    Atomics.store(this.cells, CUT, 0);
  }
}

const now = (): number => 1 + (Date.now() % (2 ** 31 - 1));
