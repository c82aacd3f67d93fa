// Variables that hold other values for a while.
import type * as tf from "@tensorflow/tfjs";

/** What `compute` gives while the variables hold other values; afterwards they hold their own again. Null: that variable's own value. */
export function at<T>(variables: readonly tf.Variable[], values: readonly (tf.Tensor | null)[], compute: () => T): T {
  const own = variables.map((variable) => variable.clone());
  const assign = (values: readonly (tf.Tensor | null)[]) => {
    variables.forEach((variable, k) => {
      if (values[k]) variable.assign(values[k]);
    });
  };
  try {
    assign(values);
    return compute();
  } finally {
    assign(own);
  }
}
