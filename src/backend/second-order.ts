// Gradients of gradients: `tf.grad` inside `tf.grad` is exact to the second order, on every backend, eagerly and compiled.
//
// The gradients that TensorFlow.js lacks are registered here. A kernel of ours computes its gradient by another kernel, or from what it has
// kept of its outputs; neither can be differentiated. So where a gradient is differentiated in turn, each of them takes the gradient of
// ordinary operations that compute the same (`gradientsOf`); elsewhere nothing changes.
import * as tf from "@tensorflow/tfjs";

/** Whether what is computed now is differentiated; of a gradient: whether it is in turn. */
export const isDifferentiated = (): boolean => tf.engine().isTapeOn();

/** The gradients of Σ dy · f by its inputs. */
export function gradientsOf(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  dy: tf.Tensor,
): tf.Tensor[] {
  const { state } = tf.engine();
  const tape = state.activeTape;
  state.activeTape = []; // each gradient walks through the whole tape
  try {
    const { grads } = tf.engine().gradients(() => f(...inputs), [...inputs], dy, true);
    return grads.map((gradient, k) => gradient ?? tf.zerosLike(inputs[k]));
  } finally {
    for (const node of state.activeTape) tape.push(node);
    state.activeTape = tape;
  }
}

type Inputs = Record<string, tf.Tensor>;

const run = (kernel: string, inputs: Inputs, attributes: tf.NamedAttrMap): tf.Tensor =>
  tf.engine().runKernel<tf.Tensor>(kernel, inputs as tf.NamedTensorMap, attributes);

// The gradient of a convolution's filter is linear in x and in dy: its gradients are convolutions themselves.
for (const [kernel, convolution, ofInput] of [
  [tf.Conv2DBackpropFilter, tf.Conv2D, tf.Conv2DBackpropInput],
  [tf.DepthwiseConv2dNativeBackpropFilter, tf.DepthwiseConv2dNative, tf.DepthwiseConv2dNativeBackpropInput],
])
  tf.registerGradient({
    kernelName: kernel,
    inputsToSave: ["x", "dy"],
    gradFunc: (d, [x, dy], attributes) => {
      const filter = d as tf.Tensor;
      return {
        x: () => run(ofInput, { dy, filter }, { ...attributes, inputShape: x.shape }),
        dy: () => run(convolution, { x, filter }, { ...attributes, dilations: 1 }), // of others there is no gradient
      };
    },
  });

// TensorFlow.js has that of Conv2DBackpropInput.
tf.registerGradient({
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  inputsToSave: ["dy", "filter"],
  gradFunc: (d, [dy, filter], attributes) => {
    const x = d as tf.Tensor;
    return {
      dy: () => run(tf.DepthwiseConv2dNative, { x, filter }, { ...attributes }),
      filter: () =>
        run(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...attributes, filterShape: filter.shape }),
    };
  },
});

// Linear in dy; of `input` it needs the shape alone.
tf.registerGradient({
  kernelName: tf.AvgPoolGrad,
  inputsToSave: ["input"],
  gradFunc: (x, [input], attributes) => ({
    dy: () => run(tf.AvgPool, { x: x as tf.Tensor }, { ...attributes }),
    input: () => tf.zerosLike(input),
  }),
});

// Masks of maxima and of clipped values: constant but for jumps.
for (const kernelName of [tf.Equal, tf.LessEqual])
  tf.registerGradient({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (_, [a, b]) => ({ a: () => tf.zerosLike(a), b: () => tf.zerosLike(b) }),
  });

/**
 * ∇f and ∇²f · v of a scalar function of tensors or variables, by differentiating twice: exact.
 *
 * @param f uses the xs, and may use more. @param v of the xs' shapes.
 * @returns zeros where f does not depend on an x.
 */
export function hessianVector(
  f: () => tf.Scalar,
  xs: readonly tf.Tensor[],
  v: readonly tf.Tensor[],
): { gradient: tf.Tensor[]; product: tf.Tensor[] } {
  const ofAll = (f: () => tf.Scalar) => {
    const { grads } = tf.engine().gradients(f, [...xs], undefined, true);
    return grads.map((gradient, k) => gradient ?? tf.zerosLike(xs[k]));
  };
  let kept: tf.Tensor[] = [];
  const product = ofAll(() => {
    const gradient = ofAll(f);
    kept = gradient.map((x) => tf.keep(x.clone()));
    return tf.addN(gradient.map((x, k) => tf.sum(tf.mul(x, v[k])))) as tf.Scalar;
  });
  const gradient = kept.map((x) => x.clone()); // the caller's tidy owns these
  tf.dispose(kept);
  return { gradient, product };
}
