export { type Product, productsOf, stepFlops } from "./arithmetic";
export { type MemoryFit, searchBytes } from "./memory";
export { Network } from "./network";
export type { NetworkSize, Outcome } from "./skeleton";
export { type Kept, Supernet, type SupernetSize, type Theta } from "./supernet";
