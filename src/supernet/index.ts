export { type Outcome, Supernet, type SupernetSize } from "./supernet";
