// The same step in PyTorch as a side: the DrNAS authors' own code, or a training step of one architecture's network.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { oneOf } from "../../src/cli/command";
import { UserError } from "../../src/errors";
import { packageRoot } from "../../src/root";
import { type MemoryFit, searchBytes } from "../../src/supernet/memory";
import { Side } from "./side";
import { networkSize, type Sizes } from "./sizes";

/** The spaces whose step the authors' repository has: files that it is made of, and the largest resident set of their search. */
const SPACES = {
  nasbench201: {
    files: ["201-space/search_model.py", "201-space/search_cells.py", "201-space/cell_operations.py", "architect.py"],
    bytes: (sizes: Sizes) => searchBytes(networkSize(sizes), sizes.batch, memory),
  },
  darts: {
    files: ["DARTS-space/model_search.py", "DARTS-space/operations.py", "DARTS-space/genotypes.py", "architect.py"],
    bytes: dartsBytes,
  },
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
 * Largest resident sets of the authors' search (PyTorch 2.13, C=16, B=64): 913 MB at N=1, 1,378 MB at N=2, 2,879 MB at N=5; 617 MB at
 * N=1, B=32; 580 MB at N=1, K=4. A network of one architecture needs less.
 */
const memory: MemoryFit = { base: 325e6, mixed: 67, bypassed: 3, outside: 13 };

/**
 * The same on the DARTS space, `cells` the whole network's: 9.23 GB at C=16, B=64 and 8 cells, 2.65 GB at B=16. Two of the cells halve the
 * sides and double the channels.
 */
function dartsBytes({ batch, channels, cells, partialChannels }: Sizes): number {
  const reductions = [Math.floor(cells / 3), Math.floor((2 * cells) / 3)];
  const pixels = Array.from({ length: cells }, (_, k) => 32 ** 2 / 2 ** reductions.filter((cell) => cell <= k).length);
  const maps = 4 * batch * channels * pixels.reduce((sum, x) => sum + x, 0);
  return memory.base + (510 / partialChannels) * maps;
}

export interface Reference {
  readonly variant: (typeof VARIANTS)[number];
  readonly bytes: number;
  side(): Side;
}

/**
 * What a step is compared with, if anything: with `network`, PyTorch where --python is given; else the authors' code in --reference, its
 * search on `space`.
 * @throws UserError for a folder that is not the authors' code.
 */
export function readReference(
  values: { readonly reference?: string; readonly python?: string; readonly variant: string },
  sizes: Sizes,
  network: string | undefined,
  space: keyof typeof SPACES = "nasbench201",
): Reference | null {
  const { reference: folder, python } = values;
  const variant = readVariant(values);
  const bytes = SPACES[space].bytes(sizes);
  const common = [sizes.batch, sizes.channels, sizes.cells];
  if (network !== undefined) {
    if (folder !== undefined)
      throw new UserError(
        "--reference compares a search, not a --network; give --python alone, or leave --network out",
      );
    if (python === undefined) return null;
    return { variant, bytes, side: () => pytorch(python, "network.py", [network, ...common, variant]) };
  }
  if (folder === undefined) return null;
  refuseOtherCode(folder, SPACES[space].files);
  const words = [folder, space, ...common, sizes.partialChannels, variant];
  return { variant, bytes, side: () => pytorch(python ?? "python3", "step.py", words) };
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
