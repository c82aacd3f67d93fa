import { distribution } from "./distribution";
import { earlyStop } from "./early-stop";
import { edges } from "./edges";
import { objective } from "./objective";
import { perturbation } from "./perturbation";
import { pruning } from "./pruning";
import { readOut } from "./read-out";
import { regulariser } from "./regulariser";
import { sampler, weightSampler } from "./sampler";
import { update } from "./update";

/** The axes on which methods differ, each a table of parts. */
export const axes = {
  distribution,
  sampler,
  weightSampler,
  perturbation,
  edges,
  objective,
  update,
  regulariser,
  pruning,
  earlyStop,
  readOut,
};
