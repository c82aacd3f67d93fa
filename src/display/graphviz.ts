// Where the nodes and edges of a graph lie, left to right, by Graphviz's dot. It runs as WebAssembly, which starts in promises only;
// a figure is there at once, so that Graphviz has a thread and this one waits for its answers.
import path from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";

/** A node and the room that it takes, in pixels. */
export interface SizedNode {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** An edge, and the room that its label takes. */
export interface SizedEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: { readonly width: number; readonly height: number };
  /** Whether it ends at its nodes' rims, or in their middles. */
  readonly clip: boolean;
}

export type Point = readonly [x: number, y: number];

/** Pixels from the upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The nodes' middles, in their order. */
  readonly nodes: readonly Point[];
  /** In their order: the control points of joined cubic Bézier curves (1 + 3 for each), and the label's middle. */
  readonly edges: readonly { readonly curve: readonly Point[]; readonly label: Point | null }[];
}

/** What both threads see. */
export interface Shared {
  /** 0 while an answer is awaited. */
  readonly ready: Int32Array<SharedArrayBuffer>;
}

export type Answer = { readonly layout: object } | { readonly error: string };

interface Drawn {
  readonly bb: string;
  readonly objects: readonly { readonly name: string; readonly pos: string }[];
  readonly edges?: readonly { readonly id: string; readonly pos: string; readonly lp?: string }[];
}

/** Graphviz takes inches and gives points. */
const POINTS = 72;
/** Milliseconds after which Graphviz is taken to have failed. */
const PATIENCE = 60_000;

/** @param gaps pixels between neighbours of a column, and between columns. */
export function layOut(
  nodes: readonly SizedNode[],
  edges: readonly SizedEdge[],
  gaps: { readonly node: number; readonly column: number },
): Layout {
  const graph = {
    graphAttributes: { rankdir: "LR", nodesep: gaps.node / POINTS, ranksep: gaps.column / POINTS, pad: 0, margin: 0 },
    nodeAttributes: { shape: "box", fixedsize: true, label: "" },
    edgeAttributes: { dir: "none" },
    nodes: nodes.map(({ name, width, height }) => ({
      name,
      attributes: { width: width / POINTS, height: height / POINTS },
    })),
    edges: edges.map(({ from, to, label, clip }, e) => ({
      tail: from,
      head: to,
      attributes: {
        id: String(e),
        headclip: clip,
        tailclip: clip,
        ...(label && { label: { html: placeholder(label) } }),
      },
    })),
  };
  const drawn = ask(graph) as Drawn;
  const [, , width, height] = drawn.bb.split(",").map(Number);
  const point = (words: string): Point => {
    const [x, y] = words.split(",").map(Number);
    return [x, height - y];
  };
  const places = new Map(drawn.objects.map(({ name, pos }) => [name, point(pos)]));
  const lines = new Map((drawn.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    width,
    height,
    nodes: nodes.map(({ name }) => places.get(name)!),
    edges: edges.map((_, e) => {
      const { pos, lp } = lines.get(String(e))!;
      return { curve: pos.split(" ").map(point), label: lp ? point(lp) : null };
    }),
  };
}

/** A label without words: Graphviz does not know the widths of our font. */
const placeholder = ({ width, height }: { width: number; height: number }) =>
  `<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true" width="${Math.ceil(width)}" height="${Math.ceil(height)}"><tr><td></td></tr></table>`;

interface Thread extends Shared {
  readonly port: MessagePort;
}

let thread: Thread | null = null;

function ask(graph: object): object {
  thread ??= start();
  const { port, ready } = thread;
  Atomics.store(ready, 0, 0);
  port.postMessage(graph);
  Atomics.wait(ready, 0, 0, PATIENCE);
  const answer = receiveMessageOnPort(port)?.message as Answer | undefined;
  if (!answer) throw new Error(`Graphviz gave no answer within ${PATIENCE / 1000} s`);
  if ("error" in answer) throw new Error(`Graphviz: ${answer.error}`);
  return answer.layout;
}

/** The thread keeps no process alive. */
function start(): Thread {
  const { port1, port2 } = new MessageChannel();
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path.join(__dirname, "graphviz-thread.js"), {
    workerData: { port: port2, ready },
    transferList: [port2],
    execArgv: [],
  });
  worker.unref();
  port1.unref();
  return { port: port1, ready };
}
