// Where the architectures of a NAS-Bench-201 file lie in its pickle, found without building any of them: the pickle is one dictionary,
// whose "arch2infos" is a dictionary of what is known of each architecture by its number. Only lengths of instructions and depths of
// the stack are followed (Python's pickletools describes both).

/** What a pickle says of an architecture. */
export interface Segment {
  /** The architecture's number. */
  readonly key: number;
  /** Where its bytes begin, and the first behind them. */
  readonly start: number;
  readonly end: number;
  /** How many values the pickle has remembered before it. */
  readonly first: number;
}

const KEY = "arch2infos";
/** No string or number in such a file is longer. */
const LONGEST = 2 ** 24;
/** Of its stack at a time; in such a file there are a dozen. */
const MOST_MARKS = 1000;
/** Architectures: in the space there are 15,625. */
const MOST_SEGMENTS = 2 ** 16;
/** Of a module's or a function's name. */
const LONGEST_LINE = 1000;

/** Instructions by the bytes that follow them. A count stands in front of as many bytes; two lines name a function. */
const FIXED: readonly (readonly [bytes: number, opcodes: string])[] = [
  [0, "(.N\x88\x89])}\x8ft\x85\x86\x87aesu\x90Rb\x94\x93Q"],
  [1, "Kq\x80h"],
  [2, "M"],
  [4, "Jrj"],
  [8, "G\x95"],
];
const COUNTED: readonly (readonly [bytes: number, opcodes: string])[] = [
  [1, "\x8a\x8cCU"],
  [4, "XBT"],
  [8, "\x8d\x8e\x96"],
];
/** By how much the stack grows; those of "(" and of what goes back to it aside. */
const GROWS: readonly (readonly [by: number, opcodes: string])[] = [
  [1, "N\x88\x89KMJ\x8aGX\x8c\x8dCUBT\x8e\x96])}\x8fhjc"],
  [0, "\x80\x95\x85qr\x94Q."],
  [-1, "\x86aRb\x93"],
  [-2, "\x87s"],
];

const table = (rows: readonly (readonly [number, string])[]): (number | undefined)[] => {
  const values = new Array<number | undefined>(256).fill(undefined);
  for (const [value, opcodes] of rows) for (const opcode of opcodes) values[opcode.charCodeAt(0)] = value;
  return values;
};
const [fixed, counted, grows] = [table(FIXED), table(COUNTED), table(GROWS)];

const code = (opcode: string) => opcode.charCodeAt(0);
const [MARK, TUPLE, APPENDS, SETITEMS, ADDITEMS, STOP, GLOBAL] = ["(", "t", "e", "u", "\x90", ".", "c"].map(code);
const [MEMOIZE, BINPUT, LONG_BINPUT] = ["\x94", "q", "r"].map(code);
const WHOLE_NUMBERS = new Set(["K", "M", "J", "\x8a"].map(code));
const STRINGS = new Set(["X", "\x8c"].map(code));

export class PickleOutline {
  readonly segments: Segment[] = [];
  /** The first byte behind the pickle, once it has been reached. */
  end: number | null = null;
  #depth = 0;
  /** Depths of the stack at its marks. */
  readonly #marks: number[] = [];
  /** Values remembered. */
  #remembered = 0;
  /** Whether the dictionary's last key was that of the architectures. */
  #within = false;
  #open: Omit<Segment, "end"> | null = null;

  /**
   * Follows the pickle's next bytes.
   * @param at where they begin in the file. @returns how many it is through with: what is left belongs to an instruction that goes on.
   * @throws RangeError for what does not belong into such a file.
   */
  feed(bytes: Buffer, at: number): number {
    let position = 0;
    while (this.end === null) {
      const next = follow(bytes, position, at);
      if (next === null) break;
      this.#take(bytes, position, next, at);
      position = next;
    }
    return position;
  }

  #take(bytes: Buffer, start: number, next: number, at: number): void {
    const opcode = bytes[start];
    const marks = this.#marks;
    const items = this.#depth - (marks.at(-1) ?? 0);
    const between = marks.length === 2 && this.#within && items % 2 === 0;
    if (between && (WHOLE_NUMBERS.has(opcode) || opcode === SETITEMS)) this.#close(at + start);
    if (opcode === MARK) {
      if (marks.push(this.#depth) > MOST_MARKS)
        throw new RangeError(`more than ${MOST_MARKS.toLocaleString("en")} open marks`);
    } else if (opcode === TUPLE || opcode === APPENDS || opcode === SETITEMS || opcode === ADDITEMS) {
      const mark = marks.pop();
      if (mark === undefined) throw new RangeError("no mark on its stack");
      this.#depth = mark + (opcode === TUPLE ? 1 : 0);
    } else this.#depth += grows[opcode]!;
    if (opcode === MEMOIZE) this.#remembered++;
    else if (opcode === BINPUT || opcode === LONG_BINPUT) {
      const number = opcode === BINPUT ? bytes[start + 1] : bytes.readUInt32LE(start + 1);
      if (number !== this.#remembered++) throw new RangeError("values that are not remembered in turn");
    } else if (opcode === STOP) this.end = at + next;
    if (between && WHOLE_NUMBERS.has(opcode))
      this.#open = { key: numberAt(bytes, start), start: at + next, first: this.#remembered };
    if (marks.length === 1 && items % 2 === 0 && STRINGS.has(opcode))
      this.#within = bytes.toString("latin1", Math.max(start, next - KEY.length), next) === KEY;
  }

  #close(end: number): void {
    if (this.#open && this.segments.push({ ...this.#open, end }) > MOST_SEGMENTS)
      throw new RangeError(`more than ${MOST_SEGMENTS.toLocaleString("en")} architectures`);
    this.#open = null;
  }
}

/** Where the next instruction begins; null: this one goes on behind the bytes. */
function follow(bytes: Buffer, start: number, at: number): number | null {
  if (start >= bytes.length) return null;
  const opcode = bytes[start];
  const length = fixed[opcode];
  let next: number;
  if (length !== undefined) next = start + 1 + length;
  else if (opcode === GLOBAL) {
    const second = bytes.indexOf(10, start + 1);
    const end = second < 0 ? -1 : bytes.indexOf(10, second + 1);
    if (end < 0 && bytes.length - start > 2 * LONGEST_LINE) throw new RangeError("a function without a name");
    return end < 0 ? null : end + 1;
  } else {
    const width = counted[opcode];
    if (width === undefined)
      throw new RangeError(
        `opcode 0x${opcode.toString(16).padStart(2, "0")} at byte ${(at + start).toLocaleString("en")}, which is not read`,
      );
    if (start + 1 + width > bytes.length) return null;
    const count = width === 8 ? Number(bytes.readBigUInt64LE(start + 1)) : bytes.readUIntLE(start + 1, width);
    if (count > LONGEST) throw new RangeError(`a string of ${count.toLocaleString("en")} bytes`);
    next = start + 1 + width + count;
  }
  return next > bytes.length ? null : next;
}

/** A whole number of at most four bytes, which the number of an architecture is. */
function numberAt(bytes: Buffer, start: number): number {
  switch (String.fromCharCode(bytes[start])) {
    case "K":
      return bytes[start + 1];
    case "M":
      return bytes.readUInt16LE(start + 1);
    case "J":
      return bytes.readInt32LE(start + 1);
    default: {
      const length = bytes[start + 1];
      if (length > 6) throw new RangeError("an architecture's number of more than six bytes");
      return length === 0 ? 0 : bytes.readIntLE(start + 2, length);
    }
  }
}
