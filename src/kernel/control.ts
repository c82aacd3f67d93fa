// The main thread's side of the control channel: requests come from its thread, answers go back to it.
import { on, once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ControlState } from "./control-state";

/** What the control thread is started with. */
export interface ControlOptions {
  /** Addresses to bind. */
  readonly control: string;
  readonly heartbeat: string;
  readonly key: string;
  readonly scheme: string;
  readonly session: string;
  readonly shared: SharedArrayBuffer;
}

export class Control {
  readonly state = new ControlState();
  private readonly worker: Worker;
  private presses = 0;

  private constructor(options: Omit<ControlOptions, "shared">) {
    const workerData: ControlOptions = { ...options, shared: this.state.shared };
    this.worker = new Worker(join(__dirname, "control-thread.js"), { workerData });
  }

  /** Resolves when the sockets are bound. */
  static async open(options: Omit<ControlOptions, "shared">): Promise<Control> {
    const control = new Control(options);
    await new Promise((resolve, reject) => control.worker.once("message", resolve).once("error", reject));
    return control;
  }

  /** The messages of the channel as they come. */
  async *messages(): AsyncGenerator<Buffer[]> {
    for await (const [frames] of on(this.worker, "message"))
      yield frames.map((frame: Uint8Array) => Buffer.from(frame));
  }

  send(frames: readonly (Uint8Array | string)[]): void {
    this.worker.postMessage(frames);
  }

  /** Ends the thread; the process aborts if it exits before. */
  async close(): Promise<void> {
    this.worker.postMessage("close");
    await once(this.worker, "exit");
  }

  /** An interrupt request has arrived; false if what it was for has been cut off meanwhile. */
  takePress(): boolean {
    const press = ++this.presses;
    if (this.state.hasHeard(press)) return false;
    this.state.hear(press);
    return true;
  }
}
