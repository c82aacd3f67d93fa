// How much memory a search needs, told from the sizes before anything is allocated.
import type { BackendName } from "../backend";
import { isCell, type MapShape, type SearchSpace, type StepCost, stepsOf } from "../spaces";
import { standingIn } from "./standing";
import type { SupernetSize } from "./supernet";

/** A resident set as a sum. */
export interface MemoryFit {
  /** Bytes of the process. */
  readonly base: number;
  /** Bytes of the graph for each step of an operation, as recorded and loaded. */
  readonly graph: number;
  /** How often the maps are held that candidates' steps give: those that write memory of their own, and the others (ReLU, batch norms, what is fused). */
  readonly written: number;
  readonly passed: number;
  /** The same of all other layers' maps, and with partial channels of the nodes' whole ones. */
  readonly outside: number;
}

/**
 * Fitted to the largest resident sets of fresh processes (Node 20, Linux) that searched the spaces' networks at small and usual sizes, which
 * test/supernet/memory.test.ts lists: within a quarter of them. A graph frees a map after its last use; eagerly, autodiff keeps every map
 * of a forward pass until its gradient is taken.
 */
const compiled: MemoryFit = { base: 336e6, graph: 88e3, written: 1.11, passed: 0, outside: 0.9 };
const eager: MemoryFit = { base: 160e6, graph: 0, written: 7.9, passed: 2.6, outside: 7.6 };
const FITS: Readonly<Record<BackendName, MemoryFit>> = { native: compiled, wasm: eager, cpu: eager };

/** The largest resident set of a search, in bytes. @param fit of what computes, if it is no backend of ours. */
export function searchBytes(
  space: SearchSpace,
  size: SupernetSize,
  batch: number,
  fit: BackendName | MemoryFit,
): number {
  const { base, graph, written, passed, outside } = typeof fit === "string" ? FITS[fit] : fit;
  const held = mapsOf(space, size);
  const maps = written * held.written + passed * held.passed + outside * held.outside;
  return base + graph * held.steps + batch * maps;
}

/** The maps of a search network's forward pass of one image in bytes, by what holds them, and how many steps its operations have. */
function mapsOf(space: SearchSpace, size: SupernetSize) {
  const held = { steps: 0, written: 0, passed: 0, outside: 0 };
  const { partialChannels = 1 } = size;
  for (const layer of space.layers(size)) {
    held.outside += bytesOf(layer.output);
    if (!isCell(layer)) continue;
    if (partialChannels > 1)
      held.outside += space.cell(layer.cell).nodes * bytesOf({ ...layer.output, channels: layer.channels });
    for (const { placed, input, candidate } of standingIn(space, layer, partialChannels)) {
      for (const step of stepsOf(placed, input)) {
        held.steps++;
        held[!candidate ? "outside" : isWritten(step) ? "written" : "passed"] += bytesOf(step.output);
      }
    }
  }
  return held;
}

const isWritten = ({ step: { kind } }: StepCost) => !["relu", "relu6", "norm", "depthwise"].includes(kind);

const bytesOf = ({ height, width, channels }: MapShape) => 4 * height * width * channels;
