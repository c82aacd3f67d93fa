export { type Product, productsOf, stepFlops } from "./arithmetic";
export { type MemoryFit, searchBytes } from "./memory";
export { Network } from "./network";
export type { NetworkSize, Outcome } from "./skeleton";
export { Supernet, type SupernetSize } from "./supernet";
