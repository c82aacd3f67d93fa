import { NasBench201 } from "./nasbench201";

export { Architecture } from "./architecture";
export { type Edge, NasBench201, type SkeletonPart } from "./nasbench201";

const nasBench201 = Object.freeze(new NasBench201()) as NasBench201;

/** The search spaces. */
export const spaces = {
  /** NAS-Bench-201: 15,625 cells, all of them trained by the benchmark. */
  nasBench201: () => nasBench201,
};
