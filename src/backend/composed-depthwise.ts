// Depthwise convolution of ordinary operations: on backends without our native kernel, for other sizes than it has, and where its gradient is
// differentiated.
import * as tf from "@tensorflow/tfjs";
import { channelMean } from "./channel-mean";
import { defineKernel } from "./kernel";
import { NATIVE } from "./native";
import { isDifferentiated } from "./second-order";
import { border, dilate, everyOf, rectangle } from "./strides";

/** How a window moves over a feature map, and how far apart its taps are. */
export interface Windows {
  readonly stride?: 1 | 2;
  readonly dilation?: 1 | 2;
}

/** As `depthwiseConv2d`. */
export function composedDepthwise(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride = 1, dilation = 1 }: Windows,
): tf.Tensor4D {
  if (stride === 1) return convolution[dilation]({ x, filter })[0] as tf.Tensor4D;
  if (dilation === 1) return strided({ x, filter })[0] as tf.Tensor4D;
  return composedDepthwise(everyOf(x, 2), filter, {}); // all that such windows see
}

const convolution = { 1: kernel("NaslabDepthwise", 1, 1), 2: kernel("NaslabDepthwiseDilated", 1, 2) };
const strided = kernel("NaslabDepthwiseStrided", 2, 1);

function kernel(name: string, stride: 1 | 2, dilation: 1 | 2) {
  return defineKernel<{ x: tf.Tensor; filter: tf.Tensor }>({
    name,
    composed: ({ x, filter }) => [composed(x as tf.Tensor4D, filter as tf.Tensor4D, stride, dilation)],
    saveInputs: ["x", "filter"],
    differentiable: ({ x, filter }) => composed(x as tf.Tensor4D, filter as tf.Tensor4D, stride, dilation),
    gradient: ([dy], [x, filter]) => ({
      x: () => inputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D, x.shape, stride, dilation),
      filter: () => filterGradient(dy as tf.Tensor4D, x as tf.Tensor4D, filter.shape, stride, dilation),
    }),
  });
}

function composed(x: tf.Tensor4D, filter: tf.Tensor4D, stride: 1 | 2, dilation: 1 | 2): tf.Tensor4D {
  if (stride === 1 && dilation === 1) return tf.depthwiseConv2d(x, filter, 1, "same");
  const padding = (dilation * (filter.shape[0] - 1)) / 2;
  const padded = border(x, [padding, padding], [padding, padding]);
  // TensorFlow has no dilated kernel, TensorFlow.js no gradient of one, and for as many taps as zeros make of them wasm has none that is fast.
  const apart = dilation > 1 && (tf.getBackend() === NATIVE || isDifferentiated());
  return tf.depthwiseConv2d(padded, apart ? withZeros(filter) : filter, stride, "valid", "NHWC", apart ? 1 : dilation);
}

/** A filter of dilation 2 as one of dilation 1: zeros between its taps. */
function withZeros(filter: tf.Tensor4D): tf.Tensor4D {
  const [size, , channels] = filter.shape;
  const taps = dilate(tf.reshape(filter, [1, size, size, channels]), 2, 2);
  const all = rectangle(taps, 0, 0, 2 * size - 1, 2 * size - 1);
  return tf.reshape(all, [2 * size - 1, 2 * size - 1, channels, 1]);
}

/** The turned filter slides over dy, each at its window's centre. */
function inputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  shape: number[],
  stride: 1 | 2,
  dilation: 1 | 2,
): tf.Tensor {
  const centres = rectangle(dilate(dy, stride, stride), 0, 0, shape[1], shape[2]);
  return composed(centres, tf.reverse(filter, [0, 1]), 1, dilation);
}

/** One product and one mean over all windows for each of the filter's taps. */
function filterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, shape: number[], stride: 1 | 2, dilation: 1 | 2): tf.Tensor {
  const [batch, rows, columns] = dy.shape;
  const [size] = shape;
  const padding = (dilation * (size - 1)) / 2;
  // Room for the last tap of the last window, and at a stride for the row and column that it leaves out.
  const after = (outputs: number, pixels: number) => outputs * stride + padding - pixels;
  const image = border(x, [padding, after(rows, x.shape[1])], [padding, after(columns, x.shape[2])]);
  const taps: tf.Tensor[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const seen = rectangle(image, i * dilation, j * dilation, rows * stride, columns * stride);
      taps.push(channelMean(tf.mul(everyOf(seen, stride), dy)));
    }
  }
  return tf.reshape(tf.mul(tf.stack(taps), batch * rows * columns), shape);
}
