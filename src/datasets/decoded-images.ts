// Bounds how many decoded images are in memory: a few that are being decoded, and those that are kept for the next time.

/** As many as libuv has threads, by default; more would only wait. */
const AT_ONCE = 4;

type Pixels = Uint8Array;

/** At most `capacity` images are kept, the least recently used leaving first; at most four more are being decoded. */
export class DecodedImages {
  readonly #kept = new Map<string, Pixels>();
  readonly #waiting: (() => void)[] = [];
  #decoding = 0;

  constructor(readonly capacity: number) {}

  /** How many images are in memory now. */
  get held(): number {
    return this.#kept.size + this.#decoding;
  }

  /** Decodes an image and hands it to `use`, after which it is let go. */
  async once(decode: () => Promise<Pixels>, use: (pixels: Pixels) => void): Promise<void> {
    while (this.#decoding >= AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    this.#decoding++;
    try {
      use(await decode());
    } finally {
      this.#decoding--;
      this.#waiting.shift()?.();
    }
  }

  /** Hands the image of this key to `use`, decoded if it is not kept. */
  async keeping(key: string, decode: () => Promise<Pixels>, use: (pixels: Pixels) => void): Promise<void> {
    const kept = this.#kept.get(key);
    if (kept === undefined) {
      return this.once(decode, (pixels) => {
        this.#keep(key, pixels);
        use(pixels);
      });
    }
    this.#keep(key, kept);
    use(kept);
  }

  #keep(key: string, pixels: Pixels): void {
    this.#kept.delete(key); // a Map keeps the order of insertion: the newest is last
    if (this.capacity === 0) return;
    if (this.#kept.size >= this.capacity) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, pixels);
  }
}
