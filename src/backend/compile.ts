// tf.function for TensorFlow.js: records one call of a function and from then on runs it as one TensorFlow graph.
import { sep } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { freedWith } from "./abandoned";
import { chooseError } from "./choose";
import { graphDef, sessionConfig } from "./graph";
import { type LoadedGraph, type NativeBackend, nativeBackend } from "./native";
import { flatten, type Nest, type NestOf, type Structure, signature, unflatten } from "./nest";
import { collect, isProfiling } from "./profile";
import { type Captured, isRecording, type RecordedNode, type Recording, record } from "./trace";

/** Graphs that a compiled function keeps; beyond that, the one unused for longest is freed. */
const GRAPHS = 8;

/** A function that runs as one graph for each combination of its arguments' shapes and constants. */
export interface Compiled<A extends unknown[], R> {
  (...args: A): R;
  /** Frees the graphs. The function cannot be called any more. */
  dispose(): void;
}

/** A demand on a function: that what it takes and gives are nests. */
type OfNests<A, R> = [A, R] extends [NestOf<A>, NestOf<R>] ? unknown : "arguments and results must be tensors, nested";

type Check = "second call" | "every call" | "never";

export interface CompileOptions {
  /** Names the function in errors; its own name by default. */
  readonly name?: string;
  /**
   * At which calls it is recorded again and compared, to find what changes between calls: the second (by default), all, which is slow, or
   * none, for functions that tests have shown to be the same at each call.
   */
  readonly check?: Check;
  /** What becomes of a function that no graph can be made of: an error by default, with "eager" a warning and eager calls. */
  readonly fallback?: "eager";
}

/**
 * On the native backend, a function that does what `fn` does as one TensorFlow graph; on any other, `fn` in a tidy.
 *
 *     const step = compile((x, y) => { ...ordinary tfjs: gradients, optimisers, variable.assign...; return loss; });
 *     const loss = step(x, y);   // the first call for these shapes records, loads and runs; later ones run
 *     step.dispose();
 *
 * Arguments and results are tensors nested in arrays and plain objects; anything else among the arguments is a constant, and a new
 * constant is a new graph: pass what changes between calls as a tensor. Variables are used by reference: what they hold at a call is
 * what `fn` sees, and what `fn` assigns to them they hold after the call. Other tensors from outside must not change. `fn` must be
 * synchronous, without effects of its own, and the same at each call; at the second call it is recorded again, and must give the same
 * graph (see `check`). A compiled function called inside another, or inside a gradient, is part of that. The results belong to the caller.
 *
 * @throws Error (at a call) where a graph cannot do what `fn` does, or fails to run; the message gives the line of `fn`.
 */
export function compile<A extends Nest[], R extends Nest>(
  fn: (...args: A) => R,
  options?: CompileOptions,
): Compiled<A, R>;
export function compile<A extends unknown[], R>(
  fn: ((...args: A) => R) & OfNests<A, R>,
  options?: CompileOptions,
): Compiled<A, R>;
export function compile<A extends unknown[], R>(fn: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const name = options.name ?? (fn.name || "compiled function");
  const graphs = new Graphs(name, (...args) => fn(...(args as A)) as Nest, options.check ?? "second call");
  let traceable = true;
  let disposed = false;

  const call = (...args: A): R => {
    if (disposed) throw new Error(`${name}: the compiled function is disposed`);
    if (isRecording() || tf.engine().isTapeOn()) return fn(...args);
    const backend = traceable ? nativeBackend() : null;
    const run = backend && prepared(backend, args);
    return run ? (run() as R) : eagerly(name, () => fn(...args));
  };
  const prepared = (backend: NativeBackend, args: A) => {
    try {
      return graphs.prepare(backend, args as Nest[]);
    } catch (error) {
      if (options.fallback !== "eager") throw error;
      console.warn(`NASLab: runs eagerly from now on: ${(error as Error).message}`);
      traceable = false;
      graphs.dispose();
      return null;
    }
  };
  const dispose = () => {
    disposed = true;
    graphs.dispose();
  };
  return Object.assign(call, { dispose });
}

/** What a graph refuses is refused here too: a promise could not be tidied. */
function eagerly<R>(name: string, fn: () => R): R {
  return tf.tidy(() => {
    const result = fn();
    flatten(result as Nest, [], `${name}: the result`);
    return result as tf.TensorContainer;
  }) as R;
}

/** The graphs of one function, by the signature of its arguments. */
class Graphs {
  readonly #name: string;
  readonly #fn: (...args: Nest[]) => Nest;
  readonly #check: Check;
  readonly #graphs = new Map<string, Graph>();

  constructor(name: string, fn: (...args: Nest[]) => Nest, check: Check) {
    this.#name = name;
    this.#fn = fn;
    this.#check = check;
  }

  /** Records the function where that is due; the answer runs its graph. */
  prepare(backend: NativeBackend, args: readonly Nest[]): () => Nest {
    const tensors: tf.Tensor[] = [];
    const structure = flatten(args, tensors, `${this.#name}: an argument`) as readonly Structure[];
    const key = signature(structure, tensors);
    const trace: Trace = (stacks) => record(backend, this.#name, this.#fn, structure, tensors, stacks);
    const known = this.#graphs.get(key);
    if (this.#check !== "never") known?.compare(trace, this.#check === "every call");
    const graph = known ?? new Graph(backend, this.#name, trace(false));
    this.#graphs.delete(key); // the order of a map is that of insertion: the last is the one used last
    this.#graphs.set(key, graph);
    if (this.#graphs.size > GRAPHS) this.#drop(this.#graphs.keys().next().value!);
    return () => graph.run(tensors, trace);
  }

  dispose(): void {
    for (const key of [...this.#graphs.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    this.#graphs.get(key)!.dispose();
    this.#graphs.delete(key);
  }
}

/** Records the function again, with the call stacks of its nodes or without. */
type Trace = (stacks: boolean) => Recording;

/** A recording, loaded. */
class Graph {
  readonly #backend: NativeBackend;
  readonly #name: string;
  readonly #recording: Omit<Recording, "definitions" | "nodes">;
  /** What another recording must equal; null once it is known to. */
  #expected: Pick<Recording, "definitions" | "nodes"> | null;
  readonly #loaded: LoadedGraph;
  readonly #free: () => void;

  constructor(backend: NativeBackend, name: string, { definitions, nodes, ...recording }: Recording) {
    this.#backend = backend;
    this.#name = name;
    this.#recording = recording;
    this.#expected = { definitions, nodes };
    this.#loaded = backend.binding.loadGraph(
      graphDef(definitions),
      sessionConfig(),
      recording.feeds.join(),
      recording.fetches.join(),
    );
    const { binding } = backend;
    const loaded = this.#loaded;
    this.#free = freedWith(this, () => binding.closeGraph(loaded));
  }

  /**
   * Compares with another recording: once, or each time if `again`.
   * @throws Error that names the first difference, and the line that made it.
   */
  compare(trace: Trace, again: boolean): void {
    if (this.#expected === null) return;
    for (const read of this.#recording.reads) this.#requireAlive(read);
    const difference = differs(this.#recording, this.#expected, trace(false));
    if (difference) {
      const made = trace(true).nodes.find(({ name }) => name === difference.name) ?? difference;
      throw new Error(
        `${this.#name}: two calls gave different graphs: a number or tensor from outside changes between calls; pass it as an argument\n    first at ${describe(made)}`,
      );
    }
    if (!again) this.#expected = null;
  }

  /** @param trace tells the line that made a node which fails. */
  run(args: readonly tf.Tensor[], trace: Trace): Nest {
    const { reads, writes, result } = this.#recording;
    for (const read of reads) this.#requireAlive(read);
    const tensors = this.#runSession([...args, ...reads], trace);
    const assigned = tensors.splice(tensors.length - writes.length);
    writes.forEach((variable, k) => {
      variable.assign(assigned[k]);
      assigned[k].dispose();
    });
    return unflatten(result, tensors);
  }

  dispose(): void {
    this.#free();
  }

  #runSession(inputs: readonly tf.TensorInfo[], trace: Trace): tf.Tensor[] {
    if (this.#recording.fetches.length === 0) return []; // TensorFlow runs no empty graph
    const { binding } = this.#backend;
    const ids = this.#backend.getInputTensorIds(inputs);
    try {
      const outputs = binding.runGraph(this.#loaded, Int32Array.from(ids), isProfiling());
      if (outputs.metadata) collect(this.#name, outputs.metadata);
      return outputs.map((output) => this.#backend.createOutputTensor(output));
    } catch (error) {
      const { message } = error as Error;
      const node = /\{\{node ([^}]+)\}\}/.exec(message)?.[1];
      const stack = node && trace(true).nodes.find(({ name }) => name === node)?.stack;
      const line = userLine(stack);
      const reason = chooseError(message, stack) ?? message;
      throw new Error(`${this.#name}: ${reason}${line ? `\n    recorded ${line}` : ""}`, { cause: error });
    }
  }

  #requireAlive(read: Captured): void {
    if (this.#backend.tensorMap.has(read.dataId)) return;
    const what = read instanceof tf.Variable ? `variable ${read.name}` : `a captured tensor [${read.shape}]`;
    throw new Error(`${this.#name}: ${what} is disposed`);
  }
}

/** The first node of another recording that is not the same, or that it lacks; null if there is none. */
function differs(
  { reads }: Pick<Recording, "reads">,
  expected: Pick<Recording, "definitions" | "nodes">,
  other: Recording,
): RecordedNode | null {
  const k = other.definitions.findIndex((definition, n) => !expected.definitions[n]?.equals(definition));
  const first = k >= 0 ? other.nodes[k] : expected.nodes[other.nodes.length];
  if (first) return first;
  const read = other.reads.findIndex((read, n) => !isSame(read, reads[n]));
  return read >= 0 ? other.nodes.find(({ name }) => name === `v${read}`)! : null;
}

function describe({ name, operation, stack }: RecordedNode): string {
  const line = userLine(stack);
  return `${name} (${operation})${line ? `, recorded ${line}` : ""}`;
}

function isSame(a: Captured, b: Captured): boolean {
  return a instanceof tf.Variable || b instanceof tf.Variable ? a === b : a.dataId === b.dataId;
}

/** The innermost line of a stack that is neither this folder's nor a dependency's. */
function userLine(stack: string | undefined): string | undefined {
  const lines = stack?.split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)) ?? [];
  return lines
    .find((line) => !line.includes("node_modules") && !line.includes(__dirname + sep) && !line.includes("node:"))
    ?.trim();
}
