// The same step in PyTorch as a side: the DrNAS authors' own code, or a training step of one architecture's network.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { oneOf } from "../../src/cli/command";
import { UserError } from "../../src/errors";
import { packageRoot } from "../../src/root";
import { type MemoryFit, searchBytes } from "../../src/supernet/memory";
import { Side } from "./side";
import { networkSize, type Sizes, spaceOf } from "./sizes";

/** The spaces whose step the authors' repository has, and files that it is made of. */
const SPACES = {
  nasbench201: [
    "201-space/search_model.py",
    "201-space/search_cells.py",
    "201-space/cell_operations.py",
    "architect.py",
  ],
  darts: ["DARTS-space/model_search.py", "DARTS-space/operations.py", "DARTS-space/genotypes.py", "architect.py"],
} as const;

/** How PyTorch runs it; measured, the first is the fastest on a CPU. */
const VARIANTS = ["eager", "channels-last", "compile"] as const;

const text = { type: "string" } as const;
export const pythonOptions = { python: text, variant: { ...text, default: VARIANTS[0] } } as const;
export const referenceOptions = { reference: text, ...pythonOptions } as const;

export const variantHelp = `[--variant ${VARIANTS.join("|")}]`;
export const pythonHelp = `[--python PYTHON ${variantHelp}]`;

export const readVariant = ({ variant }: { readonly variant: string }) => oneOf("variant", variant, VARIANTS);

/**
 * Largest resident sets of the authors' search (PyTorch 2.13, C=16, B=64) on NAS-Bench-201: 913 MB at N=1, 1,378 MB at N=2, 2,879 MB at
 * N=5; 617 MB at N=1, B=32; 580 MB at N=1, K=4; on the DARTS space with 8 cells 9.23 GB, and 2.65 GB at B=16. A network of one
 * architecture needs less.
 */
const memory: MemoryFit = { base: 369e6, graph: 0, written: 3.3, passed: 0.3, outside: 2 };

export interface Reference {
  readonly variant: (typeof VARIANTS)[number];
  readonly bytes: number;
  side(): Side;
}

/**
 * What a step is compared with, if anything: with `network`, PyTorch where --python is given; else the authors' code in --reference, its
 * search on the sizes' space.
 * @throws UserError for a folder that is not the authors' code, or a space that it has not.
 */
export function readReference(
  values: { readonly reference?: string; readonly python?: string; readonly variant: string },
  sizes: Sizes,
  network: string | undefined,
): Reference | null {
  const { reference: folder, python } = values;
  const variant = readVariant(values);
  const bytes = searchBytes(spaceOf(sizes), networkSize(sizes), sizes.batch, memory);
  const common = [sizes.batch, sizes.channels, sizes.cells];
  if (network !== undefined) {
    if (folder !== undefined)
      throw new UserError(
        "--reference compares a search, not a --network; give --python alone, or leave --network out",
      );
    if (python === undefined) return null;
    refuseSpace(sizes, ["nasbench201"], "--python");
    return { variant, bytes, side: () => pytorch(python, "network.py", [network, ...common, variant]) };
  }
  if (folder === undefined) return null;
  const space = refuseSpace(sizes, ["nasbench201", "darts"], "--reference");
  refuseOtherCode(folder, SPACES[space]);
  const words = [folder, space, ...common, sizes.partialChannels, variant];
  return { variant, bytes, side: () => pytorch(python ?? "python3", "step.py", words) };
}

type ReferenceSpace = keyof typeof SPACES;

/** @throws UserError for a space that is not among those that PyTorch's side has. */
function refuseSpace({ space }: Sizes, known: readonly ReferenceSpace[], option: string): ReferenceSpace {
  const found = known.find((name) => name === space);
  if (found) return found;
  throw new UserError(`--space ${space}: ${option} compares ${known.join(" and ")} alone; leave ${option} out`);
}

function refuseOtherCode(folder: string, files: readonly string[]): void {
  const missing = files.find((file) => !existsSync(join(folder, file)));
  if (missing === undefined) return;
  throw new UserError(
    `--reference ${folder} is not the DrNAS authors' code: it has no ${missing}; give a clone of their repository`,
  );
}

/** A script of bench/reference as a side. */
export const pytorch = (command: string, script: string, words: readonly (string | number)[]): Side =>
  new Side("the reference", {
    command,
    words: [join(packageRoot, "bench/reference", script), ...words.map(String)],
    remedy: "--python names a Python that has PyTorch",
  });
