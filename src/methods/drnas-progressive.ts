// DrNAS (Chen et al., ICLR 2021) with progressive learning (section 3): few operations and many channels after many operations and few channels.
import { defineMethod } from "./define-method";
import { drnas } from "./drnas";

/** NAS-Bench-201: K = 4, then the 3 best operations of each edge and K = 2; in each stage the weights alone learn for 10 epochs. */
export const drnasNasBench201 = defineMethod({
  ...drnas,
  name: "drnas-nasbench201",
  title: "DrNAS (progressive, NAS-Bench-201)",
  settings: {
    epochs: 100,
    stages: [
      { epochs: 50, keep: null, partialChannels: 4 },
      { epochs: 50, keep: 3, partialChannels: 2 },
    ],
    architecture: { ...drnas.settings.architecture, warmup: 10 },
  },
});

/**
 * DARTS's space on CIFAR-10: a network of the final size (20 cells, 36 channels), K = 6, then the 4 best operations of each edge and K = 4
 * as in the authors' code (the paper says 3: `follow`). The learning rate goes on falling through the change, as the paper's cosine over
 * all epochs; the authors' code starts it anew there (`weights.restart`).
 */
export const drnasCifar10 = defineMethod({
  ...drnas,
  name: "drnas-cifar10",
  title: "DrNAS (progressive, CIFAR-10)",
  settings: {
    channels: 36,
    cells: 20,
    epochs: 50,
    stages: [
      { epochs: 25, keep: null, partialChannels: 6 },
      { epochs: 25, keep: 4, partialChannels: { paper: 3, code: 4 } },
    ],
    weights: { learningRate: 0.1, minimumLearningRate: 0 },
    architecture: {
      ...drnas.settings.architecture,
      update: { kind: "adam", learningRate: 6e-4 },
      warmup: 10,
    },
  },
});

/** DARTS's space on ImageNet: batches of 512, whose learning rate grows for 5 epochs; the gradient of η is clipped; K = 6, then 4 operations and K = 3. */
export const drnasImageNet = defineMethod({
  ...drnas,
  name: "drnas-imagenet",
  title: "DrNAS (progressive, ImageNet)",
  settings: {
    channels: 48,
    cells: 14,
    batch: 512,
    epochs: 50,
    stages: [
      { epochs: 25, keep: null, partialChannels: 6 },
      { epochs: 25, keep: 4, partialChannels: 3 },
    ],
    weights: { learningRate: 0.5, minimumLearningRate: 0, warmup: 5 },
    architecture: {
      ...drnas.settings.architecture,
      update: { kind: "adam", learningRate: 6e-3 },
      warmup: 10,
      clip: 5,
    },
  },
});
