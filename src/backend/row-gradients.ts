// The gradients of each of several numbers, of one forward pass.
import * as tf from "@tensorflow/tfjs";

/**
 * The gradient of each element of a vector: one forward pass, and a backward pass for each.
 *
 * @param f uses the xs, and may use more.
 * @param row what is kept of the gradients of an element, in the xs' order; null where it does not depend on an x.
 */
export function rowGradients<T extends tf.Tensor>(
  f: () => tf.Tensor1D,
  xs: readonly tf.Tensor[],
  row: (gradients: readonly (tf.Tensor | null)[]) => T,
): T[] {
  const engine = tf.engine();
  let rows: T[] = [];
  engine.gradients(
    () => {
      const y = f();
      // a gradient that is asked for while a tape is on walks through that tape; as inside of a kernel, nothing more is recorded
      engine.state.kernelDepth++;
      try {
        rows = Array.from({ length: y.size }, (_, k) =>
          tf.tidy(() => {
            const dy = tf.tensor1d(Float32Array.from({ length: y.size }, (_, j) => (j === k ? 1 : 0)));
            const gradients = engine.gradients(() => y, [...xs], dy, true).grads;
            return tf.keep(row(gradients.map((gradient) => gradient ?? null)));
          }),
        );
      } finally {
        engine.state.kernelDepth--;
      }
      return tf.scalar(0); // of which there is no gradient to compute
    },
    [...xs],
    undefined,
    true,
  );
  return rows.map((kept) => {
    const owned = kept.clone(); // the caller's tidy owns these
    kept.dispose();
    return owned;
  });
}
