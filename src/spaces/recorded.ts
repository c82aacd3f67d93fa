// A space as a run's folder tells of it: its name, and a hash of what there is to choose.
import { createHash } from "node:crypto";
import { UserError } from "../errors";
import { spaces, spacesByName } from "./registry";
import type { SearchSpace } from "./space";

export interface SpaceRecord {
  readonly name: string;
  /** SHA-256 (hexadecimal) of operations' names, cells and edges. */
  readonly sha256: string;
}

export function spaceRecord({ name, operations, cells, edges }: SearchSpace): SpaceRecord {
  const sha256 = createHash("sha256")
    .update(JSON.stringify([name, operations, cells, edges]))
    .digest("hex");
  return { name, sha256 };
}

/** NASLab's space that is so recorded. @throws UserError if there is none: a space of a user's own, or one that has changed. */
export function recordedSpace({ name, sha256 }: SpaceRecord): SearchSpace {
  const found = variants().find((space) => space.name === name && spaceRecord(space).sha256 === sha256);
  if (found) return found;
  const reason = Object.hasOwn(spacesByName, name)
    ? "is not the one that NASLab has under this name"
    : "is not NASLab's";
  throw new UserError(`the space "${name}" ${reason}; make it as it was and give it: openRun(folder, { space })`);
}

/** All spaces, those with options too. */
const variants = (): SearchSpace[] => [
  ...Object.values(spacesByName),
  spaces.darts({ none: true }),
  spaces.dartsImageNet({ none: true }),
  ...Array.from({ length: 8 }, (_, k) => spaces.chain({ layers: k + 1 })),
];
