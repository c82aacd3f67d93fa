// Gradient kernels that tfjs's WebAssembly backend lacks (Conv2DBackpropFilter, those of depthwise convolutions) or computes slowly,
// composed of its fast ones; and the gradient of average pooling, which tfjs gets wrong wherever there is padding, on cpu too.
//
// The gradient of a convolution's input is a convolution of dy with the flipped filter; that of the filter is a convolution of x with dy
// as the filter, batch and channels exchanged. Measured on one core, batch 64, 32×32, 3×3, 16→16 channels, these take 10 and 24 ms.
import * as tf from "@tensorflow/tfjs";
import { channelMean } from "./channel-mean";
import { dilate, rectangle } from "./strides";

type Geometry = tf.backend_util.Conv2DInfo;
type Padding = [[number, number], [number, number], [number, number], [number, number]];

interface Attributes {
  readonly inputShape: [number, number, number, number];
  readonly filterShape: [number, number, number, number];
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | Padding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

type GradientKernel = (inputs: Record<string, tf.Tensor4D>, attributes: Attributes) => tf.Tensor4D;

/** Registers the kernels for a backend, in place of what it has. */
export function registerGradientKernels(backendName: "wasm" | "cpu"): void {
  register(tf.AvgPoolGrad, backendName, averagePoolGradient);
  if (backendName === "cpu") return;
  register(tf.Conv2DBackpropInput, backendName, convolutionInputGradient);
  register(tf.Conv2DBackpropFilter, backendName, convolutionFilterGradient);
  register(tf.DepthwiseConv2dNativeBackpropInput, backendName, depthwiseInputGradient);
  register(tf.DepthwiseConv2dNativeBackpropFilter, backendName, depthwiseFilterGradient);
}

function register(kernelName: string, backendName: string, kernel: GradientKernel): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => kernel(inputs as Record<string, tf.Tensor4D>, attrs as unknown as Attributes)),
  });
}

function convolutionInputGradient({ dy, filter }: Record<string, tf.Tensor4D>, a: Attributes): tf.Tensor4D {
  const g = tf.backend_util.computeConv2DInfo(a.inputShape, filter.shape, a.strides, 1, a.pad, a.dimRoundingMode);
  const { x, pad } = backward(dy, g);
  return tf.conv2d(x, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, pad);
}

function convolutionFilterGradient({ x, dy }: Record<string, tf.Tensor4D>, a: Attributes): tf.Tensor4D {
  const g = tf.backend_util.computeConv2DInfo(x.shape, a.filterShape, a.strides, 1, a.pad, a.dimRoundingMode);
  const { filterHeight, filterWidth, inChannels, outChannels } = g;
  if (filterHeight * filterWidth * g.strideHeight * g.strideWidth === 1) {
    const pixels = tf.reshape(x, [-1, inChannels]);
    return tf.reshape(tf.matMul(tf.transpose(pixels), tf.reshape(dy, [-1, outChannels])), a.filterShape);
  }
  const image = tf.transpose(x, [3, 1, 2, 0]);
  const window = tf.transpose(dy, [1, 2, 0, 3]);
  const padding: Padding = [
    [0, 0],
    [g.padInfo.top, g.padInfo.bottom],
    [g.padInfo.left, g.padInfo.right],
    [0, 0],
  ];
  const strides: [number, number] = [g.strideHeight, g.strideWidth];
  const sums = tf.conv2d(image, window, 1, padding, "NHWC", strides); // a stride there is a dilation here
  const taps = tf.slice(sums, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels]);
  return tf.transpose(taps, [1, 2, 0, 3]);
}

function depthwiseInputGradient({ dy, filter }: Record<string, tf.Tensor4D>, a: Attributes): tf.Tensor4D {
  const g = depthwiseGeometry(a.inputShape, filter.shape, a);
  const [height, width, channels, multiplier] = filter.shape;
  const flipped = tf.reshape(tf.reverse(filter, [0, 1]), [height, width, channels * multiplier, 1]) as tf.Tensor4D;
  const { x, pad } = backward(dy, g);
  const each = tf.depthwiseConv2d(x, flipped, 1, pad);
  if (multiplier === 1) return each;
  return tf.reshape(tf.sum(tf.reshape(each, [-1, multiplier]), -1), a.inputShape);
}

/** One product and one mean over all pixels for each of the filter's taps. */
function depthwiseFilterGradient({ x, dy }: Record<string, tf.Tensor4D>, a: Attributes): tf.Tensor4D {
  const g = depthwiseGeometry(x.shape, a.filterShape, a);
  const [height, width, channels, multiplier] = a.filterShape;
  const spread = dilate(dy, g.strideHeight, g.strideWidth);
  const [batch, rows, columns] = spread.shape;
  const weights = tf.reshape(spread, [batch, rows, columns, channels, multiplier]);
  // Room for every shift of dy, whose last rows may be zeros that dilation has added.
  const before: [number, number] = [g.padInfo.top, g.padInfo.left];
  const after = [
    Math.max(0, rows + g.filterHeight - 1 - g.inHeight - g.padInfo.top),
    Math.max(0, columns + g.filterWidth - 1 - g.inWidth - g.padInfo.left),
  ];
  const padded = tf.pad(x, [
    [0, 0],
    [before[0], after[0]],
    [before[1], after[1]],
    [0, 0],
  ]);
  const taps: tf.Tensor[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const shifted = rectangle(padded, i, j, rows, columns);
      const products = tf.mul(weights, tf.reshape(shifted, [batch, rows, columns, channels, 1]));
      const means = channelMean(tf.reshape(products, [batch, rows, columns, channels * multiplier]) as tf.Tensor4D);
      taps.push(tf.mul(means, batch * rows * columns));
    }
  }
  return tf.reshape(tf.stack(taps), a.filterShape);
}

/** Each output's gradient, shared out among the pixels that it is the mean of. */
function averagePoolGradient({ dy, input }: Record<string, tf.Tensor4D>, a: Attributes): tf.Tensor4D {
  const g = tf.backend_util.computePool2DInfo(input.shape, a.filterSize, a.strides, 1, a.pad, a.dimRoundingMode);
  const [batch, height, width, channels] = dy.shape;
  const row = tf.reshape(
    tf.tile(
      tf.tensor2d(
        windowSizes(g).map((pixels) => 1 / pixels),
        [height * width, 1],
      ),
      [1, channels],
    ),
    [1, -1],
  );
  const shared = tf.reshape(tf.mul(tf.reshape(dy, [batch, -1]), row), dy.shape) as tf.Tensor4D;
  const { x, pad } = backward(shared, g);
  return tf.depthwiseConv2d(x, tf.ones([g.filterHeight, g.filterWidth, channels, 1]), 1, pad);
}

/** For each output of a pooling, the number of pixels in its window, padding not counted: [outHeight · outWidth]. */
export function windowSizes(g: Geometry): Float32Array {
  const count = (output: number, stride: number, before: number, window: number, size: number) =>
    Math.min(output * stride - before + window, size) - Math.max(output * stride - before, 0);
  return Float32Array.from({ length: g.outHeight * g.outWidth }, (_, k) => {
    const rows = count(Math.floor(k / g.outWidth), g.strideHeight, g.padInfo.top, g.filterHeight, g.inHeight);
    const columns = count(k % g.outWidth, g.strideWidth, g.padInfo.left, g.filterWidth, g.inWidth);
    return rows * columns;
  });
}

function depthwiseGeometry(
  inputShape: Attributes["inputShape"],
  filterShape: Attributes["filterShape"],
  { strides, pad, dimRoundingMode }: Attributes,
): Geometry {
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode, true);
}

/** dy and the padding under which a window that slides over it at stride 1 meets, at each input pixel, the outputs that pixel went into. */
function backward(dy: tf.Tensor4D, g: Geometry): { x: tf.Tensor4D; pad: Padding } {
  const dilated = dilate(dy, g.strideHeight, g.strideWidth);
  const [batch, rows, columns, channels] = dilated.shape;
  const bottom = g.inHeight - rows + g.padInfo.top;
  const right = g.inWidth - columns + g.padInfo.left;
  const x =
    bottom < 0 || right < 0
      ? tf.slice(dilated, [0, 0, 0, 0], [batch, rows + Math.min(bottom, 0), columns + Math.min(right, 0), channels])
      : dilated;
  const top = g.filterHeight - 1 - g.padInfo.top;
  const left = g.filterWidth - 1 - g.padInfo.left;
  return {
    x,
    pad: [
      [0, 0],
      [top, Math.max(bottom, 0)],
      [left, Math.max(right, 0)],
      [0, 0],
    ],
  };
}
