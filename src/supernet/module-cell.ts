// A cell of NAS-Bench-101's networks (Ying et al., ICML 2019), as it is trained by itself.
import * as tf from "@tensorflow/tfjs";
import { sum } from "../backend";
import { UserError } from "../errors";
import { type CellLayer, type Design, type PlacedStep, type PlacedVertex, placedVertices } from "../spaces";
import type { Features, Pass } from "./layers";
import { PlacedOperation } from "./operation";
import type { Parameters } from "./parameters";

interface Vertex extends Pick<PlacedVertex, "channels" | "parents"> {
  readonly projection: PlacedOperation | null;
  readonly operation: PlacedOperation | null;
}

/** Each vertex sums what its edges bring, the input through a projection, and applies its operation; what leads to the output is concatenated. */
export class ModuleCell {
  /** No edge of it can be dropped. */
  readonly places = 0;
  readonly #vertices: readonly Vertex[];

  constructor(parameters: Parameters, layer: CellLayer, design: Design) {
    const vertices = placedVertices(design.cell(layer.cell), layer);
    const made = (step: PlacedStep | null, name: string) =>
      step && PlacedOperation.own(step.operation, parameters, { ...step, name });
    this.#vertices = vertices.map(({ channels, parents, projection, operation }, k) => {
      const name = `${layer.name}.${operation ? `vertex_${k + 1}` : "output"}`;
      return {
        channels,
        parents,
        projection: made(projection, `${name}.projection`),
        operation: made(operation, name),
      };
    });
  }

  /** @throws UserError with drop path, which is of operations on edges. */
  forward([input]: readonly Features[], pass: Pass, dropPath: unknown = null): Features {
    if (dropPath)
      throw new UserError("drop path: the cells of NAS-Bench-101 have no operations on edges; leave it out");
    const outputs: Features[] = [input];
    for (const { channels, parents, projection, operation } of this.#vertices) {
      const incoming = parents.map((parent) => outputs[parent]);
      const terms = operation
        ? incoming.map((x) => first(x, channels))
        : incoming.length > 0
          ? [tf.concat(incoming, 3)]
          : [];
      if (projection) terms.push(projection.apply(input, pass));
      const x = sum(terms);
      outputs.push(operation ? operation.apply(x, pass) : x);
    }
    return outputs.at(-1)!;
  }
}

/** The first channels, where there are more. */
const first = (x: Features, channels: number): Features =>
  x.shape[3] > channels ? tf.slice(x, 0, [-1, -1, -1, channels]) : x;
