// Counter-based random streams: Threefry4x32 with 20 rounds (Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
// as easy as 1, 2, 3", SC 2011), split by name.
import { createHash } from "node:crypto";

/** The key schedule's parity constant (Skein 1.3, shortened to 32 bits). */
const PARITY = 0x1bd11bda;

/** Rotation distances of rounds 1 to 8, which repeat: the pair of each round in turn. */
const ROTATIONS = [10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20];

/**
 * The block cipher Threefry4x32-20: encrypts the four words of `block` in place with the four words of `key`.
 * A bijection of the 128-bit blocks for every key, which turns a counter into random words.
 */
export function threefry4x32(block: Uint32Array, key: ArrayLike<number>): void {
  const schedule = [key[0], key[1], key[2], key[3], PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]];
  let x0 = (block[0] + schedule[0]) | 0;
  let x1 = (block[1] + schedule[1]) | 0;
  let x2 = (block[2] + schedule[2]) | 0;
  let x3 = (block[3] + schedule[3]) | 0;
  for (let group = 1; group <= 5; group++) {
    // Four rounds, then a key injection.
    for (let r = group & 1 ? 0 : 8, end = r + 8; r < end; r += 4) {
      x0 = (x0 + x1) | 0;
      x1 = rotate(x1, ROTATIONS[r]) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = rotate(x3, ROTATIONS[r + 1]) ^ x2;
      x0 = (x0 + x3) | 0;
      x3 = rotate(x3, ROTATIONS[r + 2]) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = rotate(x1, ROTATIONS[r + 3]) ^ x2;
    }
    x0 = (x0 + schedule[group % 5]) | 0;
    x1 = (x1 + schedule[(group + 1) % 5]) | 0;
    x2 = (x2 + schedule[(group + 2) % 5]) | 0;
    x3 = (x3 + schedule[(group + 3) % 5] + group) | 0;
  }
  block[0] = x0;
  block[1] = x1;
  block[2] = x2;
  block[3] = x3;
}

function rotate(word: number, distance: number): number {
  return (word << distance) | (word >>> (32 - distance));
}

/**
 * A reproducible stream of random draws, named by a seed and a path of names.
 *
 * Word n of a stream is word n mod 4 of Threefry's block floor(n / 4). The 128-bit key is the head of the SHA-256 hash
 * of the seed and the path, so streams of different seeds or paths are independent, and two share a key with a
 * probability of 2^-128. No draw keeps anything beside the position, so setting `position` resumes a stream exactly.
 */
export class RandomStream {
  readonly #seed: bigint;
  readonly #path: readonly string[];
  readonly #key: Uint32Array;
  readonly #words = new Uint32Array(4);
  /** Which block `#words` holds; -1 when none. */
  #held = -1;
  #block = 0;
  #word = 0;

  /**
   * @param seed An integer; as a number at most 2^53 - 1 in magnitude, as a bigint of any size.
   * @param path The stream's name, from the general to the particular: `new RandomStream(0, "weights", "stem")`.
   */
  constructor(seed: number | bigint, ...path: string[]) {
    if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
      throw new RangeError(`RandomStream: seed must be an integer, got ${seed}; use a bigint beyond 2^53.`);
    }
    this.#seed = BigInt(seed);
    this.#path = path;
    // JSON keeps the names apart: ["a", "b"] and ["ab"] hash differently.
    const digest = createHash("sha256")
      .update(JSON.stringify([String(seed), ...path]))
      .digest();
    this.#key = Uint32Array.from([0, 4, 8, 12], (byte) => digest.readUInt32LE(byte));
  }

  /** The stream of this one's path and `name`; this stream stays where it is. The names 3 and "3" mean the same. */
  split(name: string | number): RandomStream {
    return new RandomStream(this.#seed, ...this.#path, String(name));
  }

  /** How many 32-bit words were drawn; set it to resume from there (0 to 2^55 - 1). */
  get position(): bigint {
    return BigInt(this.#block) * 4n + BigInt(this.#word);
  }

  set position(value: bigint) {
    if (value < 0n || value >= 1n << 55n) {
      throw new RangeError(`RandomStream: position must lie in 0 … 2^55 - 1, got ${value}.`);
    }
    this.#block = Number(value / 4n);
    this.#word = Number(value % 4n);
  }

  /** A uniform integer in 0 … 2^32 - 1. */
  uint32(): number {
    const words = this.#words;
    if (this.#held !== this.#block) {
      words[0] = this.#block;
      words[1] = this.#block / 0x1_0000_0000;
      words[2] = 0;
      words[3] = 0;
      threefry4x32(words, this.#key);
      this.#held = this.#block;
    }
    const word = words[this.#word];
    if (this.#word < 3) this.#word++;
    else {
      this.#word = 0;
      this.#block++;
    }
    return word;
  }

  /** A uniform number in the open interval (0, 1), a multiple of 2^-53. */
  uniform(): number {
    for (;;) {
      const high = this.uint32() >>> 5;
      const low = this.uint32() >>> 6;
      if (high + low > 0) return (high * 0x400_0000 + low) * 2 ** -53;
    }
  }

  /** A standard normal number, by the Box-Muller transform; its second number is left unused, so that nothing is kept. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A uniform integer in 0 … n - 1 without bias, for n in 1 … 2^32. */
  below(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 0x1_0000_0000)) {
      throw new RangeError(`RandomStream.below: n must be an integer in 1 … 2^32, got ${n}.`);
    }
    const share = Math.floor(0x1_0000_0000 / n);
    for (;;) {
      const value = Math.floor(this.uint32() / share);
      if (value < n) return value;
    }
  }

  /** A draw from Gamma(shape, 1), shape > 0; underflows to 0 for tiny shapes, where `logGamma` does not. */
  gamma(shape: number): number {
    return Math.exp(this.logGamma(shape));
  }

  /**
   * The logarithm of a draw from Gamma(shape, 1), shape > 0: Marsaglia and Tsang, "A simple method for generating gamma
   * variables", 2000; below shape 1 by their boost, ln Gamma(shape + 1) + ln(U) / shape.
   */
  logGamma(shape: number): number {
    if (!(shape > 0 && shape < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`RandomStream.logGamma: shape must be positive and finite, got ${shape}.`);
    }
    if (shape < 1) return this.logGamma(shape + 1) + Math.log(this.uniform()) / shape;
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return Math.log(d * v);
    }
  }

  /** A uniformly random order of 0 … n - 1, by Fisher and Yates. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let last = n - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }
}
