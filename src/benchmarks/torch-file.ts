// Files that torch.save has written: which of their bytes are the pickle, and what it has beside plain data.
import { openPromise } from "yauzl";
import type { Callable, Vocabulary } from "../datasets/pickle";
import type { FileParts } from "./official-file";
import { PickleOutline } from "./pickle-outline";

/** A tensor of which only the shape is told: its numbers lie outside of the pickle and are not read. */
export class PickledTensor {
  constructor(readonly shape: readonly number[]) {}
}

const STORAGE = Symbol("a storage");
const KINDS = ["Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"];

function tensor(storage: unknown, _offset: unknown, shape: unknown): PickledTensor {
  if (storage !== STORAGE || !Array.isArray(shape) || !shape.every(Number.isSafeInteger))
    throw new RangeError("a tensor that is none");
  return new PickledTensor(shape);
}

export const torchVocabulary: Vocabulary = {
  globals: new Map<string, Callable | symbol>([
    ["torch._utils _rebuild_tensor_v2", tensor],
    ...KINDS.map((kind): [string, symbol] => [`torch ${kind}Storage`, STORAGE]),
  ]),
  persistent(id) {
    if (!Array.isArray(id) || id[1] !== STORAGE) throw new RangeError("an object outside of it, which is not read");
    return STORAGE;
  },
};

/** Before version 1.6 torch wrote pickles one behind the other: a number by which such files are known, that of the protocol, … */
const LEGACY = Buffer.from("80028a0a6cfc9c46f9206aa850192e80024de9032e", "hex");
/** … and what the machine was. No file's is longer. */
const MOST_MACHINE = 4096;

/** Where the pickle of what was saved begins. @throws UserError for another file. */
export async function pickleStart(file: FileParts): Promise<number> {
  const head = file.read(0, Math.min(file.size, LEGACY.length));
  if (head.toString("latin1", 0, 4) === "PK\x03\x04") return startInZip(file);
  if (!head.equals(LEGACY)) throw file.wrong("is no file that torch.save has written");
  const machine = new PickleOutline();
  const at = LEGACY.length;
  machine.feed(file.read(at, Math.min(MOST_MACHINE, file.size - at)), at);
  if (machine.end === null) throw file.wrong("does not tell of the machine that has written it");
  return machine.end;
}

/** Since then files are zip archives, in which the pickle is stored as it is. */
async function startInZip(file: FileParts): Promise<number> {
  try {
    const zip = await openPromise(file.path, { autoClose: false, lazyEntries: true });
    try {
      for await (const entry of zip.eachEntry()) {
        if (!/(^|\/)data\.pkl$/.test(entry.fileName)) continue;
        if (entry.compressionMethod !== 0) throw new RangeError("its pickle is compressed");
        return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
      }
      throw new RangeError("it has no data.pkl");
    } finally {
      zip.close();
    }
  } catch (error) {
    throw file.wrong(`is no archive that torch.save has written (${(error as Error).message})`);
  }
}
