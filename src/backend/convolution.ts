// Convolution as PyTorch pads it; 3×3 at stride 1 by Winograd's minimal filtering where our kernels for it apply.
import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "./kernel";
import { type NativeBackend, nativeBackend, nativeCpuBackend } from "./native";
import { everyOf } from "./strides";

/**
 * Convolution with zero padding (k − 1)/2 on every side, k the filter's odd size; PyTorch's conv2d(x, w, stride, padding=k//2).
 *
 * @param x [batch, height, width, inputs]
 * @param filter [k, k, inputs, outputs]
 * @returns [batch, ⌈height/stride⌉, ⌈width/stride⌉, outputs]
 */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  if (stride === 1) return isMinimal(x, filter) ? (minimal({ x, filter })[0] as tf.Tensor4D) : same(x, filter);
  if (filter.shape[0] === 1 && filter.shape[1] === 1) return same(everySecond(x), filter);
  // SAME at stride 2 pads the bottom right first, PyTorch all sides; and oneDNN's gradients refuse explicit padding.
  const [, height, width] = x.shape;
  const padding: [number, number][] = [
    [0, 0],
    stridedPadding(height, filter.shape[0]),
    stridedPadding(width, filter.shape[1]),
    [0, 0],
  ];
  const isPadded = padding.some((sides) => sides.some((side) => side > 0));
  return tf.conv2d(isPadded ? tf.pad(x, padding) : x, filter, 2, "valid");
}

/**
 * Every second row and column, for 1×1 filters: at stride 2 TensorFlow's gradient of the filter writes past the end of its memory where maps
 * are large and channels few (2.21 with oneDNN; 64×64 of 4 channels).
 */
function everySecond(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const even = height % 2 === 0 && width % 2 === 0;
  return everyOf(
    even
      ? x
      : tf.pad(x, [
          [0, 0],
          [0, height % 2],
          [0, width % 2],
          [0, 0],
        ]),
    2,
  );
}

const same = (x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D => tf.conv2d(x, filter, 1, "same");

/** Whether the kernels of binding/convolution.cc apply: for vectors of 16 channels and tiles of 2×2 pixels. */
function isMinimal(x: tf.Tensor4D, filter: tf.Tensor4D): boolean {
  if (!nativeCpuBackend()) return false;
  const [, height, width] = x.shape;
  const [rows, columns, inputs, outputs] = filter.shape;
  return rows === 3 && columns === 3 && inputs % 16 === 0 && outputs % 16 === 0 && height % 2 === 0 && width % 2 === 0;
}

const minimal = defineKernel<{ x: tf.Tensor; filter: tf.Tensor }>({
  name: "NaslabConvolution",
  native: ({ x, filter }, backend) => [convolution(backend, x, filter, false)],
  composed: ({ x, filter }) => [same(x as tf.Tensor4D, filter as tf.Tensor4D)],
  saveInputs: ["x", "filter"],
  differentiable: ({ x, filter }) => same(x as tf.Tensor4D, filter as tf.Tensor4D),
  gradient: ([dy], [x, filter]) => {
    const backend = nativeBackend()!;
    return {
      x: () => convolution(backend, dy, filter, true),
      filter: () => backend.executeSingleOutput("NaslabConvolutionFilterGradient", [], [x, dy]),
    };
  },
});

function convolution(backend: NativeBackend, x: tf.Tensor, filter: tf.Tensor, transposed: boolean): tf.Tensor {
  const attributes = [{ name: "transposed", type: backend.binding.TF_ATTR_BOOL, value: transposed }];
  return backend.executeSingleOutput("NaslabConvolution", attributes, [x, filter]);
}

/** Zeros before and after an axis, as many as the windows at stride 2 reach. */
function stridedPadding(size: number, window: number): [before: number, after: number] {
  const before = (window - 1) / 2;
  const outputs = Math.floor((size + 2 * before - window) / 2) + 1;
  return [before, Math.max(0, (outputs - 1) * 2 + window - size - before)];
}
