// The one control-flow primitive: of several branches only the chosen one runs, forwards and backwards, eagerly and compiled.
//
// In a graph it is TensorFlow's own conditional: a switch for each input, whose output k is alive only where the index is k; the branches
// on these outputs; a merge, which passes on the one result that is alive. What is computed of a dead tensor is dead, and costs nothing.
import * as tf from "@tensorflow/tfjs";
import { NATIVE, type NativeBackend } from "./native";
import { inBranch, isRecording } from "./trace";

const SWITCH = "NaslabSwitch";
const MERGE = "NaslabMerge";

/** What a branch sees of the inputs: a variable's value is a tensor. */
type Seen<I extends readonly tf.Tensor[]> = { [K in keyof I]: I[K] extends tf.Variable<infer R> ? tf.Tensor<R> : I[K] };

/**
 * branches[index](...inputs): only the branch that the index tells runs, and so does only its gradient. Inputs that it does not use get
 * zeros as their gradients. The index is a tensor: in a compiled function it may differ at each call of one graph.
 *
 * @param index int32, a scalar; it gets no gradient.
 * @param branches functions of the inputs, each with a tensor or a list of tensors as its result, all of the same shapes and types.
 * Compiled, a branch may use no tensor from outside but its inputs and constants, and may assign no variable.
 * @param inputs tensors or variables, all that any of the branches uses.
 * @throws RangeError where the index is no branch's; compiled, an Error when the graph runs.
 */
export function choose<const I extends readonly tf.Tensor[], R extends Result>(
  index: tf.Scalar,
  branches: readonly ((...inputs: Seen<I>) => R)[],
  inputs: I,
): R {
  if (index.dtype !== "int32" || index.rank !== 0) {
    throw new TypeError(
      `choose: the index must be an int32 scalar, not ${index.dtype} [${index.shape}]; cast or reshape it`,
    );
  }
  if (branches.length === 0) throw new RangeError("choose: there are no branches; give at least one");
  const run = branches as readonly Branch[];
  return (isRecording() ? recorded(index, run, inputs) : eager(index, run, inputs)) as R;
}

type Result = tf.Tensor | readonly tf.Tensor[];
type Branch = (...inputs: tf.Tensor[]) => Result;

function eager(index: tf.Scalar, branches: readonly Branch[], inputs: readonly tf.Tensor[]): Result {
  const [chosen] = index.dataSync();
  const branch = branches[chosen];
  if (!branch) throw new RangeError(outOfRange(chosen, branches.length));
  return connected(branch, inputs);
}

function recorded(index: tf.Scalar, branches: readonly Branch[], inputs: readonly tf.Tensor[]): Result {
  const checked = detached(checkedIndex(index, branches.length));
  const alive = inputs.map((x) =>
    tf.engine().runKernel<tf.Tensor[]>(SWITCH, { x, index: checked }, { branches: branches.length }),
  );
  const results = branches.map((branch, k) => {
    const mine = alive.map((outputs) => outputs[k]);
    return inBranch(mine, () => connected(branch, mine));
  });
  const shapes = results.map(shapesOf);
  shapes.forEach((each, k) => {
    if (each === shapes[0]) return;
    throw new TypeError(
      `choose: branch 0 gives ${shapes[0]} and branch ${k} ${each}; all must give the same shapes and types`,
    );
  });
  const [first] = results;
  if (first instanceof tf.Tensor) return merged(results as tf.Tensor[], checked);
  return first.map((_, n) =>
    merged(
      (results as tf.Tensor[][]).map((list) => list[n]),
      checked,
    ),
  );
}

function shapesOf(result: Result): string {
  if (result instanceof tf.Tensor) return `${result.dtype} [${result.shape}]`;
  return `(${result.map(shapesOf).join(", ")})`;
}

/** The index, through an operation that fails and names it where it is no branch's: without it no result would be alive, nothing more. */
function checkedIndex(index: tf.Scalar, branches: number): tf.Tensor {
  return tf.add(index, tf.gather(tf.zeros([branches], "int32"), index));
}

/** What a failing graph's message means where the failing node was recorded by this file; else null. */
export function chooseError(message: string, stack = ""): string | null {
  const [, index, branches] = /indices = (-?\d+) is not in \[0, (\d+)\)/.exec(message) ?? [];
  if (index !== undefined && stack.includes(checkedIndex.name)) return outOfRange(index, Number(branches));
  return /does not have value/.test(message) ? "choose: the index is that of no branch" : null; // a GPU does not check indices
}

const outOfRange = (index: number | string, branches: number) =>
  `choose: the index is ${index}, and must be in 0 … ${branches - 1}`;

/** The same tensor, which no gradient goes through: what an index is computed of need not be differentiable. */
function detached(x: tf.Tensor): tf.Tensor {
  tf.backend().incRef(x.dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype });
}

/** The result of a branch; where gradients are wanted, those of inputs that it does not use are zeros. */
function connected(branch: Branch, inputs: readonly tf.Tensor[]): Result {
  const engine = tf.engine();
  const earlier = engine.state.activeTape?.length ?? 0;
  const result = branch(...inputs);
  if (!engine.isTapeOn()) return result;
  const nodes = engine.state.activeTape.slice(earlier).reverse();
  const connect = (y: tf.Tensor) => {
    const before = new Set([y.id]); // all that it depends on
    for (const { inputs, outputs } of nodes) {
      if (outputs.some(({ id }) => before.has(id))) for (const { id } of Object.values(inputs)) before.add(id);
    }
    const unused = inputs.filter(({ id }) => !before.has(id));
    return y.dtype === "float32" ? withZeroGradients(y, unused) : y;
  };
  return result instanceof tf.Tensor ? connect(result) : result.map(connect);
}

/** The same tensor, which tells those that it does not depend on a gradient of zeros. */
function withZeroGradients(y: tf.Tensor, unused: readonly tf.Tensor[]): tf.Tensor {
  if (unused.length === 0) return y;
  const shapes = unused.map(({ shape }) => shape);
  return tf.customGrad((...given) => ({
    value: (given[0] as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => [dy, ...shapes.map((shape) => tf.fill(shape, 0))],
  }))(y, ...unused);
}

/** Of tensors of which one is alive, that one. */
function merged(tensors: readonly tf.Tensor[], index: tf.Tensor): tf.Tensor {
  const inputs = { ...Object.fromEntries(tensors.entries()), index };
  return tf.engine().runKernel<tf.Tensor>(MERGE, inputs, { branches: tensors.length });
}

/** One tensor as many, of which that of the index is alive. */
function switched(backend: NativeBackend, x: tf.TensorInfo, index: tf.TensorInfo, branches: number): tf.Tensor[] {
  const attributes = [typeOf(backend, x), { name: "num_outs", type: backend.binding.TF_ATTR_INT, value: branches + 1 }];
  // One more than there are branches: the last is alive where the index is none of theirs, and leads nowhere.
  return backend.executeMultipleOutputs("_SwitchN", attributes, [x, index], branches + 1).slice(0, branches);
}

function typeOf(backend: NativeBackend, { dtype }: tf.TensorInfo) {
  return { name: "T", type: backend.binding.TF_ATTR_TYPE, value: backend.getDTypeInteger(dtype) };
}

tf.registerKernel({
  kernelName: SWITCH,
  backendName: NATIVE,
  kernelFunc: ({ inputs: { x, index }, attrs, backend }) =>
    switched(backend as NativeBackend, x!, index!, attrs!.branches as number),
});

/** Inputs: the branches' results by number, and the index. */
tf.registerKernel({
  kernelName: MERGE,
  backendName: NATIVE,
  kernelFunc: ({ inputs: { index, ...results }, backend }) => {
    const native = backend as NativeBackend;
    const list = Object.values(results) as tf.TensorInfo[];
    // Each goes through a switch of its own: one made of constants only would be alive whatever the index.
    const gated = list.map((y, k) => switched(native, y, index!, list.length)[k]);
    const attributes = [typeOf(native, list[0]), { name: "N", type: native.binding.TF_ATTR_INT, value: list.length }];
    return native.executeMultipleOutputs("Merge", attributes, gated, 2)[0];
  },
});

tf.registerGradient({
  kernelName: SWITCH,
  inputsToSave: ["index"],
  gradFunc: (dy, [index]) => {
    const dys = Array.isArray(dy) ? dy : [dy]; // tfjs unwraps a single output
    return { x: () => merged(dys, index) };
  },
});

tf.registerGradient({
  kernelName: MERGE,
  inputsToSave: ["index"],
  gradFunc: (dy, [index], attrs) => {
    const dys = tf.engine().runKernel<tf.Tensor[]>(SWITCH, { x: dy as tf.Tensor, index }, attrs!);
    return Object.fromEntries(dys.map((dy, k) => [k, () => dy]));
  },
});
