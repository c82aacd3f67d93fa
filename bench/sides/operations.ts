// The time of a call by kind of operation.
import { profile } from "../../src/backend";

/** What the nodes of one kind took together. */
export interface OperationTime {
  readonly operation: string;
  readonly nodes: number;
  readonly seconds: number;
}

export interface Profile {
  /** The kinds, the longest first. */
  readonly operations: readonly OperationTime[];
  /** Nodes' time over elapsed time: how many kernels run at once on the average; a kernel may itself use several cores. */
  readonly kernelsAtOnce: number;
}

/** Of a call that has run before; on the native backend, where graphs run. */
export function profileOf(call: () => void): Profile {
  const started = performance.now();
  const nodes = profile(call);
  const elapsed = (performance.now() - started) / 1000;
  const kinds = new Map<string, OperationTime>();
  for (const { operation, seconds } of nodes) {
    const kind = kinds.get(operation) ?? { operation, nodes: 0, seconds: 0 };
    kinds.set(operation, { operation, nodes: kind.nodes + 1, seconds: kind.seconds + seconds });
  }
  const total = nodes.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    operations: [...kinds.values()].sort((a, b) => b.seconds - a.seconds),
    kernelsAtOnce: total / elapsed,
  };
}
