import { defineProxy } from "./proxy";

/** Trainable numbers, a baseline. */
export const params = defineProxy({
  name: "params",
  formula: "number of trainable parameters",
  source: "a baseline",
  better: "higher",
  cost: "nothing",
  needs: [],
  score: ({ cost }) => cost.parameters,
});
