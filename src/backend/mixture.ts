// The sum that a node of a search cell is (DARTS eq. 2): Σ w_k BN(x_k) + Σ w_m z_m, with gradients of maps and weights.
import * as tf from "@tensorflow/tfjs";
import { batchNorm, EPSILON } from "./batch-norm";
import { NATIVE, type NativeBackend, nativeBackend, nativeCpuBackend, type OpAttribute } from "./native";
import { sum } from "./operations";
import { scaleBy, spread } from "./scale";
import { gradientsOf, isDifferentiated } from "./second-order";

/** A feature map [batch, height, width, channels] and its weight. */
export interface Term {
  readonly x: tf.Tensor4D;
  readonly weight: tf.Scalar;
}

/** The mean and the unbiased variance of a batch, [channels]; they carry no gradient. */
export interface BatchMoments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

const KERNEL = "NaslabMixture";

/** Inputs: the normalised terms' maps, the plain ones', the vector of all weights. Attribute `normalised`: how many these are. */
tf.registerKernel({
  kernelName: KERNEL,
  backendName: NATIVE,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const native = backend as NativeBackend;
    const tensors = inputs as unknown as tf.Tensor[];
    const epsilon = { name: "epsilon", type: native.binding.TF_ATTR_FLOAT, value: EPSILON };
    return native.executeMultipleOutputs(KERNEL, [...counts(native, tensors, attrs), epsilon], tensors, 4);
  },
});

tf.registerGradient({
  kernelName: KERNEL,
  saveAllInputs: true,
  outputsToSave: [false, true, false, true],
  gradFunc: (dys, saved, attrs) => {
    const backend = nativeBackend()!;
    const [dy] = dys as tf.Tensor[];
    const inputs = saved.slice(0, -2);
    if (isDifferentiated()) {
      const gradients = gradientsOf((...inputs) => composedOf(inputs, attrs!.normalised as number), inputs, dy);
      return Object.fromEntries(gradients.map((gradient, n) => [n, () => gradient]));
    }
    const [weights, mean, inverse] = saved.slice(-3);
    const [dWeights, coefficients] = backend.executeMultipleOutputs(
      "NaslabMixtureSums",
      counts(backend, inputs, attrs),
      [dy, ...inputs, mean, inverse],
      2,
    );
    const gradient = (n: number) => {
      if (n === inputs.length - 1) return dWeights;
      if (n >= mean.shape[0]) return tf.mul(dy, tf.reshape(tf.slice(weights, n, 1), []));
      const row = [{ name: "k", type: backend.binding.TF_ATTR_INT, value: n }];
      return backend.executeSingleOutput("NaslabMixtureTerm", row, [dy, inputs[n], coefficients]);
    };
    return Object.fromEntries(inputs.map((_, n) => [n, () => gradient(n)]));
  },
});

function counts(
  { binding }: NativeBackend,
  inputs: readonly tf.Tensor[],
  attributes: tf.NamedAttrMap | undefined,
): OpAttribute[] {
  const normalised = attributes!.normalised as number;
  return [
    { name: "K", type: binding.TF_ATTR_INT, value: normalised },
    { name: "M", type: binding.TF_ATTR_INT, value: inputs.length - 1 - normalised },
  ];
}

/**
 * Σ_k w_k BN(x_k) + Σ_m w_m z_m, batch norm as PyTorch's with affine=False in training.
 *
 * @param normalised, plain terms of equal shapes.
 * @returns y of that shape, and the moments of each normalised term.
 */
export function mixture(
  normalised: readonly Term[],
  plain: readonly Term[],
): { y: tf.Tensor4D; moments: BatchMoments[] } {
  return nativeCpuBackend() ? fused(normalised, plain) : composed(normalised, plain);
}

function fused(normalised: readonly Term[], plain: readonly Term[]) {
  const terms = [...normalised, ...plain];
  const inputs = [...terms.map(({ x }) => x), tf.stack(terms.map(({ weight }) => weight))];
  const [y, mean, variance, inverse] = tf
    .engine()
    .runKernel<tf.Tensor[]>(KERNEL, inputs as unknown as tf.NamedTensorMap, { normalised: normalised.length });
  inverse.dispose(); // the gradient has a copy of its own
  const [means, variances] = [mean, variance].map((rows) => (normalised.length > 0 ? tf.unstack(rows) : []));
  const moments = normalised.map((_, k) => ({
    mean: means[k] as tf.Tensor1D,
    variance: variances[k] as tf.Tensor1D,
  }));
  return { y: y as tf.Tensor4D, moments };
}

function composed(normalised: readonly Term[], plain: readonly Term[]) {
  const norms = normalised.map(({ x, weight }) => batchNorm(x, spread(weight, x.shape[3]), tf.zeros([x.shape[3]])));
  const terms = [...norms.map(({ y }) => y), ...plain.map(({ x, weight }) => scaleBy(x, weight))];
  return { y: sum(terms), moments: norms };
}

/** The same of the kernel's inputs. */
function composedOf(inputs: readonly tf.Tensor[], normalised: number): tf.Tensor4D {
  const weights = tf.unstack(inputs.at(-1)!) as tf.Scalar[];
  const terms = weights.map((weight, n) => ({ x: inputs[n] as tf.Tensor4D, weight }));
  return composed(terms.slice(0, normalised), terms.slice(normalised)).y;
}
