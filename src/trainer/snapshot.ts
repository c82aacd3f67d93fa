// The state of a search's network in host memory.
import * as tf from "@tensorflow/tfjs";
import type { HostTensor, Supernet } from "../supernet";
import type { Sgd } from "./sgd";

/** Weights, running statistics and momentum at one moment. */
export interface Snapshot {
  /** Of each variable, in the order of `variablesOf`. */
  readonly values: readonly Float32Array[];
  readonly batchesTracked: bigint;
}

export const snapshot = (parameters: Supernet["parameters"], sgd: Sgd): Snapshot => ({
  values: variablesOf(parameters, sgd).map((variable) => Float32Array.from(variable.dataSync())),
  batchesTracked: parameters.batchesTracked,
});

export function restore({ values, batchesTracked }: Snapshot, parameters: Supernet["parameters"], sgd: Sgd): void {
  tf.tidy(() => {
    variablesOf(parameters, sgd).forEach((variable, k) => {
      variable.assign(tf.tensor(values[k].slice(), variable.shape)); // a tensor may keep the array it is made of
    });
  });
  parameters.batchesTracked = batchesTracked;
}

/** The same for a file, under the names and in the layouts of PyTorch's state_dict. */
export interface NamedSnapshot {
  /** Running statistics included. */
  readonly weights: Readonly<Record<string, HostTensor>>;
  readonly momentum: Readonly<Record<string, HostTensor>>;
}

export const namedSnapshot = (parameters: Supernet["parameters"], sgd: Sgd): NamedSnapshot => ({
  weights: Object.fromEntries(parameters.stateDict()),
  momentum: Object.fromEntries(parameters.named(sgd.buffers)),
});

export function restoreNamed({ weights, momentum }: NamedSnapshot, parameters: Supernet["parameters"], sgd: Sgd): void {
  parameters.loadStateDict(new Map(Object.entries(weights)));
  parameters.assignNamed(sgd.buffers, new Map(Object.entries(momentum)));
}

const variablesOf = ({ trainable, running }: Supernet["parameters"], { buffers }: Sgd): tf.Variable[] => [
  ...trainable,
  running as tf.Variable,
  ...buffers,
];
