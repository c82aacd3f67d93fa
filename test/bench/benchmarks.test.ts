// Each benchmark once at tiny sizes: what it prints is whole and makes sense. No time is asserted.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";
import { stepFlops } from "../../src/supernet";
import { runBench } from "./run-bench";

const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(folder, { recursive: true }));

const tiny = ["--batch", "4", "--channels", "4", "--steps", "3"];

interface Summary {
  readonly quartiles: readonly [number, number];
}

/** Runs a benchmark; answers its document, of which what all have in common is checked. */
async function documentOf(name: string, ...words: string[]) {
  const { code, stdout, stderr } = await runBench(name, ...words);
  assert.equal(code, 0, stderr);
  const document = JSON.parse(stdout);
  assert.equal(document.bench, name);
  assert.ok(document.machine.cores >= 1 && document.machine.memoryBytes > 1e9 && document.machine.cpu);
  assert.equal(document.versions.node, process.versions.node);
  assert.equal(document.versions.tfjs, "4.22.0");
  assert.ok(document.load.before >= 0 && document.load.after >= 0);
  assert.match(stderr, /median|time by arithmetic/);
  return document;
}

function assertSummary(value: number, { quartiles: [first, third] }: Summary, what: string): void {
  assert.ok(0 < first && first <= value && value <= third, `${what}: ${first}, ${value}, ${third}`);
}

/** A program that speaks as the reference does, and takes half a second for anything, as it says. */
function pretendedPython(): string {
  const path = join(folder, "python");
  const program = `#!${process.execPath}
const { createInterface } = require("node:readline");
createInterface({ input: process.stdin }).on("line", (line) => {
  const [question, ...numbers] = line.split(" ");
  const times = numbers.at(-1);
  const fields = question === "about" ? { versions: { pytorch: "none" } } : { seconds: Array(Number(times)).fill(0.5) };
  console.log(JSON.stringify({ ...fields, peakBytes: 1e9 }));
});`;
  writeFileSync(path, program, { mode: 0o755 });
  return path;
}

/** A folder with the names of the authors' files. */
function pretendedCode(): string {
  const path = join(folder, "authors");
  mkdirSync(join(path, "DARTS-space"), { recursive: true });
  for (const file of [
    "architect.py",
    ...["model_search", "operations", "genotypes"].map((name) => `DARTS-space/${name}.py`),
  ])
    writeFileSync(join(path, file), "");
  return path;
}

const helpOf = (name: string): string => require(join(packageRoot, "dist/bench", name)).bench.help;

const space = spaces.nasBench201();
const network = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|";

suite("benchmarks", { concurrency: 2 }, () => {
  for (const backend of ["native", "wasm"]) {
    test(`step on ${backend}`, async () => {
      const words = [
        ...tiny,
        "--backend",
        backend,
        "--partial-channels",
        "2",
        "--one-path",
        "--json",
        ...(backend === "native" ? ["--profile"] : []),
      ];
      const document = await documentOf("step", ...words);
      assert.equal(document.backend, backend);
      assert.deepEqual([document.batch, document.channels, document.cells, document.partialChannels], [4, 4, 1, 2]);
      assert.equal(document.samples, 3);
      assertSummary(document.secondsPerStep, document, "a step");
      assertSummary(document.peak.flops, document.peak, "the peak");
      assert.equal(document.peak.cores, backend === "native" ? "all" : 1);
      const size = { channels: 4, cells: 1, partialChannels: 2, image: [32, 32, 3], classes: 10 } as const;
      const { architecture, weights } = stepFlops(space, size, 4);
      assert.equal(document.flopsPerStep, architecture + weights);
      const share = document.flopsPerStep / document.secondsPerStep / document.peak.flops;
      assert.ok(Math.abs(document.arithmeticShare - share) < 1e-9 && share < 1);
      const { data, host, display, ...tensors } = document.shares;
      assert.deepEqual(Object.keys(tensors), ["forward", "backward", "optimiser"]);
      assert.ok(Math.abs(data + host + display - document.outsideTensors) < 1e-9);
      const total = Object.values<number>(document.shares).reduce((sum, x) => sum + x, 0);
      assert.ok(Math.abs(total - 1) < 1e-9);
      assert.ok(document.peakMemoryBytes > 1e8);
      if (backend === "native") {
        const kinds = document.profile.operations.map(({ operation }: { operation: string }) => operation);
        assert.ok(
          kinds.some((kind: string) => /Mixture/.test(kind)),
          kinds.join(),
        );
        for (const { nodes, seconds } of document.profile.operations) assert.ok(nodes >= 1 && seconds >= 0);
        assert.ok(document.profile.kernelsAtOnce > 0);
      }
      assertSummary(document.onePath.secondsPerStep, document.onePath, "a step through one path");
      assert.equal(document.onePath.timeOverMixture, document.onePath.secondsPerStep / document.secondsPerStep);
    });
  }

  test("step beside a reference takes as many steps of both and relates them", async () => {
    const words = [...tiny, "--network", network, "--python", pretendedPython(), "--variant", "channels-last"];
    const { reference, ...ours } = await documentOf("step", ...words);
    assert.equal(ours.network, network);
    assert.equal(ours.versions.pytorch, "none");
    assert.equal(reference.variant, "channels-last");
    assert.deepEqual(
      [reference.samples, reference.secondsPerStep, reference.peakMemoryBytes],
      [ours.samples, 0.5, 1e9],
    );
    assert.equal(ours.ratio, 0.5 / ours.secondsPerStep);
    assert.ok(ours.ratioQuartiles[0] <= ours.ratio && ours.ratio <= ours.ratioQuartiles[1]);
    assert.equal(ours.memoryRatio, ours.peakMemoryBytes / 1e9);
  });

  test("scaling fits exponents, the fixed cost and the roofline, and draws them", async () => {
    const figure = join(folder, "scaling.svg");
    const lists = [
      "--batch",
      "4,8",
      "--channels",
      "4",
      "--cells",
      "1",
      "--operations",
      "5",
      "--partial-channels",
      "1,2",
    ];
    const document = await documentOf("scaling", ...lists, "--steps", "3", "--figure", figure);
    const sizes = document.growths.map(({ size }: { size: string }) => size);
    assert.deepEqual(sizes, ["batch", "partialChannels"]); // one value shows no growth
    for (const { size, points, timeExponent, arithmeticExponent, timeByArithmetic, within } of document.growths) {
      assert.equal(points.length, 2);
      for (const point of points) assertSummary(point.secondsPerStep, point, size);
      const [low, high] = points;
      const fitted = Math.log(high.secondsPerStep / low.secondsPerStep) / Math.log(high.value / low.value);
      assert.ok(Math.abs(timeExponent - fitted) < 1e-9);
      assert.ok(Math.abs(timeByArithmetic * arithmeticExponent - timeExponent) < 1e-9);
      assert.equal(within, timeByArithmetic <= 1.05);
    }
    assert.equal(document.growths[0].arithmeticExponent.toFixed(9), "1.000000000");
    assert.ok(Number.isFinite(document.fixedSeconds));
    const { peak, bytesPerSecond, points } = document.roofline;
    assert.equal(points.length, 3 * 10);
    for (const { intensity, rate, ofRoof } of points)
      assert.ok(Math.abs((ofRoof * Math.min(peak.flops, intensity * bytesPerSecond)) / rate - 1) < 1e-9);
    const svg = readFileSync(figure, "utf8");
    assert.match(svg, /^<svg/);
    for (const text of ["batch", "operations a byte", "filter gradient"]) assert.ok(svg.includes(text), text);
  });

  test("compile tells the parts of a first call, and the eager step", async () => {
    const { rows, samples } = await documentOf("compile", ...tiny.slice(0, 4), "--cells", "1", "--steps", "1");
    assert.equal(samples, 1);
    assert.equal(rows.length, 1);
    for (const { cells: _, ...parts } of rows) {
      const names = ["trace", "load", "firstRun", "firstCall", "secondCall", "dispose", "laterCall", "eager"];
      assert.deepEqual(Object.keys(parts), names);
      for (const name of names) assertSummary(parts[name].seconds, parts[name], name);
      assert.ok(parts.firstCall.seconds > parts.trace.seconds);
    }
  });

  test("display tells each figure's time and bytes, and an update's", async () => {
    const { figures, update, shareOfStep, secondsPerStep } = await documentOf("display", ...tiny);
    assert.equal(figures.length, 9);
    for (const figure of [...figures, update]) {
      assertSummary(figure.seconds, figure, figure.name);
      assert.ok(figure.bytes > 500);
    }
    assert.ok(update.bytes < 100_000);
    assert.equal(shareOfStep, update.seconds / Math.max(secondsPerStep, 0.5));
  });

  test("distributions tells samples and gradients by operations and concentration", async () => {
    const { rows, shareOfStep } = await documentOf("distributions", ...tiny);
    assert.equal(rows.length, 9);
    for (const row of rows) {
      assertSummary(row.sampleSeconds, { quartiles: row.sampleQuartiles }, "a sample");
      assertSummary(row.gradientSeconds, { quartiles: row.gradientQuartiles }, "a gradient");
    }
    assert.ok(shareOfStep > 0 && shareOfStep < 1);
  });

  test("data tells images a second of CIFAR-10's format and of Fashion-MNIST", async () => {
    const { batching, loading, shareOfStep } = await documentOf("data", ...tiny);
    assert.deepEqual([loading.name, loading.images], ["fashion-mnist", 70_000]);
    for (const row of batching) {
      assertSummary(row.secondsPerBatch, row, row.name);
      assert.equal(row.imagesPerSecond, 4 / row.secondsPerBatch);
    }
    assert.ok(shareOfStep > 0 && shareOfStep < 1);
  });

  test("operations tells each one's time forward and with gradients, beside PyTorch's", async () => {
    const { operations, samples, variant } = await documentOf("operations", ...tiny, "--python", pretendedPython());
    assert.deepEqual([samples, variant], [3, "eager"]);
    assert.equal(operations.length, 3 * (3 + 6 + 7));
    for (const { operation, forward, gradients, reference, ratio } of operations) {
      assertSummary(forward.seconds, forward, operation);
      assertSummary(gradients.seconds, gradients, `${operation}'s gradients`);
      assert.deepEqual([reference.forward.seconds, reference.gradients.seconds], [0.5, 0.5]);
      assert.equal(ratio, 0.5 / gradients.seconds);
    }
  });

  test("proxies tells architectures a second by each, beside PyTorch's", async () => {
    const sizes = ["--architectures", "2", "--batch", "4", "--channels", "4", "--cells", "1"];
    const words = [...sizes, "--proxies", "naswot,ntk", "--python", pretendedPython()];
    const { proxies, cells, variant, referencePeakMemoryBytes } = await documentOf("proxies", ...words);
    assert.deepEqual([cells, variant, referencePeakMemoryBytes], [1, "eager", 1e9]);
    const [naswot, ntk] = proxies;
    assert.deepEqual([naswot.name, naswot.architectures, ntk.name, ntk.architectures], ["naswot", 2, "ntk", 1]);
    for (const row of proxies) assertSummary(row.secondsPerArchitecture, row, row.name);
    assert.equal(naswot.reference.architecturesPerSecond, 2);
    assert.ok(Math.abs(naswot.ratio - 0.5 * naswot.architecturesPerSecond) < 1e-9);
    assert.equal(ntk.reference, undefined);
  });

  test("methods relates each method to first-order DARTS of the same round", async () => {
    const words = [...tiny, "--methods", "idarts", "--processes", "2"];
    const { methods, processes, backend } = await documentOf("methods", ...words);
    assert.deepEqual([processes, backend], [2, "native"]);
    const told = methods.map(({ method, stepsPerSample }: { method: string; stepsPerSample: number }) => [
      method,
      stepsPerSample,
    ]);
    assert.deepEqual(told, [
      ["darts", 1],
      ["idarts", 4],
    ]);
    for (const row of methods) {
      assert.equal(row.samples, 2 * 3);
      assert.equal(row.partialChannels, 1);
      assertSummary(row.secondsPerStep, row, row.method);
      assertSummary(row.timeOverDarts, { quartiles: row.timeOverDartsQuartiles }, "time over DARTS");
      assertSummary(row.peakMemoryBytes, { quartiles: row.peakMemoryQuartiles }, "peak memory");
      assertSummary(row.memoryOverDarts, { quartiles: row.memoryOverDartsQuartiles }, "memory over DARTS");
    }
    const [darts, idarts] = methods;
    assert.deepEqual([darts.timeOverDarts, darts.memoryOverDarts], [1, 1]);
    assert.equal(idarts.axes.objective, "neumann");
  });

  test("step on another space beside the authors' code", async () => {
    const words = [
      ...tiny,
      "--space",
      "darts",
      "--cells",
      "3",
      "--reference",
      pretendedCode(),
      "--python",
      pretendedPython(),
    ];
    const document = await documentOf("step", ...words);
    assert.deepEqual([document.space, document.cells, document.operations], ["darts", 3, 7]);
    assert.equal(document.ratio, 0.5 / document.secondsPerStep);
    const size = { channels: 4, cells: 3, image: [32, 32, 3], classes: 10 } as const;
    const { architecture, weights } = stepFlops(spaces.darts(), size, 4);
    assert.equal(document.flopsPerStep, architecture + weights);
  });

  test("partial-channels relates each K to the first, beside the paper's", async () => {
    const { rows } = await documentOf("partial-channels", ...tiny, "--cells", "1", "--partial-channels", "1,4,2");
    const told = rows.map((row: { partialChannels: number; paperMegabytes: number }) => [
      row.partialChannels,
      row.paperMegabytes,
    ]);
    assert.deepEqual(told, [
      [1, 2437],
      [4, 1159],
      [2, 1583],
    ]);
    const [first, second] = rows;
    assertSummary(second.secondsPerStep, second, "a step");
    assert.equal(second.over.time, second.secondsPerStep / first.secondsPerStep);
    assert.equal(second.over.stepMemory, second.stepMemoryBytes / first.stepMemoryBytes);
    assert.equal(second.over.paper, 1159 / 2437);
    for (const { peakMemoryBytes, stepMemoryBytes } of rows)
      assert.ok(stepMemoryBytes > 0 && stepMemoryBytes < peakMemoryBytes);
  });

  test("spaces takes steps of two searches and of a training at the papers' size", async () => {
    const { rows, batch } = await documentOf("spaces", "--spaces", "nasbench201", "--batch", "2", "--steps", "3");
    assert.equal(batch, 2);
    assert.deepEqual(
      rows.map(({ work, channels, cells }: { work: string; channels: number; cells: number }) => [
        work,
        channels,
        cells,
      ]),
      ["drnas", "gdas", "training"].map((work) => [work, 16, 5]),
    );
    for (const { firstSeconds, secondsPerStep, peakMemoryBytes } of rows) {
      assert.ok(firstSeconds > secondsPerStep && secondsPerStep > 0);
      assert.ok(peakMemoryBytes > 1e8);
    }
  });

  test("every benchmark has its help and is in the document of results", async () => {
    const { stdout } = await runBench("--help");
    const names = /NAME is one of: (.*)/.exec(stdout)![1].split(", ");
    assert.deepEqual(names.sort(), [
      "compile",
      "data",
      "display",
      "distributions",
      "methods",
      "operations",
      "partial-channels",
      "proxies",
      "scaling",
      "soak",
      "spaces",
      "step",
    ]);
    const results = readFileSync(join(packageRoot, "docs/performance.md"), "utf8");
    const ended = await runBench("step", "--help");
    assert.deepEqual([ended.code, ended.stdout], [0, `${helpOf("step")}\n`]);
    for (const name of names) {
      assert.ok(helpOf(name).startsWith(`npm run -s bench -- ${name} `), helpOf(name));
      assert.ok(results.includes(`bench -- ${name}`), `docs/performance.md does not name ${name}`);
    }
  });
});
