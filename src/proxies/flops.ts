import { defineProxy } from "./proxy";

/** Multiply-adds, which the field calls FLOPs, a baseline. */
export const flops = defineProxy({
  name: "flops",
  formula: "multiply-adds of one image",
  source: "a baseline",
  better: "higher",
  cost: "nothing",
  needs: [],
  score: ({ cost }) => cost.multiplyAdds,
});
