// The search network of the DARTS space and its like, spelt out in TensorFlow.js's own operations, edge by edge.
import * as tf from "@tensorflow/tfjs";
import type { SearchSpace } from "../../src/spaces";

type Maps = tf.Tensor4D;

/** Any tensor of the network by its name. */
export type Tensors = (name: string) => tf.Tensor;

/** The weight of an operation on an edge (of all the space's) in a cell: [] or [batch, 1, 1, 1]. Null: the operation does not run. */
export type WeightOf = (cell: number, edge: number, operation: number) => tf.Tensor | null;

export interface NaiveSettings {
  readonly space: SearchSpace;
  readonly cells: number;
  readonly share: number;
  /** What all the edges' mixtures have in common of a cell and edge besides their operations, []; it is zero. */
  readonly zero?: (edge: number) => tf.Tensor;
  /** The weight of what bypasses an edge; without it 1. */
  readonly edgeWeight?: (cell: number, edge: number) => tf.Tensor;
}

const NODES = [2, 3, 4, 5];

/** In training mode. @returns logits. */
export function naiveNetwork(images: tf.Tensor, of: Tensors, weight: WeightOf, settings: NaiveSettings): tf.Tensor2D {
  const { space, cells } = settings;
  const convolutionNorm = (x: tf.Tensor, name: string, stride: number) =>
    affine(convolution(x as Maps, of(`${name}.0.weight`), stride), of(`${name}.1.weight`), of(`${name}.1.bias`));
  let [before, last]: tf.Tensor[] = [];
  if (space.name === "darts-imagenet") {
    before = convolutionNorm(tf.relu(convolutionNorm(images, "stem0.0", 2)), "stem0.1", 2);
    last = convolutionNorm(tf.relu(before), "stem1", 2);
  } else {
    last = convolutionNorm(images, "stem", 1);
    before = last;
  }
  for (let cell = 0; cell < cells; cell++) {
    const reduces = [Math.floor(cells / 3), Math.floor((2 * cells) / 3)].includes(cell);
    [before, last] = [last, naiveCell([before, last], reduces, cell, of, weight, settings)];
  }
  return tf.add(
    tf.matMul(tf.mean(last, [1, 2]) as tf.Tensor2D, of("classifier.weight") as tf.Tensor2D),
    of("classifier.bias"),
  );
}

function naiveCell(
  inputs: readonly tf.Tensor[],
  reduces: boolean,
  cell: number,
  of: Tensors,
  weight: WeightOf,
  { space, share, zero, edgeWeight }: NaiveSettings,
): tf.Tensor {
  const nodes = inputs.map((x, k) => {
    const name = `cells.${cell}.preprocess${k}`;
    return x.shape[1] === inputs[1].shape[1]
      ? normalised(convolution(tf.relu(x) as Maps, of(`${name}.op.1.weight`), 1))
      : factorisedReduction(x, name, of);
  });
  const channels = nodes[0].shape[3]!;
  for (const node of NODES) {
    const edges = space.edges.flatMap((edge, row) =>
      edge.cell === (reduces ? "reduce" : "normal") && edge.to === node ? [{ ...edge, row }] : [],
    );
    const outputs = edges.map(({ from, to, row, candidates }) => {
      const stride = reduces && from < 2 ? 2 : 1;
      const [mixed, bypass] = tf.split(nodes[from], [channels / share, channels - channels / share], 3) as Maps[];
      const terms = candidates.flatMap((o) => {
        const factor = weight(cell, row, o);
        const name = `cells.${cell}.edges.${to}<-${from}.${o}.op`;
        return factor ? [tf.mul(operation(space.operations[o], mixed, stride, name, of), factor)] : [];
      });
      const nothing = tf.mul(stride === 2 ? everySecond(mixed) : mixed, 0);
      const mixture = tf.add(tf.addN([nothing, ...terms]), zero?.(row) ?? 0);
      if (share === 1) return mixture;
      const passed = stride === 2 ? largest(bypass, 2, 0, 2) : bypass;
      return shuffled(tf.concat([mixture, tf.mul(passed, edgeWeight?.(cell, row) ?? 1)], 3), share);
    });
    nodes.push(tf.addN(outputs));
  }
  return tf.concat(nodes.slice(2), 3);
}

/** @param name without the number of the layer. */
function operation(what: string, x: Maps, stride: number, name: string, of: Tensors): tf.Tensor {
  const window = Number(what.at(-1));
  const separable = (x: tf.Tensor, first: number, stride: number, dilation = 1) => {
    const spread = depthwise(tf.relu(x) as Maps, of(`${name}.${first}.weight`), stride, dilation);
    return normalised(convolution(spread, of(`${name}.${first + 1}.weight`), 1));
  };
  switch (what) {
    case "none":
      return tf.mul(stride === 2 ? everySecond(x) : x, 0);
    case "skip_connect":
      return stride === 1 ? x : factorisedReduction(x, name.replace(/\.op$/, ""), of);
    case "max_pool_3x3":
      return normalised(largest(x, window, 1, stride));
    case "avg_pool_3x3":
      return normalised(average(x, stride));
    case "sep_conv_3x3":
    case "sep_conv_5x5":
      return separable(separable(x, 1, stride), 5, 1);
    case "dil_conv_3x3":
    case "dil_conv_5x5":
      return separable(x, 1, stride, 2);
  }
  throw new Error(`no naive ${what}`);
}

function normalised(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2], true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
}

const affine = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => tf.add(tf.mul(normalised(x), scale), offset);

/** Of an even number of rows and columns. */
function everySecond(x: Maps): Maps {
  const [batch, height, width, channels] = x.shape;
  const rows = tf.slice(tf.reshape(x, [batch, height / 2, 2 * width, channels]), [0, 0, 0, 0], [-1, -1, width, -1]);
  const columns = tf.reshape(rows, [batch, height / 2, width / 2, 2 * channels]);
  return tf.slice(columns, [0, 0, 0, 0], [-1, -1, -1, channels]) as Maps;
}

const strided = (x: Maps, stride: number): Maps => (stride === 2 ? everySecond(x) : x);

const convolution = (x: Maps, filter: tf.Tensor, stride: number): Maps =>
  strided(tf.conv2d(x, filter as Maps, 1, "same"), stride);

/** What each tap of a window sees of a map that is padded with `value`, as large as the map. */
function taps(x: Maps, window: number, before: number, value = 0): Maps[] {
  const after = window - 1 - before;
  const padded = tf.pad(
    x,
    [
      [0, 0],
      [before, after],
      [before, after],
      [0, 0],
    ],
    value,
  );
  return Array.from({ length: window ** 2 }, (_, k) =>
    tf.slice(padded, [0, Math.floor(k / window), k % window, 0], x.shape),
  );
}

/** At dilation 2, as an ordinary one of each of the four maps of every second row and column. */
function depthwise(x: Maps, filter: tf.Tensor, stride: number, dilation: number): Maps {
  const none = [
    [0, 0],
    [0, 0],
  ];
  const apart = dilation === 2 ? (tf.spaceToBatchND(x, [2, 2], none) as Maps) : x;
  const y = tf.depthwiseConv2d(apart, filter as Maps, 1, "same");
  return strided(dilation === 2 ? (tf.batchToSpaceND(y, [2, 2], none) as Maps) : y, stride);
}

/** Of equal maxima the first has the gradient, as in PyTorch. */
function largest(x: Maps, window: number, before: number, stride: number): Maps {
  const all = taps(x, window, before, -1e9);
  const first = tf.argMax(tf.stack(all.map((tap) => tf.tensor(tap.dataSync(), tap.shape))), 0);
  return strided(tf.addN(all.map((tap, k) => tf.mul(tap, tf.cast(tf.equal(first, k), "float32")))) as Maps, stride);
}

function average(x: Maps, stride: number): Maps {
  const sums = tf.addN(taps(x, 3, 1));
  const counts = tf.addN(taps(tf.onesLike(x), 3, 1));
  return strided(tf.div(sums, counts) as Maps, stride);
}

function factorisedReduction(x: tf.Tensor, name: string, of: Tensors): tf.Tensor {
  const active = tf.relu(x) as Maps;
  const [, height, width] = active.shape;
  const moved = tf.pad(tf.slice(active, [0, 1, 1, 0], [-1, height - 1, width - 1, -1]), [
    [0, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ]);
  const halves = [active, moved].map((x, k) => convolution(x, of(`${name}.op.1.conv_${k + 1}.weight`), 2));
  return normalised(tf.concat(halves, 3));
}

function shuffled(x: tf.Tensor, groups: number): tf.Tensor {
  const channels = x.shape[3]!;
  return tf.reshape(tf.transpose(tf.reshape(x, [-1, groups, channels / groups]), [0, 2, 1]), x.shape);
}
