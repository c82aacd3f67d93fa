// The arithmetic that a bilevel step cannot do without: multiply-adds of convolutions and matrix products, and of the gradients it needs.
import type { NasBench201 } from "../spaces";
import type { SupernetSize } from "./supernet";

/** A convolution or matrix product of a search network. */
export interface Product {
  /** As the parameters name it: "stem", "cells.0.edges.2<-1.nor_conv_3x3", "cells.1.conv_a", "classifier". */
  readonly name: string;
  /** Of one forward pass of one image; what a convolution multiplies with its zero padding counts too. */
  readonly multiplyAdds: number;
  /** Whether its input depends on weights: only then does a weight step need the gradient of the input. */
  readonly behindWeights: boolean;
  /** Whether its input depends on θ: only then does an architecture step need the gradient of the input. */
  readonly behindTheta: boolean;
}

/** What the count has to know of a space; one with fewer operations will do. */
type CountedSpace = Pick<NasBench201, "edges" | "skeleton"> & { readonly operations: readonly string[] };

/** Side lengths of the filters of those operations that multiply. */
const FILTERS: Readonly<Record<string, number>> = { nor_conv_1x1: 1, nor_conv_3x3: 3 };

/** All products of a forward pass, in their order. With partial channels the mixtures' are of so many channels less; nothing else changes. */
export function productsOf(space: CountedSpace, size: SupernetSize): Product[] {
  const [height, width, colours] = size.image;
  let layer = 0;
  return space.skeleton.flatMap(({ kind, width: widening, downsampling }): Product[] => {
    const channels = widening * size.channels;
    const mixed = channels / (size.partialChannels ?? 1);
    const pixels = (height / downsampling) * (width / downsampling);
    const convolution = (
      name: string,
      filter: number,
      inputs: number,
      outputs: number,
      behind: Partial<Product> = {},
    ): Product => {
      const multiplyAdds = pixels * filter ** 2 * inputs * outputs;
      return { name, multiplyAdds, behindWeights: true, behindTheta: true, ...behind };
    };
    const cell = (place: number) =>
      space.edges.flatMap((edge) => {
        const behindTheta = place > 0 || edge.from > 0; // what enters the first cell comes straight from the stem
        return space.operations
          .filter((operation) => operation in FILTERS)
          .map((operation) => {
            const name = `cells.${place}.edges.${edge.name}.${operation}`;
            return convolution(name, FILTERS[operation], mixed, mixed, { behindTheta });
          });
      });
    switch (kind) {
      case "stem":
        return [convolution("stem", 3, colours, channels, { behindWeights: false, behindTheta: false })];
      case "cells":
        return Array.from({ length: size.cells }, () => cell(layer++)).flat();
      case "residual block": {
        const name = `cells.${layer++}`;
        return [
          convolution(`${name}.conv_a`, 3, channels / 2, channels),
          convolution(`${name}.conv_b`, 3, channels, channels),
          convolution(`${name}.downsample`, 1, channels / 2, channels),
        ];
      }
      default: // the head
        return [{ name: "classifier", multiplyAdds: channels * size.classes, behindWeights: true, behindTheta: true }];
    }
  });
}

/**
 * The necessary floating-point operations of the two half-steps, two to a multiply-add; m is a product's multiply-adds:
 * weights: Σ m (forward) + Σ m (gradient of the filter) + Σ m where the input depends on weights (gradient of the input);
 * architecture: Σ m (forward) + Σ m where the input depends on θ (gradient of the input).
 */
export function stepFlops(
  space: CountedSpace,
  size: SupernetSize,
  batch: number,
): { architecture: number; weights: number } {
  const products = productsOf(space, size);
  const flops = (kept: readonly Product[]) => 2 * batch * kept.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  return {
    architecture: flops(products) + flops(products.filter((product) => product.behindTheta)),
    weights: 2 * flops(products) + flops(products.filter((product) => product.behindWeights)),
  };
}
