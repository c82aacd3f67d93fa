// The control channel and the heartbeat, in a thread of their own: they answer while a cell never yields. Started by control.ts.
import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import type { ControlOptions } from "./control";
import { ARRIVAL, ControlState } from "./control-state";
import { type Message, Wire } from "./message";

/** Milliseconds after which the main thread, not having heard of an interrupt, is taken to be stuck in a cell. */
const PATIENCE = 100;
/** Milliseconds for the main thread to end the process after a shutdown request. */
const FAREWELL = 1000;

const { control, heartbeat, key, scheme, session, shared } = workerData as ControlOptions;
const wire = new Wire(key, scheme, session);
const state = new ControlState(shared);
const router = new Router({ sendHighWaterMark: 0, sendTimeout: 0 });
const heart = new Reply();
const main = parentPort!;

async function beat(): Promise<void> {
  await heart.bind(heartbeat);
  for await (const frames of heart) await heart.send(frames);
}

async function listen(): Promise<void> {
  await router.bind(control);
  main.on("message", (frames: Uint8Array[] | "close") => (frames === "close" ? close() : void router.send(frames)));
  main.postMessage("ready");
  for await (const frames of router) {
    const message = read(frames);
    const type = message?.header.msg_type;
    if (type === "shutdown_request") await farewell(message!);
    main.postMessage(frames);
    if (type === "interrupt_request") see(state.press());
    if (type === "shutdown_request") setTimeout(() => process.kill(process.pid, "SIGKILL"), FAREWELL).unref();
  }
}

/** Ends the thread, since nothing is left that it waits for. */
function close(): void {
  router.close();
  heart.close();
  main.close();
}

/** Undefined for what is no signed message: the main thread logs it. */
function read(frames: Buffer[]): Message | undefined {
  try {
    return wire.decode(frames);
  } catch {
    return undefined;
  }
}

/** Answers at once: the main thread may not come to it. */
async function farewell({ header, identities, content }: Message): Promise<void> {
  const answer = { status: "ok", restart: content.restart };
  await router.send(wire.encode(wire.make("shutdown_reply", answer, header, { identities })));
}

/** Frees the main thread for the interrupt if a cell holds it. */
function see(press: number, patience = PATIENCE): void {
  setTimeout(() => {
    if (state.hasHeard(press)) return;
    if (!state.isInScript) {
      state.cut();
      return see(press);
    }
    state.raise();
    process.kill(process.pid, "SIGINT");
    see(press, ARRIVAL); // Node loses a signal that meets the very end of a script
  }, patience);
}

void beat();
void listen();
