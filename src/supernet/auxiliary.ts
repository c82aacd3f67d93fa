// The auxiliary tower of DARTS's networks (Liu et al., ICLR 2019; after Szegedy et al., CVPR 2015): a second classifier, only in training.
import * as tf from "@tensorflow/tfjs";
import { linear, relu } from "../backend";
import { UserError } from "../errors";
import type { MapShape } from "../spaces";
import { AffineBatchNorm, type Features, type Pass } from "./layers";
import type { Parameters } from "./parameters";

/** Side of the pooling's windows. */
const WINDOW = 5;
const NARROW = 128;
const WIDE = 768;

/**
 * ReLU, average pooling, 1×1 convolution to 128 channels, batch norm, ReLU, 2×2 convolution to 768 channels, batch norm, ReLU, linear layer.
 * The pooling has four windows of 5×5, one in each corner: at stride 3 on CIFAR's maps of 8×8, at stride 2 on ImageNet's of 7×7 as the
 * authors have it; on maps of other sizes inferred.
 */
export class AuxiliaryTower {
  readonly #narrow: tf.Variable<tf.Rank.R4>;
  readonly #narrowNorm: AffineBatchNorm;
  readonly #wide: tf.Variable<tf.Rank.R4>;
  readonly #wideNorm: AffineBatchNorm | null;
  readonly #matrix: tf.Variable<tf.Rank.R2>;
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #strides: [number, number];

  /** @param input the maps that it looks at. @param secondNorm false in the authors' network for ImageNet. @throws UserError where they are too small. */
  constructor(parameters: Parameters, input: MapShape, classes: number, secondNorm: boolean) {
    const { height, width, channels } = input;
    if (Math.min(height, width) <= WINDOW)
      throw new UserError(
        `auxiliary tower: the maps that it looks at are ${height} × ${width}, it needs ${WINDOW + 1} × ${WINDOW + 1} or more; take larger images, or train without it`,
      );
    this.#strides = [height - WINDOW, width - WINDOW];
    this.#narrow = parameters.filter("auxiliary_head.features.2.weight", [1, 1], channels, NARROW);
    this.#narrowNorm = new AffineBatchNorm(parameters, "auxiliary_head.features.3", NARROW);
    this.#wide = parameters.filter("auxiliary_head.features.5.weight", [2, 2], NARROW, WIDE);
    this.#wideNorm = secondNorm ? new AffineBatchNorm(parameters, "auxiliary_head.features.6", WIDE) : null;
    ({ matrix: this.#matrix, bias: this.#bias } = parameters.linear("auxiliary_head.classifier", WIDE, classes));
  }

  /** Logits [batch, classes]. */
  forward(x: Features, pass: Pass): tf.Tensor2D {
    const pooled = tf.avgPool(relu(x), WINDOW, this.#strides, "valid");
    const narrow = relu(this.#narrowNorm.forward(tf.conv2d(pooled, this.#narrow, 1, "valid"), pass));
    const wide = tf.conv2d(narrow, this.#wide, 1, "valid");
    const active = relu(this.#wideNorm?.forward(wide, pass) ?? wide);
    return linear(tf.reshape(active, [-1, WIDE]), this.#matrix, this.#bias);
  }
}
