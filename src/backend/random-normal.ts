// Normal numbers inside of a step: they follow from a seed that is a tensor, so that a recorded graph draws others at each call.
import * as tf from "@tensorflow/tfjs";
import { NATIVE, type NativeBackend } from "./native";
import { RandomStream } from "./random";

const KERNEL = "NaslabRandomNormal";

tf.registerKernel({
  kernelName: KERNEL,
  backendName: NATIVE,
  kernelFunc: ({ inputs, backend }) => {
    const native = backend as NativeBackend;
    const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = native.binding;
    const attributes = [
      { name: "dtype", type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: "Tseed", type: TF_ATTR_TYPE, value: TF_INT32 },
      { name: "T", type: TF_ATTR_TYPE, value: TF_INT32 },
    ];
    return native.executeSingleOutput("StatelessRandomNormal", attributes, [inputs.shape, inputs.seed] as tf.Tensor[]);
  },
});

for (const backendName of ["wasm", "cpu"]) {
  tf.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs }) => {
      const [shape, seed] = [inputs.shape, inputs.seed].map((x) => Array.from((x as tf.Tensor).dataSync()));
      const stream = new RandomStream(Math.abs(seed[0])).split(seed[1]);
      return tf.tensor(
        Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => stream.normal()),
        shape,
      );
    },
  });
}

/** Standard normal numbers, the same for the same seed on one backend. They carry no gradient. @param seed int32 [2]. */
export function randomNormal(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(KERNEL, { shape: tf.tensor1d([...shape], "int32"), seed });
}
