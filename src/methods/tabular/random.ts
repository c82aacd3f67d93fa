// Random search (Li & Talwalkar, UAI 2019): independent uniform architectures, the best of which wins.
import { z } from "zod";
import { tabularMethod } from "./tabular-method";

export const random = tabularMethod({
  name: "random",
  title: "Random search",
  paper: "Random Search and Reproducibility for Neural Architecture Search",
  year: 2019,
  axes: { strategy: "uniform sampling" },
  schema: z.strictObject({}),
  explore(evaluator, _settings, stream) {
    while (evaluator.open) evaluator.evaluate(evaluator.space.sample(stream));
  },
});
