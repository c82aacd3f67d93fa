// NAS-Bench-201 with the curves and times of its official files, which are read an architecture at a time.
import { join } from "node:path";
import { isSmall, type PicklePart, readPickle, readPicklePart } from "../datasets/pickle";
import { UserError } from "../errors";
import type { Architecture } from "../spaces";
import { bunzip } from "./bunzip";
import { NasBench201Benchmark } from "./nasbench201";
import { checkSet, type NasBench201Set, NasBench201Trainings, secondsOf, trainingsOf } from "./nasbench201-results";
import { END, FileParts, indexOf, notOfficial, opened, type Published, readThrough } from "./official-file";
import { PickleOutline, type Segment } from "./pickle-outline";
import { pickleStart, torchVocabulary } from "./torch-file";

/** Where the results of architectures lie. */
interface Source {
  /** What the files hold of an architecture, by its number. @throws UserError, or RangeError for what is damaged. */
  results(index: number): unknown;
  /** The file of an architecture, and what it has to be, for messages. */
  fileOf(index: number): { readonly path: string; readonly published: Published };
}

/** The table inside the package, and of the official files what it lacks. */
export class NasBench201Files extends NasBench201Benchmark {
  readonly #source: Source;
  readonly #seconds = new Map<number, number | null>();

  private constructor(source: Source) {
    super();
    this.#source = source;
  }

  /** Of NATS-Bench's topology folder: a file an architecture, which is read when it is asked for. @throws UserError where there is no such folder. */
  static async folder(path: string): Promise<NasBench201Files> {
    const source = new Folder(path);
    new FileParts(source.fileOf(0).path, folderPublished).close();
    return new NasBench201Files(source);
  }

  /**
   * Of NAS-Bench-201's own file. The first time it is read through once, and where each architecture lies is kept in the cache (0.5 MB).
   * @throws UserError if it cannot be read, is cut off or another one.
   */
  static async file(path: string): Promise<NasBench201Files> {
    return opened(
      new FileParts(path, filePublished),
      async (file) => new NasBench201Files(new Pickle(file, await segmentsOf(file))),
    );
  }

  /**
   * An architecture's trainings, with what was measured in each epoch.
   * @param options `dataset`, which one network was trained on (all without it); `epochs`, 200 or 12.
   * @throws UserError where the file is missing, damaged or another one.
   */
  trainings(
    architecture: Architecture,
    { dataset, epochs = this.epochs[0] }: { dataset?: NasBench201Set; epochs?: number } = {},
  ): NasBench201Trainings {
    if (dataset !== undefined) checkSet(dataset);
    const { index } = this.query(architecture, { epochs }).architecture;
    const found = this.#read(index, (read) => trainingsOf(read, architecture.toString(), epochs));
    return new NasBench201Trainings(
      architecture,
      found.filter(({ set }) => dataset === undefined || set === dataset),
    );
  }

  override seconds(architecture: Architecture): number | null {
    const { index } = architecture;
    if (!this.#seconds.has(index))
      this.#seconds.set(index, secondsOf(this.trainings(architecture, { epochs: this.reward.epochs })));
    return this.#seconds.get(index)!;
  }

  #read<T>(index: number, of: (read: unknown) => T): T {
    try {
      return of(this.#source.results(index));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { path, published } = this.#source.fileOf(index);
      throw notOfficial(published, path, `is not read: ${error.message}`);
    }
  }
}

const folderPublished: Published = {
  title: "NATS-Bench",
  what: "in NATS-tss-v1_0-3ffb9-simple as it was unpacked (15,626 files, about 1.3 GB)",
  from: "https://github.com/D-X-Y/NATS-Bench",
};

/** Of an official file 84 kB, unpacked 330. */
const MOST_PACKED = 8e6;
const MOST_UNPACKED = 32e6;

class Folder implements Source {
  constructor(readonly path: string) {
    if (typeof path !== "string")
      throw new UserError(`NATS-Bench: give its folder, as { folder: "…/NATS-tss-v1_0-3ffb9-simple" }`);
  }

  results(index: number): unknown {
    const file = new FileParts(this.fileOf(index).path, folderPublished);
    try {
      if (file.size > MOST_PACKED)
        throw file.wrong(`has ${file.size.toLocaleString("en")} bytes, more than an official file`);
      return readPickle(bunzip(file.read(0, file.size), MOST_UNPACKED));
    } finally {
      file.close();
    }
  }

  fileOf(index: number) {
    return {
      path: join(this.path, `${String(index).padStart(6, "0")}.pickle.pbz2`),
      published: folderPublished,
    };
  }
}

const filePublished: Published = {
  title: "NAS-Bench-201",
  what: "NAS-Bench-201-v1_1-096897.pth (4.7 GB)",
  from: "https://github.com/D-X-Y/NAS-Bench-201",
};

/** What an architecture takes in an official file: 0.3 MB. */
const MOST_SEGMENT = 64e6;

/** In a pickle, what an architecture is told by may refer to what others have been: their strings, a function's name. */
class Pickle implements Source {
  readonly #byKey: ReadonlyMap<number, Segment>;
  /** The small values of those that others refer to, each of which is read once. */
  readonly #shared = new Map<number, unknown>();
  readonly #read = new Set<Segment>();

  /** @param segments in the order of the file; the first is what stands before the architectures. */
  constructor(
    readonly file: FileParts,
    readonly segments: readonly Segment[],
  ) {
    this.#byKey = new Map(segments.slice(1).map((segment) => [segment.key, segment]));
  }

  results(index: number): unknown {
    const segment = this.#byKey.get(index);
    if (!segment) throw this.file.wrong(`has no architecture ${index}`);
    return this.#part(segment).value;
  }

  fileOf() {
    return { path: this.file.path, published: filePublished };
  }

  #part(segment: Segment): PicklePart {
    const { start, end, first } = segment;
    if (end - start > MOST_SEGMENT)
      throw new RangeError(`${(end - start).toLocaleString("en")} bytes of an architecture`);
    return readPicklePart(this.file.read(start, end - start), torchVocabulary, first, (key) => this.#earlier(key));
  }

  #earlier(key: number): unknown {
    if (!this.#shared.has(key)) {
      const owner = this.segments.findLast(({ first }) => first <= key)!;
      if (!this.#read.has(owner))
        for (const [own, value] of this.#part(owner).memo) if (isSmall(value)) this.#shared.set(own, value);
      this.#read.add(owner);
      if (!this.#shared.has(key)) throw new RangeError(`a reference ${key} to nothing that architectures share`);
    }
    return this.#shared.get(key);
  }
}

/** A segment's numbers in an index. */
const FIELDS = 4;

/** The architectures of a file, by an index that is made once. */
async function segmentsOf(file: FileParts): Promise<Segment[]> {
  const index = await indexOf(file, "architectures-1", async () => {
    const segments = await outlined(file);
    return new Uint8Array(
      Float64Array.from(segments.flatMap(({ key, start, end, first }) => [key, start, end, first])).buffer,
    );
  });
  try {
    const bytes = index.read(0, index.size);
    return Array.from({ length: bytes.length / (8 * FIELDS) }, (_, k) => {
      const [key, start, end, first] = [0, 1, 2, 3].map((field) => bytes.readDoubleLE(8 * (FIELDS * k + field)));
      return { key, start, end, first };
    });
  } finally {
    index.close();
  }
}

async function outlined(file: FileParts): Promise<Segment[]> {
  const outline = new PickleOutline();
  let begin = 0;
  const follow = (bytes: Buffer, at: number) => {
    const done = outline.feed(bytes, at);
    return outline.end === null ? done : END;
  };
  try {
    begin = await pickleStart(file);
    await readThrough(file, follow, begin);
  } catch (error) {
    if (error instanceof RangeError) throw file.wrong(`is not read: it has ${error.message}`);
    throw error;
  }
  if (outline.end === null) throw file.wrong(`is cut off at byte ${file.size.toLocaleString("en")}`);
  if (outline.segments.length === 0) throw file.wrong("holds no architectures");
  const [{ start }] = outline.segments;
  return [{ key: -1, start: begin, end: start, first: 0 }, ...outline.segments];
}
