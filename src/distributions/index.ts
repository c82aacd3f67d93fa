// Distributions over architectures and their parameters, in double precision on the host.
export { concentrationOf, concentrationSlope, Dirichlet } from "./dirichlet";
export { EdgeDirichlets } from "./edge-dirichlets";
