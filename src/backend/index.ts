// The device that runs tensors: which one, the kernels of the search networks, graphs of compiled functions, random streams.
export { freedWith } from "./abandoned";
export { addZero } from "./add-zero";
export { at } from "./at";
export { averagePool3x3 } from "./average-pool";
export { batchNorm, normalise } from "./batch-norm";
export { bothActive } from "./both-active";
export { choose } from "./choose";
export { type Compiled, compile } from "./compile";
export { conv2d } from "./convolution";
export { crossEntropy } from "./cross-entropy";
export { depthwiseConv2d, type Windows } from "./depthwise";
export { device, tensorflowVersion, threads, wantThreads } from "./device";
export { factorizedReduction } from "./factorized-reduction";
export { maxPool2x2, maxPool3x3 } from "./max-pool";
export { type BatchMoments, mixture, type Term } from "./mixture";
export type { BackendName } from "./name";
export type { Nest } from "./nest";
export {
  averagePool2x2,
  globalAveragePool,
  linear,
  relu,
  sum,
} from "./operations";
export { type NodeTime, profile } from "./profile";
export { bytesField, doubleField, floatField, integerField, message, packedDoubles } from "./protobuf";
export { RandomStream } from "./random";
export { randomNormal } from "./random-normal";
export { rowGradients } from "./row-gradients";
export { scaleBy, spread } from "./scale";
export { hessianVector } from "./second-order";
export { normReluSeparable, reluSeparable, type SeparableFilters } from "./separable";
export { tf } from "./tf";
export { backendInUse, useBackend } from "./use";
