// What the interrupt button does: code that listens to its cell's signal stops by itself, other code is cut off.
import { getEventListeners } from "node:events";
import type { Cell } from "./cell";

/** Milliseconds for a cell that asked for its signal but does not listen to it (it may look at it between its steps). */
const GRACE = 2000;

export class Interrupter {
  private readonly started = new Set<Cell>();
  private running: Cell | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** `cut` ends the running cell with an error, whatever it awaits. */
  constructor(private readonly cut: () => void) {}

  begin(cell: Cell): void {
    this.running = cell;
    this.started.add(cell);
  }

  end(cell: Cell): void {
    clearTimeout(this.timer);
    this.running = undefined;
    if (!cell.asked) this.started.delete(cell); // else what it left in the background may still listen
  }

  /** One press. The first aborts the signals, also of earlier cells; a second cuts off a running cell that has not ended by then. */
  press(): void {
    const running = this.running;
    const pressedAgain = running?.signal.aborted;
    const heard = running !== undefined && getEventListeners(running.signal, "abort").length > 0;
    for (const cell of this.started) {
      cell.abort();
      if (cell !== running) this.started.delete(cell);
    }
    if (!running) return;
    if (pressedAgain || !running.asked) this.cut();
    else if (!heard) this.timer = setTimeout(this.cut, GRACE);
  }
}
