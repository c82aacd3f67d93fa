// How much memory a search needs, told from the sizes before anything is allocated.
import type { BackendName } from "../backend";
import type { SearchSpace } from "../spaces";
import type { SupernetSize } from "./supernet";

/** A resident set as a line: `base` bytes, and so many whole feature maps of each stage. */
export interface MemoryFit {
  readonly base: number;
  /** Of a cell: these many maps of the channels that are mixed, and with partial channels these many whole ones. */
  readonly mixed: number;
  readonly bypassed: number;
  /** Outside of the cells. */
  readonly outside: number;
}

/**
 * Fitted to the largest resident sets of fresh processes (Node 20, Linux, 32×32 images; C channels, N cells, batch B, C/K channels mixed).
 * Eagerly, autodiff keeps every feature map of a forward pass until its gradient is taken: 1,715 MiB at C=16, N=1, B=64; 935 MiB at
 * B=32; 925 MiB at C=8; 1,613 MiB at C=8, N=2. With K=4: 826, 482, 487 and 765 MiB; with K=2 1,245 MiB for the first. A graph frees a map after its last use: 476 MB
 * at C=16, N=1, B=64 (369 MB at B=16, which loading TensorFlow takes); 1,104 MB at B=256; 732 MB at C=32; 1,234 MB at N=5; 369 MB
 * at K=4; 637 MB at N=5, K=4.
 */
const eager: MemoryFit = { base: 150e6, mixed: 186, bypassed: 30, outside: 26 };
const compiled: MemoryFit = { base: 275e6, mixed: 27, bypassed: 3, outside: 2 };
const FITS: Readonly<Record<BackendName, MemoryFit>> = { native: compiled, wasm: eager, cpu: eager };

/** The largest resident set of a search, in bytes. @param fit of what computes, if it is no backend of ours. */
export function searchBytes(
  _space: SearchSpace,
  size: SupernetSize,
  batch: number,
  fit: BackendName | MemoryFit,
): number {
  const { channels, cells, partialChannels = 1, image } = size;
  const { base, mixed, bypassed, outside } = typeof fit === "string" ? FITS[fit] : fit;
  const stages = 1 + 1 / 2 + 1 / 4; // each stage has a quarter of the pixels and twice the channels of the one before
  const map = 4 * batch * image[0] * image[1] * channels * stages;
  const cell = mixed / partialChannels + (partialChannels > 1 ? bypassed : 0); // some maps of a node stay whole
  return base + map * (cell * cells + outside);
}
