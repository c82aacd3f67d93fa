// Frees what JavaScript's garbage collector knows nothing of, once nothing holds its owner any more: as when a notebook's cell that made
// a search is run again.

const owners = new FinalizationRegistry<() => void>((free) => free());

/** Frees something when its owner has been collected. @param free must not hold the owner. @returns a function that frees it now, once. */
export function freedWith(owner: object, free: () => void): () => void {
  const token = {};
  let isFree = false;
  const once = () => {
    if (!isFree) free();
    isFree = true;
    owners.unregister(token);
  };
  owners.register(owner, once, token);
  return once;
}
