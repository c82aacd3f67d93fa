// How much memory a search needs on WebAssembly, whose heap ends at 4 GB, before anything is allocated.
import { UserError } from "../errors";
import type { SupernetSize } from "../supernet";

/** Bytes above which a search on wasm is refused; its heap cannot grow beyond 4 GB. */
const LIMIT = 3.5e9;

/**
 * The largest resident set of a search on wasm, in bytes. Autodiff keeps every feature map of a forward pass until its gradient is taken.
 * The counts were fitted to the largest resident sets of fresh processes (Node 20, Linux): 1,715 MiB at 16 channels, 1 cell, batch 64,
 * 32×32; 935 MiB at batch 32; 925 MiB at 8 channels; 1,613 MiB at 8 channels, 2 cells. With K = 4: 826, 482, 487 and 765 MiB; with K = 2
 * 1,245 MiB for the first.
 */
export function wasmBytes(size: SupernetSize, batch: number): number {
  const {
    channels,
    cells,
    partialChannels = 1,
    image: [height, width],
  } = size;
  const base = 150e6;
  const stages = 1 + 1 / 2 + 1 / 4; // each stage has a quarter of the pixels and twice the channels of the one before
  const map = 4 * batch * height * width * channels * stages;
  const cell = 186 / partialChannels + (partialChannels > 1 ? 30 : 0); // some maps of a node stay whole
  return base + map * (cell * cells + 26);
}

/** @throws UserError if a search of this size does not fit into wasm's memory. */
export function refuseWhatDoesNotFit(size: SupernetSize, batch: number): void {
  const bytes = wasmBytes(size, batch);
  if (bytes <= LIMIT) return;
  const fitting = Math.floor((batch * LIMIT) / bytes);
  const gigabytes = (x: number) => `${(x / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `a search of ${size.channels} channels, ${size.cells} cells and batch ${batch} needs about ${gigabytes(bytes)} on wasm, more than its ${gigabytes(LIMIT)}; take a batch of at most ${fitting}, or the native backend (npm start -- setup)`,
  );
}
