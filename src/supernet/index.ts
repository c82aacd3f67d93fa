export { type Product, productsOf, stepFlops } from "./arithmetic";
export type { Kept } from "./cell";
export type { Features, Watcher } from "./layers";
export { type MemoryFit, searchBytes } from "./memory";
export { Network } from "./network";
export { decodeSafetensors, encodeSafetensors, type HostTensor } from "./safetensors";
export type { Outcome } from "./skeleton";
export { Supernet, type SupernetSize, type Theta, type Under } from "./supernet";
export { widening } from "./widen";
