// A search of a second, in two stages of which the second prunes and widens, and what must be equal of two runs.
import { RandomStream } from "../../src/backend";
import { datasets } from "../../src/datasets";
import { methods, type SettingsInput } from "../../src/methods";
import { Run, type RunInput } from "../../src/runs";
import { defineSpace, type SearchSpace, spaces } from "../../src/spaces";
import type { SearchRun } from "../../src/trainer";

const random = new RandomStream(5);
export const data = datasets.fromArrays({
  name: "noise",
  shape: [8, 8, 3],
  classes: ["a", "b", "c"],
  train: {
    images: Uint8Array.from({ length: 48 * 192 }, () => random.below(256)),
    labels: Uint8Array.from({ length: 48 }, () => random.below(3)),
  },
});

export const small = { channels: 4, cells: 1, batch: 8, epochs: 2, stepsPerEpoch: 3 };

export const staged: SettingsInput = {
  partialChannels: 4,
  stages: [
    { epochs: 1, keep: null, partialChannels: 4 },
    { epochs: 1, keep: 3, partialChannels: 2 },
  ],
};

export const smallRun = (
  settings: RunInput = {},
  method = "drnas-without-progressive",
  space: SearchSpace = spaces.nasBench201(),
): Run => new Run(methods[method], space, data, { ...small, ...settings });

/** A space of one's own, of six parameters. */
export const smallSpace = defineSpace({
  name: "small",
  operations: ["skip_connect", "nor_conv_3x3"],
  cells: [{ name: "cell", nodes: 3 }],
  network: "nasbench201",
});

/** All of a run but times and memory. */
export function essence(run: SearchRun): unknown {
  const { history, steps, rollbacks, under, ...state } = run.state();
  const { seconds, ...sums } = under;
  const plain = ({ seconds, secondsPerStep, residentBytes, ...record }: (typeof history)[number]) => record;
  return {
    ...state,
    calls: 0,
    sums,
    steps: { ...steps, seconds: null, imageSeconds: null, architectureSeconds: null, weightSeconds: null },
    history: history.map(plain),
    rollbacks: rollbacks.map(({ dropped, ...record }) => ({ ...record, dropped: dropped.map(plain) })),
    architecture: run.architecture.toString(),
  };
}
