// The native kernel of depthwise and separable convolutions (binding/separable.cc), and its gradient.
import * as tf from "@tensorflow/tfjs";
import { batchNorm, EPSILON } from "./batch-norm";
import { composedDepthwise, type Windows } from "./composed-depthwise";
import { conv2d } from "./convolution";
import type { BatchMoments } from "./mixture";
import { NATIVE, type NativeBackend, nativeBackend, nativeCpuBackend } from "./native";
import { relu } from "./operations";
import { gradientsOf, isDifferentiated } from "./second-order";

const KERNEL = "NaslabSeparable";

/** What is convolved, and how. With `scale` and `offset` x is normalised first; without `pointwise` the depthwise convolution is all. */
export interface Separable {
  readonly x: tf.Tensor4D;
  readonly scale?: tf.Tensor1D;
  readonly offset?: tf.Tensor1D;
  readonly depthwise: tf.Tensor4D;
  readonly pointwise?: tf.Tensor4D;
}

interface Attributes {
  readonly norm: boolean;
  readonly pointwise: boolean;
  readonly relu: boolean;
  readonly stride: 1 | 2;
  readonly dilation: 1 | 2;
}

/** Whether the kernel has this filter's size, and the backend the kernel. */
export function isSeparable(depthwise: tf.Tensor4D): boolean {
  return nativeCpuBackend() !== null && [3, 5, 7].includes(depthwise.shape[0]);
}

/** @returns y, and the moments of a normalised x. */
export function separable(
  { x, scale, offset, depthwise, pointwise }: Separable,
  relu: boolean,
  { stride = 1, dilation = 1 }: Windows,
): { y: tf.Tensor4D; moments: BatchMoments | null } {
  // The filters come first: autodiff asks for their gradients, if at all, before that of x.
  const inputs = [depthwise, pointwise, x, scale, offset].filter((tensor) => tensor !== undefined);
  const attributes = { norm: scale !== undefined, pointwise: pointwise !== undefined, relu, stride, dilation };
  const [y, mean, variance, inverse] = tf
    .engine()
    .runKernel<tf.Tensor[]>(KERNEL, inputs as unknown as tf.NamedTensorMap, attributes);
  inverse.dispose(); // the gradient has a copy of its own
  const moments = { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
  if (!attributes.norm) tf.dispose(moments);
  return { y: y as tf.Tensor4D, moments: attributes.norm ? moments : null };
}

tf.registerKernel({
  kernelName: KERNEL,
  backendName: NATIVE,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const native = backend as NativeBackend;
    const attributes = attrs as unknown as Attributes;
    const { filters, x, norm } = parts(inputs as unknown as tf.Tensor[], attributes);
    const epsilon = { name: "epsilon", type: native.binding.TF_ATTR_FLOAT, value: EPSILON };
    const all = [...opAttributes(native, attributes, norm.length), epsilon];
    return native.executeMultipleOutputs(KERNEL, all, [x, ...norm, ...filters], 4);
  },
});

tf.registerGradient({
  kernelName: KERNEL,
  saveAllInputs: true,
  outputsToSave: [false, true, false, true],
  gradFunc: (dys, saved, attrs) => {
    const backend = nativeBackend()!;
    const attributes = attrs as unknown as Attributes;
    const [dy] = dys as tf.Tensor[];
    if (isDifferentiated()) {
      const gradients = gradientsOf((...inputs) => composed(inputs, attributes), saved.slice(0, -2), dy);
      return Object.fromEntries(gradients.map((gradient, k) => [k, () => gradient]));
    }
    const { filters, x, norm } = parts(saved.slice(0, -2), attributes);
    const moments = attributes.norm ? saved.slice(-2) : [];
    let ofFilters = false;
    // Each asks for one of the outputs of one operation: in a graph, where equal operations are one, it runs once.
    const gradient = (output: number) => () => {
      ofFilters ||= output >= 3;
      const shared = opAttributes(backend, attributes, norm.length + moments.length);
      const all = [...shared, { name: "filters", type: backend.binding.TF_ATTR_BOOL, value: ofFilters }];
      const inputs = [dy, x, ...norm, ...moments, ...filters];
      return backend.executeMultipleOutputs("NaslabSeparableGradients", all, inputs, 5)[output];
    };
    const outputs = [...filters.map((_, k) => 3 + k), 0, ...norm.map((_, k) => 1 + k)];
    return Object.fromEntries(outputs.map((output, k) => [k, gradient(output)]));
  },
});

/** The same of ordinary operations. */
function composed(inputs: tf.Tensor[], attributes: Attributes): tf.Tensor {
  const { filters, x, norm } = parts(inputs, attributes);
  const [depthwise, pointwise] = filters as tf.Tensor4D[];
  const [scale, offset] = norm as tf.Tensor1D[];
  const normalised = attributes.norm ? batchNorm(x as tf.Tensor4D, scale, offset).y : (x as tf.Tensor4D);
  const active = attributes.relu ? relu(normalised) : normalised;
  const y = composedDepthwise(active, depthwise, attributes);
  return pointwise ? conv2d(y, pointwise, 1) : y;
}

function parts(inputs: tf.Tensor[], { pointwise }: Attributes) {
  const count = pointwise ? 2 : 1;
  return { filters: inputs.slice(0, count), x: inputs[count], norm: inputs.slice(count + 1) };
}

function opAttributes({ binding }: NativeBackend, { pointwise, relu, stride, dilation }: Attributes, norms: number) {
  const whole = (name: string, value: number) => ({ name, type: binding.TF_ATTR_INT, value });
  return [
    whole("N", norms),
    whole("P", pointwise ? 1 : 0),
    { name: "relu", type: binding.TF_ATTR_BOOL, value: relu },
    whole("stride", stride),
    whole("dilation", dilation),
  ];
}
