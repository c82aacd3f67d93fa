// What each node of a compiled function's graph took: TensorFlow's own trace (RunMetadata, StepStats, DeviceStepStats and NodeExecStats
// of tensorflow/core/{protobuf/config,framework/step_stats}.proto). The comments give the names of the numbered fields.
import { countedFields, integerOf } from "./protobuf";

/** One node that ran. */
export interface NodeTime {
  /** The compiled function that it belongs to. */
  readonly graph: string;
  readonly node: string;
  /** The kind: "Conv2D". */
  readonly operation: string;
  /** When its kernel began, in seconds; only differences within a graph's run mean something. */
  readonly start: number;
  readonly seconds: number;
}

let collected: NodeTime[] | null = null;

/** Whether a profile is being made; a graph that runs then tells `collect`. */
export const isProfiling = (): boolean => collected !== null;

/**
 * The nodes of every graph that `call` runs, in no order. What runs eagerly is not among them, and so nothing on a backend without graphs.
 */
export function profile(call: () => void): NodeTime[] {
  const nodes: NodeTime[] = [];
  collected = nodes;
  try {
    call();
  } finally {
    collected = null;
  }
  return nodes;
}

/** Adds the trace of one graph's run. */
export function collect(graph: string, metadata: Uint8Array): void {
  const devices = countedFields(metadata, 1).flatMap((stepStats) => countedFields(stepStats, 1)); // step_stats, dev_stats
  const nodes = devices.flatMap((device) => countedFields(device, 2)); // node_stats
  collected?.push(...nodes.map((stats) => nodeTime(graph, stats)));
}

function nodeTime(graph: string, stats: Uint8Array): NodeTime {
  const text = (field: number) => Buffer.concat(countedFields(stats, field)).toString();
  const node = text(1); // node_name
  const operation = /= (\w+)\(/.exec(text(8))?.[1] ?? node; // timeline_label: "name = Op(inputs)"
  const [begin, end] = [integerOf(stats, 3), integerOf(stats, 4)]; // op_start_rel_micros, op_end_rel_micros
  return { graph, node, operation, start: (integerOf(stats, 2) + begin) / 1e6, seconds: (end - begin) / 1e6 }; // all_start_micros
}
