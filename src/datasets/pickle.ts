// Reads data out of a Python pickle without running anything. A pickle is a program for a stack machine (its opcodes are
// described in Python's pickletools); of these only those are carried out that build numbers, strings, bytes, lists,
// tuples, sets, dictionaries, and numpy's arrays and numbers, as protocols 2 to 5 write them. Whatever else a pickle asks for is refused.

/** An array of numpy, in C order. */
export interface PickledArray {
  readonly shape: readonly number[];
  /** numpy's kind and size: "u1", "i8", "f8", … */
  readonly type: string;
  /** Its numbers, little-endian. */
  readonly bytes: Uint8Array;
}

/** numpy's arrays and types while they are built: BUILD fills in what a call has begun. */
class NumpyArray implements PickledArray {
  shape: readonly number[] = [];
  type = "";
  bytes: Uint8Array = new Uint8Array(0);
}
class NumpyType {
  order: unknown = "|";
  constructor(readonly name: string) {}
}

/** Begins a part of the stack. */
const MARK = Symbol("mark");
const NDARRAY = Symbol("numpy.ndarray");
/** How protocols below 3 write bytes: as a string and a call. */
const ENCODE = "_codecs encode";

export type Callable = (...args: unknown[]) => unknown;

/** What a kind of pickle has besides: all of it plain data too. */
export interface Vocabulary {
  /** By module and name, "torch FloatStorage": functions that make plain data, or what stands for a class. */
  readonly globals: ReadonlyMap<string, Callable | symbol>;
  /** What stands for an object outside of the pickle. */
  readonly persistent?: (id: unknown) => unknown;
}

const noMore: Vocabulary = { globals: new Map() };

/** All that a pickle may name beside `ENCODE`: functions that make plain data, and one class, as an argument. numpy 2 renamed its rooms. */
const globals: ReadonlyMap<string, Callable | symbol> = new Map<string, Callable | symbol>([
  ["numpy ndarray", NDARRAY],
  ["numpy dtype", (name) => new NumpyType(text(name))],
  ["collections OrderedDict", orderedDictionary],
  ...["builtins", "__builtin__"].map((room): [string, Callable] => [`${room} set`, (items = []) => list(items)]),
  ...["numpy.core", "numpy._core"].flatMap((room): [string, Callable][] => [
    [`${room}.multiarray _reconstruct`, reconstruct],
    [`${room}.multiarray scalar`, scalar],
    [
      `${room}.numeric _frombuffer`,
      (bytes, type, shape, order) => fill(new NumpyArray(), shape, type, order === "F", bytes),
    ],
  ]),
]);

/** In a pickle of the official files there are some 130,000; each makes one value at most, and a dictionary takes 200 bytes. */
const MOST_OPCODES = 2 ** 20;
/** Characters of a key, or of the name of a type. */
const LONGEST_NAME = 1000;
/** Of a call, or in a key. */
const MOST_ARGUMENTS = 8;
/** Of numpy's arrays. */
const MOST_AXES = 64;

function reconstruct(kind: unknown): NumpyArray {
  if (kind !== NDARRAY) throw new RangeError("an array of a class of its own, which is not read");
  return new NumpyArray();
}

/** A number of numpy's. */
function scalar(type: unknown, bytes: unknown): number {
  const { bytes: own, type: name } = fill(new NumpyArray(), [], type, false, bytes);
  const view = Buffer.from(own.buffer, own.byteOffset, own.length);
  switch (name) {
    case "f8":
      return view.readDoubleLE();
    case "f4":
      return view.readFloatLE();
    case "i8":
      return Number(view.readBigInt64LE());
    case "i4":
      return view.readInt32LE();
    default:
      throw new RangeError(`a number of type ${name}, which is not read`);
  }
}

function fill(array: NumpyArray, shape: unknown, type: unknown, fortran: boolean, bytes: unknown): NumpyArray {
  if (!(type instanceof NumpyType && /^[iuf][1248]$|^b1$/.test(type.name))) {
    throw new RangeError(`an array of type ${type instanceof NumpyType ? type.name : typeof type}, which is not read`);
  }
  const itemBytes = Number(type.name[1]);
  if (type.order === ">" && itemBytes > 1) throw new RangeError("an array of big-endian numbers, which is not read");
  const sizes = list(shape);
  if (
    sizes.length > MOST_AXES ||
    !sizes.every((size): size is number => Number.isSafeInteger(size) && Number(size) >= 0)
  )
    throw new RangeError("an array whose shape is none");
  if (fortran && sizes.length > 1) throw new RangeError("an array in Fortran order, which is not read");
  if (!(bytes instanceof Uint8Array)) throw new RangeError("an array without bytes");
  if (sizes.reduce((product, size) => product * size, itemBytes) !== bytes.length)
    throw new RangeError(`an array [${sizes}] of type ${type.name} with ${bytes.length.toLocaleString("en")} bytes`);
  return Object.assign(array, { shape: sizes, type: type.name, bytes });
}

/** BUILD: numpy's types are given (version, order, …), its arrays (version, shape, type, in Fortran order, bytes). */
function build(target: unknown, state: unknown): void {
  if (target instanceof NumpyType) target.order = text(list(state)[1]);
  else if (target instanceof NumpyArray) {
    const [, shape, type, fortran, bytes] = list(state);
    fill(target, shape, type, fortran === true, bytes);
  } else if (!(target instanceof Map)) throw new RangeError("a state of an object, which is not read"); // an OrderedDict's is nothing to us
}

/** Empty: what is in it follows. */
function orderedDictionary(...pairs: unknown[]): Map<unknown, unknown> {
  if (pairs.length > 0) throw new RangeError("an ordered dictionary as Python 2 writes it, which is not read");
  return new Map();
}

/** Strings, numbers, and tuples of a few of them. */
function keyOf(key: unknown): unknown {
  if (!Array.isArray(key)) return plainKey(key);
  if (key.length > MOST_ARGUMENTS) throw new RangeError(`a key of ${key.length} parts, which is not read`);
  return key.map(plainKey);
}

const plainKey = (key: unknown): number | string => (typeof key === "number" ? key : text(key));

/** For messages. Of nothing but strings: what lists that share lists print is longer than any memory. */
export const printed = (value: unknown): string => (typeof value === "string" ? value.slice(0, 120) : "something else");

/** Encodes strings; one that is encoded over and over gives the same bytes. */
function latin1(): Callable {
  const encoded = new Map<string, Buffer>();
  return (value, encoding) => {
    if (encoding !== "latin1") throw new RangeError(`an encoding ${printed(encoding)}, which is not read`);
    if (typeof value !== "string") throw new RangeError("something else where a string has to be");
    if (!encoded.has(value)) encoded.set(value, Buffer.from(value, "latin1"));
    return encoded.get(value)!;
  };
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new RangeError("something else where a list has to be");
}

/** A short string; those of Python 2 are bytes. */
function text(value: unknown): string {
  if ((typeof value === "string" || value instanceof Uint8Array) && value.length > LONGEST_NAME)
    throw new RangeError(`a string of ${value.length.toLocaleString("en")} characters where a name has to be`);
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  throw new RangeError("something else where a string has to be");
}

/**
 * The value in a pickle: lists, tuples and sets as arrays, dictionaries as Maps (a key that is a tuple is an array), bytes as Uint8Arrays,
 * numpy's arrays as `PickledArray`s. Time and memory are in proportion to the bytes that are there, whatever sizes they claim.
 * @throws RangeError, naming the byte, for a pickle that is damaged, or holds or asks for anything else.
 */
export function readPickle(bytes: Uint8Array): unknown {
  return told(new Machine(bytes), (machine) => machine.run());
}

/** What stands in a part of a pickle. */
export interface PicklePart {
  /** What it leaves on the stack last. */
  readonly value: unknown;
  /** What it has remembered, by number. */
  readonly memo: ReadonlyMap<number, unknown>;
}

/**
 * A part of a pickle, without its end.
 * @param first how many values were remembered before it. @param earlier one of those. @throws as `readPickle`; bytes count from the part's first.
 */
export function readPicklePart(
  bytes: Uint8Array,
  vocabulary: Vocabulary,
  first = 0,
  earlier?: (key: number) => unknown,
): PicklePart {
  return told(new Machine(bytes, vocabulary, first, earlier), (machine) => machine.runPart());
}

function told<T>(machine: Machine, of: (machine: Machine) => T): T {
  try {
    return of(machine);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`at byte ${machine.opcodeAt.toLocaleString("en")} it has ${error.message}`);
  }
}

export function isPickledArray(value: unknown): value is PickledArray {
  return value instanceof NumpyArray;
}

/** Strings, numbers, what is named, and short lists of them: what parts of a pickle have in common, and takes no room. */
export const isSmall = (value: unknown): boolean =>
  isAtom(value) || (Array.isArray(value) && value.length <= MOST_ARGUMENTS && value.every(isAtom));

const isAtom = (value: unknown): boolean => typeof value !== "object" || value instanceof NumpyType;

class Machine {
  readonly #bytes: Buffer;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #latin1 = latin1();
  #at = 0;
  #opcodes = 0;
  opcodeAt = 0;

  constructor(
    bytes: Uint8Array,
    readonly vocabulary: Vocabulary = noMore,
    readonly first = 0,
    readonly earlier?: (key: number) => unknown,
  ) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    while (this.#step());
    return this.#pop();
  }

  runPart(): PicklePart {
    while (this.#at < this.#bytes.length)
      if (!this.#step()) throw new RangeError("the end of a pickle within a part of it");
    return { value: this.#stack.at(-1), memo: this.#memo };
  }

  /** Whether it was not the last. */
  #step(): boolean {
    this.opcodeAt = this.#at;
    if (this.#opcodes++ === MOST_OPCODES)
      throw new RangeError(`more than ${MOST_OPCODES.toLocaleString("en")} instructions`);
    const opcode = String.fromCharCode(this.#take(1)[0]);
    if (opcode === ".") return false;
    this.#do(opcode);
    return true;
  }

  #do(opcode: string): void {
    const stack = this.#stack;
    switch (opcode) {
      case "\x80": // PROTO
        this.#take(1);
        return;
      case "\x95": // FRAME: its length would only help to read ahead
        this.#take(8);
        return;
      case "(":
        stack.push(MARK);
        return;

      case "N":
        stack.push(null);
        return;
      case "\x88":
        stack.push(true);
        return;
      case "\x89":
        stack.push(false);
        return;
      case "K":
        stack.push(this.#unsigned(1));
        return;
      case "M":
        stack.push(this.#unsigned(2));
        return;
      case "J":
        stack.push(this.#take(4).readInt32LE());
        return;
      case "\x8a":
        stack.push(this.#long());
        return;
      case "G":
        stack.push(this.#take(8).readDoubleBE());
        return;

      case "X":
        stack.push(this.#counted(4).toString("utf8"));
        return;
      case "\x8c":
        stack.push(this.#counted(1).toString("utf8"));
        return;
      case "\x8d":
        stack.push(this.#counted(8).toString("utf8"));
        return;
      case "C":
      case "U": // a string of Python 2
        stack.push(this.#counted(1));
        return;
      case "B":
      case "T": // a string of Python 2
        stack.push(this.#counted(4));
        return;
      case "\x8e":
      case "\x96": // BYTEARRAY8
        stack.push(this.#counted(8));
        return;

      case "]":
      case ")":
      case "\x8f": // EMPTY_SET
        stack.push([]);
        return;
      case "\x85":
      case "\x86":
      case "\x87": {
        const items = Array.from({ length: opcode.charCodeAt(0) - 0x84 }, () => this.#pop());
        stack.push(items.reverse());
        return;
      }
      case "t":
        stack.push(this.#popToMark());
        return;
      case "a":
        this.#append([this.#pop()]);
        return;
      case "e":
      case "\x90": // ADDITEMS
        this.#append(this.#popToMark());
        return;
      case "}":
        stack.push(new Map());
        return;
      case "s": {
        const [value, key] = [this.#pop(), this.#pop()];
        this.#set([key, value]);
        return;
      }
      case "u":
        this.#set(this.#popToMark());
        return;

      case "q":
        this.#memo.set(this.#unsigned(1), this.#top());
        return;
      case "r":
        this.#memo.set(this.#unsigned(4), this.#top());
        return;
      case "\x94":
        this.#memo.set(this.first + this.#memo.size, this.#top());
        return;
      case "h":
        stack.push(this.#remembered(this.#unsigned(1)));
        return;
      case "j":
        stack.push(this.#remembered(this.#unsigned(4)));
        return;

      case "c":
        stack.push(this.#global(this.#line(), this.#line()));
        return;
      case "\x93": {
        const [name, module] = [this.#pop(), this.#pop()];
        stack.push(this.#global(text(module), text(name)));
        return;
      }
      case "Q": // BINPERSID
        if (!this.vocabulary.persistent) throw notRead(opcode);
        stack.push(this.vocabulary.persistent(this.#pop()));
        return;
      case "R": {
        const [args, called] = [list(this.#pop()), this.#pop()];
        if (typeof called !== "function") throw new RangeError("a call of what is no function");
        if (args.length > MOST_ARGUMENTS)
          throw new RangeError(`a call with ${args.length} arguments, which is not read`);
        stack.push(called(...args));
        return;
      }
      case "b": {
        const state = this.#pop();
        build(this.#top(), state);
        return;
      }
      default:
        throw notRead(opcode);
    }
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) {
      const left = this.#bytes.length - this.#at;
      throw new RangeError(`${left.toLocaleString("en")} bytes left where ${count.toLocaleString("en")} have to be`);
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #unsigned(bytes: 1 | 2 | 4 | 8): number {
    const taken = this.#take(bytes);
    return bytes === 8 ? Number(taken.readBigUInt64LE()) : taken.readUIntLE(0, bytes);
  }

  #counted(bytes: 1 | 4 | 8): Buffer {
    return this.#take(this.#unsigned(bytes));
  }

  /** A whole number of any size, of which only those of six bytes are read. */
  #long(): number {
    const taken = this.#counted(1);
    if (taken.length > 6) throw new RangeError("a whole number of more than six bytes, which is not read");
    return taken.length === 0 ? 0 : taken.readIntLE(0, taken.length);
  }

  #line(): string {
    const end = this.#bytes.indexOf("\n", this.#at);
    const line = this.#take((end < 0 ? this.#bytes.length : end) - this.#at);
    this.#take(1);
    return line.toString("latin1");
  }

  #global(module: string, name: string): Callable | symbol {
    const called = `${module} ${name}`;
    if (called === ENCODE) return this.#latin1;
    const found = globals.get(called) ?? this.vocabulary.globals.get(called);
    if (found !== undefined) return found;
    throw new RangeError(`a call of ${module.slice(0, 80)}.${name.slice(0, 80)}, which is not read`);
  }

  #top(): unknown {
    if (this.#stack.length === 0 || this.#stack.at(-1) === MARK) throw new RangeError("nothing on its stack");
    return this.#stack.at(-1);
  }

  #pop(): unknown {
    const top = this.#top();
    this.#stack.pop();
    return top;
  }

  #popToMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new RangeError("no mark on its stack");
    const items = this.#stack.splice(mark);
    items.shift();
    return items;
  }

  #append(items: readonly unknown[]): void {
    const target = list(this.#top());
    for (const item of items) target.push(item);
  }

  #set(items: readonly unknown[]): void {
    const target = this.#top();
    if (!(target instanceof Map) || items.length % 2 !== 0) throw new RangeError("entries of what is no dictionary");
    for (let i = 0; i < items.length; i += 2) target.set(keyOf(items[i]), items[i + 1]);
  }

  #remembered(key: number): unknown {
    if (this.#memo.has(key)) return this.#memo.get(key);
    if (key < this.first && this.earlier) return this.earlier(key);
    throw new RangeError(`a reference ${key} to nothing`);
  }
}

const notRead = (opcode: string) =>
  new RangeError(`opcode 0x${opcode.charCodeAt(0).toString(16).padStart(2, "0")}, which is not read`);
