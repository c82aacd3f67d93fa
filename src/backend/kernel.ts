// Kernels of our own, registered with TensorFlow.js beside its own: composed of tfjs's operations or, on the native backend, a faster one,
// with a gradient that computes only what is asked for.
import * as tf from "@tensorflow/tfjs";
import { NATIVE, type NativeBackend } from "./native";
import { gradientsOf, isDifferentiated } from "./second-order";

/** Named tensors, the inputs of a kernel. */
type Inputs = Record<string, tf.Tensor>;

interface KernelDefinition<I extends Inputs> {
  readonly name: string;
  /** By TensorFlow's kernels, where these are faster. */
  native?(inputs: I, backend: NativeBackend): tf.Tensor[];
  /** By tfjs's operations, on any other backend. */
  composed(inputs: I): tf.Tensor[];
  /** What `gradient` gets as `saved`: these inputs, then these outputs. */
  readonly saveInputs?: readonly (keyof I & string)[];
  readonly saveOutputs?: readonly boolean[];
  /**
   * The first output by operations whose gradients can be differentiated, where `gradient` cannot: it uses other kernels, or saved
   * outputs. Wants all inputs saved. A gradient that is differentiated in turn is that of this.
   */
  differentiable?(inputs: I): tf.Tensor;
  /** Gradients with respect to the inputs, each a function that is called if it is needed. `dy`: of every output. */
  gradient(dy: tf.Tensor[], saved: tf.Tensor[]): Record<string, () => tf.Tensor>;
}

/** Registers a kernel; the answer runs it on the backend in use and gives its outputs. */
export function defineKernel<I extends Inputs>(definition: KernelDefinition<I>): (inputs: I) => tf.Tensor[] {
  const { name } = definition;
  for (const backendName of [NATIVE, "wasm", "cpu"]) {
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, backend }) =>
        tf.tidy(() =>
          backendName === NATIVE && definition.native
            ? definition.native(inputs as I, backend as NativeBackend)
            : definition.composed(inputs as I),
        ),
    });
  }
  tf.registerGradient({
    kernelName: name,
    inputsToSave: [...(definition.saveInputs ?? [])],
    outputsToSave: [...(definition.saveOutputs ?? [])],
    gradFunc: (dy, saved) => {
      const dys = Array.isArray(dy) ? dy : [dy]; // tfjs unwraps a single output
      return (isDifferentiated() && again(definition, dys[0], saved)) || definition.gradient(dys, saved);
    },
  });
  return (inputs) => tf.engine().runKernel<tf.Tensor[]>(name, inputs);
}

/** The gradients of `differentiable`; null where there is none. */
function again<I extends Inputs>(
  { saveInputs = [], differentiable }: KernelDefinition<I>,
  dy: tf.Tensor,
  saved: tf.Tensor[],
) {
  if (!differentiable) return null;
  const named = (values: readonly tf.Tensor[]) =>
    Object.fromEntries(saveInputs.map((name, k) => [name, values[k]])) as I;
  const gradients = gradientsOf((...values) => differentiable(named(values)), saved.slice(0, saveInputs.length), dy);
  return Object.fromEntries(saveInputs.map((name, k) => [name, () => gradients[k]]));
}
