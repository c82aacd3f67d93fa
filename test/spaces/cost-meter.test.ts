import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../../src/backend/random";
import { costMeter, spaces } from "../../src/spaces";

test("the meter counts what each architecture's own count does", () => {
  for (const space of [spaces.nasBench201(), spaces.darts(), spaces.nasBenchMacro()]) {
    const stream = new RandomStream(0, space.name);
    const meter = costMeter(space, space.finalSize);
    for (let k = 0; k < (space.name === "nasbench201" ? 200 : 10); k++) {
      const architecture = space.sample(stream);
      const { parameters, multiplyAdds } = architecture.cost();
      const found = meter(architecture);
      assert.deepEqual([found.parameters, found.multiplyAdds], [parameters, multiplyAdds], String(architecture));
    }
  }
});
