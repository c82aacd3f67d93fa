// Distributions over architectures and their parameters, in double precision on the host.
export { argmaxProbabilities } from "./argmax";
export { Categorical } from "./categorical";
export { CellDistribution, type EdgeDistribution } from "./cell-distribution";
export { Concrete, type ConcreteGradient } from "./concrete";
export { concentrationOf, concentrationSlope, Dirichlet } from "./dirichlet";
export { distributionOf, type EdgeRecord, recordOf } from "./edge-record";
export { Gaussian, type GaussianGradient } from "./gaussian";
export { type Divergence, kl } from "./kl";
export { PointMass } from "./point-mass";
export { DRAWS } from "./sampled-marginals";
export { logSoftmax, logSumExp, softmax, softmaxGradient } from "./softmax";
