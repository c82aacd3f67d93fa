export { Network } from "./network";
export type { NetworkSize, Outcome } from "./skeleton";
export { Supernet, type SupernetSize } from "./supernet";
