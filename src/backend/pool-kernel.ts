// The native kernel of pooling (binding/pooling.cc), and its gradient.
import * as tf from "@tensorflow/tfjs";
import { composedAveragePool3x3, composedMaxPool, type Pooling } from "./composed-pool";
import { NATIVE, type NativeBackend, nativeBackend } from "./native";
import { gradientsOf, isDifferentiated } from "./second-order";

const KERNEL = "NaslabPool";

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
      const attributes = attrs as unknown as Attributes;
      if (isDifferentiated())
        return gradientsOf((x) => composed(x as tf.Tensor4D, attributes), [x], dy as tf.Tensor)[0];
      const backend = nativeBackend()!;
      return backend.executeSingleOutput("NaslabPoolGradient", opAttributes(backend, attributes), [dy as tf.Tensor, x]);
    },
  }),
});

const composed = (x: tf.Tensor4D, windows: Attributes): tf.Tensor4D =>
  windows.maximum ? composedMaxPool(x, windows) : composedAveragePool3x3(x, windows.stride);

function opAttributes({ binding }: NativeBackend, { maximum, size, stride }: Attributes) {
  return [
    { name: "maximum", type: binding.TF_ATTR_BOOL, value: maximum },
    { name: "size", type: binding.TF_ATTR_INT, value: size },
    { name: "stride", type: binding.TF_ATTR_INT, value: stride },
  ];
}
