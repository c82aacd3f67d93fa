// The native kernel of pooling (binding/pooling.cc), and its gradient.
import * as tf from "@tensorflow/tfjs";
import { NATIVE, type NativeBackend, nativeBackend } from "./native";

const KERNEL = "NaslabPool";

/** The windows of a pooling: 3×3 with a border of one pixel that does not count, or 2×2 without one. */
export interface Pooling {
  readonly size: 2 | 3;
  readonly stride: 1 | 2;
}

interface Attributes extends Pooling {
  readonly maximum: boolean;
}

/** Maxima or means over windows of x. Of equal maxima the first, row by row, has the gradient. */
export function pool(x: tf.Tensor4D, kind: "maximum" | "mean", windows: Pooling): tf.Tensor4D {
  return tf.engine().runKernel<tf.Tensor4D>(KERNEL, { x }, { ...windows, maximum: kind === "maximum" });
}

tf.registerKernel({
  kernelName: KERNEL,
  backendName: NATIVE,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const native = backend as NativeBackend;
    return native.executeSingleOutput(KERNEL, opAttributes(native, attrs as unknown as Attributes), [inputs.x!]);
  },
});

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const backend = nativeBackend()!;
      const attributes = opAttributes(backend, attrs as unknown as Attributes);
      return backend.executeSingleOutput("NaslabPoolGradient", attributes, [dy as tf.Tensor, x]);
    },
  }),
});

function opAttributes({ binding }: NativeBackend, { maximum, size, stride }: Attributes) {
  return [
    { name: "maximum", type: binding.TF_ATTR_BOOL, value: maximum },
    { name: "size", type: binding.TF_ATTR_INT, value: size },
    { name: "stride", type: binding.TF_ATTR_INT, value: stride },
  ];
}
