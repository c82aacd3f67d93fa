// The gradient of ReLU by TensorFlow's one kernel on the native backend; tfjs's own takes five passes over the data.
import * as tf from "@tensorflow/tfjs";
import { floatType, NATIVE, type NativeBackend } from "./native";

const KERNEL = "NaslabReluGrad";

tf.registerKernel({
  kernelName: KERNEL,
  backendName: NATIVE,
  kernelFunc: ({ inputs, backend }) => {
    const native = backend as NativeBackend;
    return native.executeSingleOutput("ReluGrad", [floatType(native.binding)], [inputs.dy!, inputs.y!]);
  },
});

tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ["y"],
  gradFunc: (d, [y]) => ({ dy: () => reluGradient(d as tf.Tensor, y), y: () => tf.zerosLike(y) }),
});

const reluGradient = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.engine().runKernel<tf.Tensor>(KERNEL, { dy, y });

tf.unregisterGradient("Relu");
tf.registerGradient({
  kernelName: "Relu",
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({
    x: () =>
      tf.getBackend() === NATIVE
        ? reluGradient(dy as tf.Tensor, y)
        : tf.mul(dy as tf.Tensor, tf.cast(tf.step(y), "float32")),
  }),
});
