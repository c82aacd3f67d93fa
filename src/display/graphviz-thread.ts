// Graphviz in a thread of its own, which starts it once and answers one graph after the other.
import { type MessagePort, workerData } from "node:worker_threads";
import type { Answer, Shared } from "./graphviz";

const { port, ready } = workerData as Shared & { port: MessagePort };

type Graphviz = import("@viz-js/viz", { with: { "resolution-mode": "import" }}).Viz;
let graphviz: Promise<Graphviz> | null = null;

port.on("message", async (graph: object) => {
  port.postMessage(await answer(graph));
  Atomics.store(ready, 0, 1);
  Atomics.notify(ready, 0);
});

async function answer(graph: object): Promise<Answer> {
  try {
    graphviz ??= (require("@viz-js/viz") as { instance(): Promise<Graphviz> }).instance();
    return { layout: (await graphviz).renderJSON(graph as never) };
  } catch (error) {
    return { error: String(error) };
  }
}
