import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream, threefry4x32 } from "../../src/backend/random";

// Every stream below is seeded, so no test here can fail by chance; the tolerances are 4 to 5 standard errors.

/** The mean of `n` draws, and their standard deviation. */
function moments(n: number, draw: () => number): { mean: number; deviation: number } {
  const draws = Float64Array.from({ length: n }, draw);
  const mean = draws.reduce((sum, x) => sum + x, 0) / n;
  return { mean, deviation: Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n) };
}

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} ± ${tolerance}`);
}

// Random123's kat_vectors, lines "threefry4x32 20": counter, key, result.
const knownAnswers = [
  ["00000000 00000000 00000000 00000000", "00000000 00000000 00000000 00000000", "9c6ca96a e17eae66 fc10ecd4 5256a7d8"],
  ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff ffffffff ffffffff", "2a881696 57012287 f6c7446e a16a6732"],
  ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0 082efa98 ec4e6c89", "59cd1dbb b8879579 86b5d00c ac8b6d84"],
];

for (const [counter, key, result] of knownAnswers) {
  test(`threefry4x32 gives Random123's known answer for the counter ${counter}`, () => {
    const words = (text: string) => Uint32Array.from(text.split(" "), (word) => Number.parseInt(word, 16));
    const block = words(counter);
    threefry4x32(block, words(key));
    assert.deepEqual(block, words(result));
  });
}

test("a stream is the cipher of the counter under the hash of seed and path", () => {
  // python3 -c 'import hashlib; print(hashlib.sha256(b"[\"7\",\"weights\",\"stem\"]").hexdigest()[:32])'
  const key = Buffer.from("8cf2308054152173dd73ec39bc044738", "hex");
  const block = Uint32Array.of(2, 0, 0, 0);
  threefry4x32(
    block,
    [0, 4, 8, 12].map((byte) => key.readUInt32LE(byte)),
  );
  const stream = new RandomStream(7, "weights", "stem");
  stream.position = 9n;
  assert.deepEqual([stream.uint32(), stream.uint32(), stream.uint32()], [block[1], block[2], block[3]]);
});

test("the same seed and path give the same stream, by whichever way", () => {
  const draws = (stream: RandomStream) => Array.from({ length: 20 }, () => stream.uint32());
  const expected = draws(new RandomStream(3, "weights", "7"));
  assert.deepEqual(draws(new RandomStream(3n, "weights").split(7)), expected);
  const parent = new RandomStream(3);
  parent.uint32();
  assert.deepEqual(draws(parent.split("weights").split("7")), expected);
  assert.equal(parent.position, 1n);
});

test("other seeds, other names and other cuts of a path are other streams", () => {
  const streams = [
    new RandomStream(0),
    new RandomStream(1),
    new RandomStream(-1),
    new RandomStream(1n << 70n),
    new RandomStream(0, ""),
    new RandomStream(0, "a", "b"),
    new RandomStream(0, "ab"),
    new RandomStream(0, "a,b"),
    new RandomStream(0, 'a","b'),
    new RandomStream(0, "b", "a"),
  ];
  const first = streams.map((stream) => `${stream.uint32()} ${stream.uint32()}`);
  assert.equal(new Set(first).size, streams.length);
});

test("sibling streams are uncorrelated, as are a stream and its child", () => {
  const n = 20_000;
  const parent = new RandomStream(5, "parent");
  const streams = [parent, ...Array.from({ length: 5 }, (_, i) => parent.split(i))];
  const rows = streams.map((stream) => Float64Array.from({ length: n }, () => stream.uniform() - 0.5));
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      for (const lag of [0, 1]) {
        let sum = 0;
        for (let k = lag; k < n; k++) sum += rows[i][k] * rows[j][k - lag];
        assertNear((12 * sum) / n, 0, 5 / Math.sqrt(n), `correlation of streams ${i} and ${j} at lag ${lag}`);
      }
    }
  }
});

const kinds: Record<string, (stream: RandomStream) => unknown> = {
  uint32: (stream) => stream.uint32(),
  uniform: (stream) => stream.uniform(),
  normal: (stream) => stream.normal(),
  below: (stream) => stream.below(1_000_000_007),
  gamma: (stream) => stream.gamma(2.5),
  logGamma: (stream) => stream.logGamma(0.01),
  permutation: (stream) => stream.permutation(7).join(),
};

for (const [kind, draw] of Object.entries(kinds)) {
  test(`a stream resumes from its position between draws of ${kind}`, () => {
    const stream = new RandomStream(1, kind);
    for (let i = 0; i < 5; i++) {
      draw(stream);
      const { position } = stream;
      const expected = Array.from({ length: 9 }, () => draw(stream));
      const resumed = new RandomStream(1, kind);
      resumed.position = position;
      const actual = Array.from({ length: 9 }, () => draw(resumed));
      assert.deepEqual(actual, expected);
      assert.equal(resumed.position, stream.position);
      // The same object goes back, too.
      stream.position = position;
      assert.deepEqual(draw(stream), expected[0]);
    }
  });
}

test("position counts words and reaches beyond 2^32 blocks", () => {
  const stream = new RandomStream(0);
  for (let n = 0n; n < 10n; n++) {
    assert.equal(stream.position, n);
    stream.uint32();
  }
  const seen = new Set<number>();
  for (const block of [0n, 1n << 32n, (1n << 32n) + 1n, (1n << 53n) - 1n]) {
    stream.position = 4n * block + 1n;
    assert.equal(stream.position, 4n * block + 1n);
    seen.add(stream.uint32());
  }
  assert.equal(seen.size, 4);
  assert.throws(() => {
    stream.position = -1n;
  }, /position must lie in 0 … 2\^55 - 1, got -1/);
});

test("uniform has the moments and the evenness of (0, 1)", () => {
  const stream = new RandomStream(2, "uniform");
  const n = 200_000;
  const { mean, deviation } = moments(n, () => stream.uniform());
  assertNear(mean, 1 / 2, 5 * Math.sqrt(1 / 12 / n), "mean");
  assertNear(deviation, Math.sqrt(1 / 12), 5 * Math.sqrt(1 / 60 / n), "standard deviation");
});

test("uniform is open at both ends and uses 53 bits", () => {
  // A stream whose words are chosen: the largest words must not give 1, and zero words are drawn again.
  class Chosen extends RandomStream {
    constructor(readonly words: number[]) {
      super(0);
    }
    override uint32(): number {
      return this.words.shift()!;
    }
  }
  assert.equal(new Chosen([0xffffffff, 0xffffffff]).uniform(), 1 - 2 ** -53);
  assert.equal(new Chosen([0, 64]).uniform(), 2 ** -53);
  assert.equal(new Chosen([0, 0, 31, 63, 0x80000000, 0]).uniform(), 0.5);
});

test("normal has the moments of the standard normal, tails included", () => {
  const stream = new RandomStream(2, "normal");
  const n = 200_000;
  const draws = Float64Array.from({ length: n }, () => stream.normal());
  // E[x^k] and its standard error sqrt((E[x^2k] - E[x^k]^2) / n).
  for (const [power, expected, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
    [6, 15, 10170],
  ]) {
    const mean = draws.reduce((sum, x) => sum + x ** power, 0) / n;
    assertNear(mean, expected, 5 * Math.sqrt(variance / n), `E[x^${power}]`);
  }
  const beyond3 = draws.filter((x) => Math.abs(x) > 3).length / n;
  // 2 * scipy.stats.norm.sf(3)
  assertNear(beyond3, 0.0026997960632601866, 5 * Math.sqrt(0.0027 / n), "P(|x| > 3)");
});

for (const n of [2, 3, 7, 10, 100, 3 * 2 ** 30]) {
  test(`below(${n}) is even by the chi-square test`, () => {
    const stream = new RandomStream(4, "below", String(n));
    const draws = 60_000;
    const cells = Math.min(n, 99);
    const counts = new Float64Array(cells);
    const width = n / cells;
    for (let i = 0; i < draws; i++) {
      const value = stream.below(n);
      assert.ok(Number.isInteger(value) && value >= 0 && value < n);
      counts[Math.floor(value / width)]++;
    }
    // With n = 100, cells of a width that is not whole hold one value or two: count the values of each.
    const expected = new Float64Array(cells);
    if (n <= 100) for (let value = 0; value < n; value++) expected[Math.floor(value / width)] += draws / n;
    else expected.fill(draws / cells);
    const chiSquare = counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
    const freedom = cells - 1;
    // The statistic has mean `freedom` and variance 2 · freedom; 4.5 deviations, and room for its skewness.
    assert.ok(chiSquare < freedom + 4.5 * Math.sqrt(2 * freedom) + 8, `chi-square ${chiSquare} at ${freedom} degrees`);
  });
}

test("below refuses what it cannot draw", () => {
  const stream = new RandomStream(0);
  assert.equal(stream.below(1), 0);
  for (const n of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
    assert.throws(() => stream.below(n), /below: n must be an integer in 1 … 2\^32/);
  }
});

for (const shape of [0.001, 0.05, 0.5, 1, 2.5, 30, 1000]) {
  test(`gamma(${shape}) has mean and variance ${shape}`, () => {
    const stream = new RandomStream(6, "gamma", String(shape));
    const n = 100_000;
    const { mean, deviation } = moments(n, () => stream.gamma(shape));
    assertNear(mean, shape, 5 * Math.sqrt(shape / n), "mean");
    // The fourth central moment of Gamma(k, 1) is 3 k^2 + 6 k.
    assertNear(deviation ** 2, shape, 5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / n), "variance");
  });
}

// The shape; mean and standard deviation of ln z; standard deviation of its squared deviation. By mpmath:
// a, digamma(a), sqrt(psi(1, a)), sqrt(psi(3, a) + 2 * psi(1, a) ** 2)
const logMoments = [
  [0.001, -1000.5755719318103, 1000.0008212662607, 2828428.28619441],
  [0.05, -20.497844991299868, 20.038272314301825, 1132.4583243138552],
  [0.5, -1.9635100260214235, 2.221441469079183, 12.087747372898047],
  [1, -0.5772156649015329, 1.282549830161864, 3.4504428079338627],
  [2.5, 0.7031566406452432, 0.7002554934452387, 0.8395280261864799],
  [30, 3.384438132685525, 0.18410611167948757, 0.0487402325595296],
];

for (const [shape, mean, deviation, spread] of logMoments) {
  test(`logGamma(${shape}) has the mean and variance of a log-gamma`, () => {
    const stream = new RandomStream(6, "logGamma", String(shape));
    const n = 100_000;
    const actual = moments(n, () => stream.logGamma(shape));
    assertNear(actual.mean, mean, (5 * deviation) / Math.sqrt(n), "mean");
    assertNear(actual.deviation ** 2, deviation ** 2, (5 * spread) / Math.sqrt(n), "variance");
  });
}

test("logGamma stays finite where gamma underflows", () => {
  const stream = new RandomStream(6, "tiny");
  const draws = Array.from({ length: 1000 }, () => stream.logGamma(1e-3));
  assert.ok(draws.every(Number.isFinite));
  assert.ok(draws.some((x) => Math.exp(x) === 0));
  for (const shape of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => stream.logGamma(shape), /logGamma: shape must be positive and finite/);
  }
});

test("permutation holds every index once, and every order is as likely", () => {
  const stream = new RandomStream(8, "permutation");
  const large = stream.permutation(50_000);
  assert.deepEqual(
    Array.from(large).sort((a, b) => a - b),
    Array.from({ length: 50_000 }, (_, i) => i),
  );
  assert.deepEqual(stream.permutation(0), new Int32Array(0));
  const counts = new Map<string, number>();
  const draws = 24_000;
  for (let i = 0; i < draws; i++) {
    const order = stream.permutation(4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // scipy.stats.chi2.isf(1e-4, 23)
  assert.ok(chiSquare < 57.07, `chi-square ${chiSquare} at 23 degrees`);
});

test("a seed that is no integer is refused", () => {
  for (const seed of [0.5, Number.NaN, 2 ** 53]) assert.throws(() => new RandomStream(seed), /seed must be an integer/);
});
