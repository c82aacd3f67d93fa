import { dartsImageNetSpace, dartsSpace, robustDartsSpaces } from "./darts";
import { NasBench201 } from "./nasbench201";
import type { SearchSpace } from "./space";

export { Architecture } from "./architecture";
export { type Choices, type Edge, type EdgeGroup, type Picks, presentOn, strongest } from "./choices";
export { type Cost, costOf, type StepCost, stepsOf } from "./cost";
export { type CellDesign, type Design, type DesignEdge, designOf, edgesInUse } from "./design";
export {
  type CellLayer,
  type ConvolutionLayer,
  type HeadLayer,
  isCell,
  type Layer,
  type MapShape,
  type NetworkSize,
} from "./layers";
export type { NasBench201 } from "./nasbench201";
export {
  looksBeyondAPixel,
  type Operation,
  operationNamed,
  operationNames,
  type PlacedStep,
  preprocessing,
  type Step,
} from "./operations";
export { type CellKind, SearchSpace } from "./space";

/** An instance, made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const dartsSpaces = { plain: once(() => dartsSpace()), none: once(() => dartsSpace({ none: true })) };
const imageNetSpaces = {
  plain: once(() => dartsImageNetSpace()),
  none: once(() => dartsImageNetSpace({ none: true })),
};

/** The search spaces. Each has one instance. */
export const spaces = {
  /** NAS-Bench-201: 15,625 cells, all of them trained by the benchmark. */
  nasBench201: once(() => new NasBench201()),
  /** DARTS's cells in the network for CIFAR. @param options `none`: whether "none" is a candidate, as in DARTS itself. */
  darts: ({ none = false } = {}) => dartsSpaces[none ? "none" : "plain"](),
  /** The same cells in the network for ImageNet. */
  dartsImageNet: ({ none = false } = {}) => imageNetSpaces[none ? "none" : "plain"](),
  /** RobustDARTS's reductions, on which DARTS fails. */
  s1: () => robustDartsSpaces[0],
  s2: () => robustDartsSpaces[1],
  s3: () => robustDartsSpaces[2],
  s4: () => robustDartsSpaces[3],
};

/** All spaces by their names on the command line. */
export const spacesByName: Readonly<Record<string, SearchSpace>> = Object.fromEntries(
  [spaces.nasBench201(), spaces.darts(), spaces.dartsImageNet(), ...robustDartsSpaces].map((space) => [
    space.name,
    space,
  ]),
);
