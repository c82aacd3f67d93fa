// Records one call of a function, kernel by kernel, as a TensorFlow graph.
//
// Every kernel of tfjs-node ends in binding.executeOp(name, attributes, input ids). While a trace records, the backend has a binding of
// the trace's own: it writes each operation down as a node and hands out tensors that have a shape and no value. Their ids are negative:
// tfjs never frees a negative id, and any use of one after the trace fails. To learn an operation's output shapes it runs once on zeros,
// and is forgotten at once, so a trace costs little time and memory. Operations on constants do run: their results may serve as shapes.
import * as tf from "@tensorflow/tfjs";
import { type Attributes, attributeValue, bytesOf, nodeDef, shapeValue, tensorValue, typeValue } from "./graph";
import type { Binding, NativeBackend, OpAttribute, TensorMetadata } from "./native";
import { flatten, type Nest, type Structure, unflatten } from "./nest";

/** Captured tensors of more elements than this are fed at each call, smaller ones are part of the graph. */
const BAKED = 65_536;

/** Operations whose output shape depends on the values of their inputs. */
const DATA_DEPENDENT = /^(Where|Unique.*|NonMaxSuppression.*|Bincount|DenseBincount)$/;

/** The scopes that tfjs names after its random operations; dropout and random initialisers are made of these. */
const RANDOM = /^(random\w*|truncatedNormal|multinomial)__op$/;

/** The parts of a conditional, which exist in graphs only; their outputs are like their first input. */
const CONDITIONAL = /^(_SwitchN|Merge)$/;

/** Something outside that is read anew at each call: a variable, or a large tensor. */
export type Captured = tf.Variable | tf.TensorInfo;

/** What one trace has found. */
export interface Recording {
  /** The result of the function, its tensors numbered in the order of `fetches`. */
  readonly result: Structure;
  /** Names of the graph's inputs: the arguments' tensors, then `reads`. */
  readonly feeds: readonly string[];
  /** Names of the graph's outputs: the result's tensors, then what `writes` are to hold. */
  readonly fetches: readonly string[];
  readonly reads: readonly Captured[];
  readonly writes: readonly tf.Variable[];
  readonly nodes: readonly RecordedNode[];
  /** The nodes as NodeDefs, equal for equal nodes. */
  readonly definitions: readonly Buffer[];
}

/** A node of the graph, and where it comes from. */
export interface RecordedNode {
  readonly name: string;
  /** TensorFlow's name of the operation. */
  readonly operation: string;
  /** The call stack that made it, where stacks were asked for. */
  readonly stack?: string;
}

/** What the trace knows of a tensor. `node` is the graph's name for it. */
interface Symbol {
  readonly node: string;
  readonly shape: number[];
  readonly dtype: number;
  readonly constant: boolean;
}

/** A sum reads and writes memory, little else: one AddN of these many terms takes less than a chain of Adds. TensorFlow adds up to 8 at once. */
const TERMS = 8;
/** Elements from which on a sum's time is that of the memory. */
const LARGE = 4096;

/** The trace that is recording, if any. */
let current: Trace | null = null;

/** Whether a function is being recorded. */
export function isRecording(): boolean {
  return current !== null;
}

/**
 * Records a branch of a conditional: `body` may use constants, what it makes itself, and `inputs`, which are alive only where the branch
 * is chosen. Anything else from outside would be computed whether it is or not, and its gradient would be missing where it is not.
 */
export function inBranch<T>(inputs: readonly tf.Tensor[], body: () => T): T {
  return current!.inBranch(inputs, body);
}

/**
 * Calls `fn` once with stand-ins for the tensors of its arguments and answers the graph of what it did.
 * Nothing outside changes: variables that `fn` assigns keep their values.
 *
 * @param stacks whether nodes have the call stack that made them, which takes half of the time again; errors want it.
 * @throws Error where `fn` does what a graph cannot know: reads a value, draws random numbers, lets a shape depend on data,
 * makes a variable.
 */
export function record(
  backend: NativeBackend,
  name: string,
  fn: (...args: Nest[]) => Nest,
  args: readonly Structure[],
  tensors: readonly tf.Tensor[],
  stacks: boolean,
): Recording {
  return new Trace(backend, name, stacks).record(fn, args, tensors);
}

/** The branch of a conditional that is being recorded: its inputs' ids, and the first id of what it makes. Ids fall. */
interface Branch {
  readonly inputs: ReadonlySet<number>;
  readonly first: number;
}

class Trace {
  readonly #backend: NativeBackend;
  readonly #binding: Binding;
  readonly #name: string;
  readonly #stacks: boolean;
  readonly #variables = new Map<object, tf.Variable>();
  readonly #nodes: RecordedNode[] = [];
  readonly #definitions: Buffer[] = [];
  readonly #symbols = new Map<number, Symbol>();
  readonly #constants = new Map<string, string>();
  readonly #outputs = new Map<string, Omit<TensorMetadata, "id">[]>();
  readonly #same = new Map<string, string>();
  readonly #terms = new Map<string, readonly Symbol[]>();
  readonly #made = new WeakSet<object>();
  readonly #reads: Captured[] = [];
  readonly #assigned = new Map<tf.Variable, { before: object; value: tf.Tensor }>();
  #branch: Branch | null = null;
  #nextId = -2;

  constructor(backend: NativeBackend, name: string, stacks: boolean) {
    this.#backend = backend;
    this.#binding = backend.binding;
    this.#name = name;
    this.#stacks = stacks;
  }

  record(fn: (...args: Nest[]) => Nest, args: readonly Structure[], tensors: readonly tf.Tensor[]): Recording {
    const variables = registeredVariables();
    for (const variable of variables) this.#variables.set(variable.dataId, variable);
    const { stackTraceLimit } = Error;
    const restore = this.#install();
    current = this;
    Error.stackTraceLimit = 50;
    try {
      let done!: Recording;
      tf.tidy(() => {
        const inputs = tensors.map((tensor, k) => this.#argument(`i${k}`, tensor));
        const results: tf.Tensor[] = [];
        const given = args.map((arg) => unflatten(arg, inputs));
        const result = flatten(fn(...given), results, `${this.#name}: the result`);
        for (const { value } of this.#assigned.values()) results.push(value);
        if (registeredVariables().length !== variables.length) {
          throw new Error(
            `${this.#name}: a variable is made inside a compiled function; make variables, and an optimiser's slots, before the first call`,
          );
        }
        done = this.#finish(result, results, tensors.length);
      });
      return done;
    } finally {
      current = null;
      Error.stackTraceLimit = stackTraceLimit;
      restore();
      for (const [variable, { before, value }] of this.#assigned) {
        variable.dataId = before;
        value.dispose();
      }
      for (const variable of registeredVariables()) if (!variables.includes(variable)) variable.dispose();
    }
  }

  #finish(result: Structure, results: tf.Tensor[], args: number): Recording {
    const fetches = this.#backend.getInputTensorIds(results).map((id, k) => {
      const { node, dtype } = this.#symbols.get(id)!;
      return this.#node("Identity", [node], [["T", typeValue(dtype)]], `o${k}`);
    });
    return {
      result,
      feeds: [...Array.from({ length: args }, (_, k) => `i${k}`), ...this.#reads.map((_, k) => `v${k}`)],
      fetches,
      reads: this.#reads,
      writes: [...this.#assigned.keys()],
      nodes: this.#nodes,
      definitions: this.#definitions,
    };
  }

  inBranch<T>(inputs: readonly tf.Tensor[], body: () => T): T {
    const outer = this.#branch;
    this.#branch = { inputs: new Set(this.#backend.getInputTensorIds(inputs)), first: this.#nextId };
    try {
      return body();
    } finally {
      this.#branch = outer;
    }
  }

  /** Turns backend, random numbers and variables to the trace; the answer turns them back. */
  #install(): () => void {
    const backend = this.#backend;
    const { random } = Math;
    const { assign } = tf.Variable.prototype;
    const { getInputTensorIds, write } = backend;
    const trace = this;

    backend.binding = this.#recordingBinding();
    backend.getInputTensorIds = (tensors) => this.#meet(tensors, (list) => getInputTensorIds.call(backend, [...list]));
    backend.write = (values, shape, dtype) => {
      const dataId = write.call(backend, values, shape, dtype);
      this.#made.add(dataId);
      return dataId;
    };
    const refuseRandom = (): never => {
      throw new Error(
        `${this.#name}: random numbers in a compiled function, seeded or not, would be the same at each call; pass random tensors as arguments`,
      );
    };
    Math.random = refuseRandom;
    const engine = tf.engine();
    const { startScope } = engine;
    engine.startScope = (operation) => {
      if (operation && RANDOM.test(operation)) refuseRandom();
      startScope.call(engine, operation);
    };
    tf.Variable.prototype.assign = function (this: tf.Variable, value: tf.Tensor) {
      trace.#assign(this, value);
    };
    return () => {
      backend.binding = this.#binding;
      // The methods of the class show again.
      Reflect.deleteProperty(backend, "getInputTensorIds");
      Reflect.deleteProperty(backend, "write");
      Reflect.deleteProperty(engine, "startScope");
      Math.random = random;
      tf.Variable.prototype.assign = assign;
    };
  }

  #recordingBinding(): Binding {
    const binding = this.#binding;
    const hooks: Pick<Binding, "executeOp" | "createTensor" | "tensorDataSync"> = {
      executeOp: (op, attributes, inputs, outputs) => this.#execute(op, attributes, inputs, outputs),
      createTensor: (shape, dtype, data) => {
        const id = binding.createTensor(shape, dtype, data);
        this.#constant(id, Array.from(shape), dtype, data);
        return id;
      },
      tensorDataSync: (id) => {
        const symbol = this.#symbols.get(id);
        if (!symbol || symbol.constant) return binding.tensorDataSync(id);
        // This kernel only checks the range of its indices, and so does TensorFlow's.
        if (/[\\/]GatherV2\.js/.test(new Error().stack ?? "")) return new Int32Array(0);
        throw new Error(
          `${this.#name}: the value of a tensor is read (data, dataSync, array, print, …) in a compiled function, where it is not known yet; return the tensor and read it outside`,
        );
      },
    };
    return Object.create(binding, Object.getOwnPropertyDescriptors(hooks)) as Binding; // the binding's own are read-only
  }

  /** Appends a node and answers its name. */
  #node(op: string, inputs: readonly string[], attributes: Attributes, name?: string): string {
    const given = name ?? `${op.replace(/^_/, "")}_${this.#nodes.length}`;
    this.#definitions.push(nodeDef(given, op, inputs, attributes));
    const node: RecordedNode = { name: given, operation: op };
    if (this.#stacks) Error.captureStackTrace(node, this.#node);
    this.#nodes.push(node);
    return given;
  }

  #placeholder(name: string, shape: readonly number[], dtype: number): Symbol {
    const attributes: Attributes = [
      ["dtype", typeValue(dtype)],
      ["shape", shapeValue(shape)],
    ];
    const node = this.#node("Placeholder", [], attributes, name);
    return { node, shape: [...shape], dtype, constant: false };
  }

  #argument(name: string, { shape, dtype }: tf.Tensor): tf.Tensor {
    const type = this.#backend.getDTypeInteger(dtype);
    const id = this.#nextId--;
    this.#symbols.set(id, this.#placeholder(name, shape, type));
    return this.#backend.createOutputTensor({ id, shape: [...shape], dtype: type });
  }

  #constant(id: number, shape: number[], dtype: number, data: tf.backend_util.BackendValues): void {
    if (!ArrayBuffer.isView(data)) throw new TypeError(`${this.#name}: tensors of strings cannot be compiled`);
    const attributes = (): Attributes => [
      ["dtype", typeValue(dtype)],
      ["value", tensorValue(this.#binding, dtype, shape, data)],
    ];
    const key = data.length < BAKED ? `${dtype}/${shape}/${bytesOf(data).toString("latin1")}` : null;
    let node = key === null ? undefined : this.#constants.get(key);
    if (!node) {
      node = this.#node("Const", [], attributes());
      if (key !== null) this.#constants.set(key, node);
    }
    this.#symbols.set(id, { node, shape, dtype, constant: true });
  }

  /** Takes in the tensors from outside among the inputs of an operation; answers their ids. */
  #meet(tensors: readonly tf.TensorInfo[], idsOf: (tensors: readonly tf.TensorInfo[]) => number[]): number[] {
    for (const { dataId } of tensors) {
      // What waits on the host since before the trace is uploaded as always, lest it be taken for a constant of the function.
      const entry = this.#backend.tensorMap.has(dataId) ? this.#backend.tensorMap.get(dataId) : null;
      if (!entry?.values || this.#made.has(dataId)) continue;
      entry.id = this.#binding.createTensor(entry.shape, entry.dtype, entry.values);
      entry.values = null;
    }
    return idsOf(tensors).map((id, k) => {
      if (!this.#symbols.has(id)) this.#capture(id, tensors[k]);
      return id;
    });
  }

  #capture(id: number, { dataId, shape, dtype }: tf.TensorInfo): void {
    const variable = this.#variables.get(dataId);
    const type = this.#backend.getDTypeInteger(dtype);
    if (variable || tf.util.sizeFromShape(shape) > BAKED) {
      this.#symbols.set(id, this.#placeholder(`v${this.#reads.length}`, shape, type));
      this.#reads.push(variable ?? { dataId, shape, dtype });
    } else {
      this.#constant(id, [...shape], type, this.#binding.tensorDataSync(id));
    }
  }

  #assign(variable: tf.Variable, value: tf.Tensor): void {
    if (value.dtype !== variable.dtype || !tf.util.arraysEqual(value.shape, variable.shape)) {
      throw new TypeError(
        `${this.#name}: variable ${variable.name} is ${variable.dtype} [${variable.shape}] and cannot be assigned ${value.dtype} [${value.shape}]`,
      );
    }
    if (this.#branch) {
      throw new Error(
        `${this.#name}: variable ${variable.name} is assigned in a branch of choose; let the branch give the value and assign it outside`,
      );
    }
    const held = tf.keep(value.clone());
    const earlier = this.#assigned.get(variable);
    this.#assigned.set(variable, { before: earlier?.before ?? variable.dataId, value: held });
    variable.dataId = held.dataId;
    earlier?.value.dispose();
  }

  #execute(op: string, attributes: OpAttribute[], ids: number[], outputs: number): TensorMetadata[] {
    const inputs = ids.map((id) => this.#symbols.get(id)!);
    for (const [k, id] of ids.entries()) if (!inputs[k].constant) this.#requireInBranch(op, id, inputs[k]);
    const constant = inputs.length > 0 && inputs.every((input) => input.constant) && !CONDITIONAL.test(op);
    const node = this.#operation(op, attributes, inputs, outputs);
    const results = constant
      ? this.#binding.executeOp(op, attributes, ids, outputs)
      : this.#outputsOf(op, attributes, ids, inputs, outputs).map(({ shape, dtype }) => ({
          id: this.#nextId--,
          shape: [...shape],
          dtype,
        }));
    results.forEach(({ id, shape, dtype }, k) => {
      this.#symbols.set(id, { node: k > 0 ? `${node}:${k}` : node, shape, dtype, constant });
    });
    return results;
  }

  #requireInBranch(op: string, id: number, { node, shape }: Symbol): void {
    const branch = this.#branch;
    if (!branch || id <= branch.first || branch.inputs.has(id)) return;
    const read = /^v(\d+)$/.exec(node);
    const from = read && this.#reads[Number(read[1])];
    const what = from instanceof tf.Variable ? `variable ${from.name}` : `a tensor [${shape}] from outside`;
    throw new Error(
      `${this.#name}: ${op} in a branch of choose takes ${what}, which is not among the inputs of choose; give it as one`,
    );
  }

  /** The node of an operation: one for all uses of it with these attributes on these inputs. */
  #operation(op: string, attributes: OpAttribute[], inputs: readonly Symbol[], outputs: number): string {
    const value = (name: string) => attributes.find((attribute) => attribute.name === name)?.value;
    if (op === "Cast" && value("SrcT") === value("DstT")) return inputs[0].node;
    const terms = op === "Add" ? this.#termsOf(inputs) : [];
    if (terms.length > 2) {
      const count: OpAttribute = { name: "N", type: this.#binding.TF_ATTR_INT, value: terms.length };
      const sum = this.#operation("AddN", [count, ...attributes], terms, 1);
      this.#terms.set(sum, terms);
      return sum;
    }
    const names = inputs.map((input) => input.node);
    const key = `${op}/${outputs}/${names}/${JSON.stringify(attributes)}`;
    let node = this.#same.get(key);
    if (!node) {
      const values: Attributes = attributes.map((a) => [a.name, attributeValue(this.#binding, a)]);
      node = this.#node(op, names, values);
      this.#same.set(key, node);
    }
    if (terms.length > 0) this.#terms.set(node, terms);
    return node;
  }

  /**
   * What a sum of two large tensors of one shape adds in the end, where these are sums themselves: autodiff adds a node's gradients two
   * by two. A partial sum that nothing else uses never runs. Empty for any other sum.
   */
  #termsOf(inputs: readonly Symbol[]): readonly Symbol[] {
    const [{ shape, dtype }] = inputs;
    const large = dtype === this.#binding.TF_FLOAT && tf.util.sizeFromShape(shape) >= LARGE;
    if (!large || inputs.some((input) => String(input.shape) !== String(shape))) return [];
    const terms = inputs.flatMap((input) => this.#terms.get(input.node) ?? [input]);
    return terms.length <= TERMS ? terms : inputs;
  }

  #outputsOf(
    op: string,
    attributes: OpAttribute[],
    ids: number[],
    inputs: readonly Symbol[],
    outputs: number,
  ): Omit<TensorMetadata, "id">[] {
    const what = inputs.map(({ constant, node, dtype, shape }) => (constant ? node : `${dtype}:${shape}`));
    const key = `${op}/${outputs}/${what.join("/")}/${JSON.stringify(attributes)}`;
    let known = this.#outputs.get(key);
    if (!known) {
      known = this.#tryOnZeros(op, attributes, ids, inputs, outputs);
      this.#outputs.set(key, known);
    }
    return known;
  }

  #tryOnZeros(
    op: string,
    attributes: OpAttribute[],
    ids: number[],
    inputs: readonly Symbol[],
    outputs: number,
  ): Omit<TensorMetadata, "id">[] {
    if (DATA_DEPENDENT.test(op)) {
      throw new Error(
        `${this.#name}: the shape of ${op}'s result depends on data, and a compiled function's shapes cannot`,
      );
    }
    if (CONDITIONAL.test(op)) return Array.from({ length: outputs }, () => inputs[0]);
    const binding = this.#binding;
    const mine: number[] = [];
    const own = (id: number) => {
      mine.push(id);
      return id;
    };
    // Integer division has no zero on the right.
    const fill = (dtype: number) => (dtype === binding.TF_INT32 && /Div|Mod/.test(op) ? 1 : 0);
    const filled = ({ shape, dtype }: Symbol) => {
      const dims = own(binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape)));
      const value = own(binding.createTensor([], dtype, this.#scalar(op, dtype, fill(dtype))));
      const types: OpAttribute[] = [
        { name: "T", type: binding.TF_ATTR_TYPE, value: dtype },
        { name: "index_type", type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
      ];
      return own(binding.executeOp("Fill", types, [dims, value], 1)[0].id);
    };
    try {
      const stand = inputs.map((input, k) => (input.constant ? ids[k] : filled(input)));
      const results = binding.executeOp(op, attributes, stand, outputs);
      return results.map(({ id, shape, dtype }) => {
        own(id);
        return { shape, dtype };
      });
    } finally {
      for (const id of mine) binding.deleteTensor(id);
    }
  }

  #scalar(op: string, dtype: number, value: number): tf.backend_util.TypedArray {
    const { TF_FLOAT, TF_INT32, TF_BOOL } = this.#binding;
    if (dtype === TF_FLOAT) return Float32Array.of(value);
    if (dtype === TF_INT32) return Int32Array.of(value);
    if (dtype === TF_BOOL) return Uint8Array.of(value);
    throw new TypeError(
      `${this.#name}: ${op} takes a tensor that is not float32, int32 or bool, which cannot be compiled`,
    );
  }
}

function registeredVariables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}
