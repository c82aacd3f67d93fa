export { Architecture } from "./architecture";
export { type Choices, type Edge, type EdgeGroup, nodeChoices, type Picks, presentOn, strongest } from "./choices";
export { type Cost, costOf, type StepCost, stepsOf } from "./cost";
export { type Counted, costMeter } from "./cost-meter";
export {
  defineSpace,
  type OwnCell,
  type OwnEdge,
  type OwnLayer,
  type OwnOperation,
  type OwnSpace,
} from "./define-space";
export { type CellDesign, type Design, type DesignEdge, designOf, edgesInUse } from "./design";
export {
  type CellLayer,
  type ConvolutionLayer,
  type HeadLayer,
  isCell,
  type Layer,
  type MapShape,
  type NetworkSize,
  type PoolLayer,
} from "./layers";
export {
  checkModelSpec,
  type ModelSpec,
  moduleHash,
  nasBench101Design,
  type PlacedVertex,
  placedVertices,
} from "./nasbench101";
export type { NasBench201 } from "./nasbench201";
export type { OneShot1 } from "./one-shot";
export {
  looksBeyondAPixel,
  type Operation,
  type OwnFunction,
  operationNamed,
  operationNames,
  type PlacedStep,
  preprocessing,
  type Step,
  sameAtEachCall,
} from "./operations";
export { PublishedGenotype, published } from "./published";
export { recordedSpace, type SpaceRecord, spaceRecord } from "./recorded";
export { spaces, spacesByName } from "./registry";
export { type CellKind, SearchSpace } from "./space";
