// The arithmetic that a bilevel step cannot do without: multiply-adds of convolutions and matrix products, and of the gradients it needs.
import {
  type CellLayer,
  isCell,
  type Layer,
  type MapShape,
  type PlacedStep,
  type SearchSpace,
  stepsOf,
} from "../spaces";
import { standingIn } from "./standing";
import type { SupernetSize } from "./supernet";

/** A convolution or matrix product of a search network. */
export interface Product {
  /** As the parameters name it: "stem", "cells.0.edges.2<-1.3", "cells.1.conv_a", "classifier". */
  readonly name: string;
  /** Of one forward pass of one image; what a convolution multiplies with its zero padding counts too. */
  readonly multiplyAdds: number;
  /** Whether its input depends on weights: only then does a weight step need the gradient of the input. */
  readonly behindWeights: boolean;
  /** Whether its input depends on θ: only then does an architecture step need the gradient of the input. */
  readonly behindTheta: boolean;
}

/** All products of a forward pass, in their order. With partial channels the mixtures' are of so many channels less; nothing else changes. */
export function productsOf(space: SearchSpace, size: SupernetSize): Product[] {
  let [weights, theta] = [false, false];
  return space.layers(size).flatMap((layer) => {
    const outside = { behindWeights: weights, behindTheta: theta };
    weights = true;
    theta ||= isCell(layer);
    if (!isCell(layer)) return ofLayer(layer, outside);
    return standingIn(space, layer, size.partialChannels ?? 1).flatMap(({ name, placed, input, behind }) =>
      ofOperation(name, placed, input, {
        behindWeights: outside.behindWeights || behind !== "nothing",
        behindTheta: outside.behindTheta || behind === "mixtures",
      }),
    );
  });
}

type Behind = Pick<Product, "behindWeights" | "behindTheta">;

/** @param input of the operation. */
const ofOperation = (name: string, placed: PlacedStep, input: MapShape, behind: Behind): Product[] =>
  stepsOf(placed, input)
    .filter(({ multiplyAdds }) => multiplyAdds > 0)
    .map(({ multiplyAdds, index }, k, { length }) => ({
      name: length > 1 ? `${name}.op.${index}` : name,
      multiplyAdds,
      ...behind,
      behindWeights: behind.behindWeights || k > 0,
    }));

function ofLayer(layer: Exclude<Layer, CellLayer>, behind: Behind): Product[] {
  const { input, output, name } = layer;
  const pixels = output.height * output.width;
  const convolution = (name: string, window: number, inputs: number): Product => ({
    name,
    multiplyAdds: pixels * window ** 2 * inputs * output.channels,
    ...behind,
  });
  switch (layer.kind) {
    case "convolution":
      return [convolution(name, layer.window, input.channels)];
    case "residual":
      return [
        convolution(`${name}.conv_a`, 3, input.channels),
        convolution(`${name}.conv_b`, 3, output.channels),
        convolution(`${name}.downsample`, 1, input.channels),
      ];
    case "operation": {
      const { operation, stride } = layer;
      return ofOperation(name, { operation, inputs: input.channels, outputs: output.channels, stride }, input, behind);
    }
    case "head":
      return [{ name: "classifier", multiplyAdds: input.channels * output.channels, ...behind }];
    default:
      return [];
  }
}

/**
 * The necessary floating-point operations of the two half-steps, two to a multiply-add; m is a product's multiply-adds:
 * weights: Σ m (forward) + Σ m (gradient of the filter) + Σ m where the input depends on weights (gradient of the input);
 * architecture: Σ m (forward) + Σ m where the input depends on θ (gradient of the input).
 */
export function stepFlops(
  space: SearchSpace,
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
