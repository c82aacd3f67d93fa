// Graphviz in a thread of its own, which starts it once and answers one graph after the other.
import { type MessagePort, workerData } from "node:worker_threads";
import type { Answer, Shared } from "./graphviz";

const { port, ready } = workerData as Shared & { port: MessagePort };

const graphviz = (async () => {
  const { instance } = require("@viz-js/viz") as typeof import("@viz-js/viz", { with: { "resolution-mode": "import" }});
  return instance();
})();

port.on("message", async (graph) => {
  port.postMessage(await answer(graph));
  Atomics.store(ready, 0, 1);
  Atomics.notify(ready, 0);
});

async function answer(graph: object): Promise<Answer> {
  try {
    return { layout: (await graphviz).renderJSON(graph as never) };
  } catch (error) {
    return { error: String(error) };
  }
}
