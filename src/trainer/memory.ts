// Refuses a search that WebAssembly's heap, which ends at 4 GB, cannot hold.
import { UserError } from "../errors";
import { setUpCommand } from "../root";
import type { SearchSpace } from "../spaces";
import type { SupernetSize } from "../supernet";
import { searchBytes } from "../supernet/memory";

/** Bytes above which a search on wasm is refused; its heap cannot grow beyond 4 GB. */
const LIMIT = 3.5e9;

/** @throws UserError if a search of this size does not fit into wasm's memory. */
export function refuseWhatDoesNotFit(space: SearchSpace, size: SupernetSize, batch: number): void {
  const bytes = searchBytes(space, size, batch, "wasm");
  if (bytes <= LIMIT) return;
  const fitting = Math.floor((batch * LIMIT) / bytes);
  const gigabytes = (x: number) => `${(x / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `a search of ${size.channels} channels, ${size.cells} cells and batch ${batch} needs about ${gigabytes(bytes)} on wasm, more than its ${gigabytes(LIMIT)}; take a batch of at most ${fitting}, or the native backend (${setUpCommand})`,
  );
}
