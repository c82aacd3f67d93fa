// What benchmarks refuse once other programs run, or for want of memory: exit code 2, nothing on standard output, one line that names it.
// Of words alone: test/bad-input.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { packageRoot } from "../../src/root";
import { runBench } from "./run-bench";

const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(folder, { recursive: true }));

/** A folder with the names of the authors' files, and nothing in them. */
const empty = join(folder, "empty");
mkdirSync(join(empty, "201-space"), { recursive: true });
for (const file of ["search_model.py", "search_cells.py", "cell_operations.py"])
  writeFileSync(join(empty, "201-space", file), "");
writeFileSync(join(empty, "architect.py"), "");

/** A module that passes for PyTorch until something is computed. */
const pretended = join(folder, "torch.py");
writeFileSync(
  pretended,
  "class Tensor: pass\n__version__ = 'none'\nchannels_last = contiguous_format = None\nget_num_threads = lambda: 1\n",
);

const python = join(packageRoot, ".venv/bin/python"); // has no PyTorch
const network = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|";
const tiny = ["--batch", "4", "--channels", "4"];
const beside = (folder: string, python: string) => ["step", ...tiny, "--reference", folder, "--python", python];

suite("bad input ends with 2 and one line that names it", { concurrency: 2 }, () => {
  const refused: [words: string[], line: RegExp][] = [
    [["step", "--backend", "wasm", "--profile"], /--profile: wasm runs no graph to profile; take --backend native/],
    [["step", "--network", network, "--reference", empty], /--reference compares a search, not a --network/],
    [
      ["step", "--batch", "10000000"],
      /about \d+\.\d\d GB of memory are needed .*, and \d+\.\d\d GB are free; take a smaller/,
    ],
    [["step", "--batch", "64", "--cells", "5", "--backend", "wasm"], /needs about [678]\.\d GB on wasm/],
    [["step", "--space", "dart"], /--space dart is unknown; did you mean darts\? Else use nasbench201 or /],
    [
      ["step", "--space", "s1", "--reference", empty],
      /--space s1: --reference compares nasbench201 and darts alone; leave/,
    ],
    [["partial-channels", "--partial-channels", "4"], /--partial-channels 4: give at least two values, all different/],
    [["partial-channels", "--partial-channels", "1,3"], /--partial-channels 3 does not divide the 16 channels/],
    [["spaces", "--spaces", "darts,s5"], /--space s5 is unknown/],
    [["spaces", "--steps", "1"], /--steps 1 is not a whole number of at least 2/],
    [["scaling", "--batch", "64,10000000"], /about \d+\.\d\d GB of memory are needed \(batch 64: .*GB are free/],
    [
      ["methods", "--batch", "10000000"],
      /about \d+\.\d\d GB of memory are needed \(darts: .*; balenas: .*GB are free; .* or fewer --methods/,
    ],
    [beside(folder, "python3"), /is not the DrNAS authors' code: it has no 201-space\/search_model.py; give a clone/],
    [beside(empty, "/nonexistent/python"), /\/nonexistent\/python.* ENOENT; --python names a Python that has PyTorch/],
    [beside(empty, "/bin/cat"), /\(\/bin\/cat\) .*; --python names a Python that has PyTorch/],
    [beside(empty, python), /\.venv\/bin\/python has no PyTorch .*; name a Python that has it by --python/],
  ];
  for (const [words, line] of refused) {
    test(["bench", ...words].join(" ").replaceAll(folder, "…"), async () => {
      assertRefused(await runBench(...words), line);
    });
  }

  test("files that are named as the authors' and are not theirs", async () => {
    const before = process.env.PYTHONPATH;
    process.env.PYTHONPATH = folder;
    const ended = runBench(...beside(empty, python), "--steps", "1");
    if (before === undefined) delete process.env.PYTHONPATH;
    else process.env.PYTHONPATH = before;
    assertRefused(
      await ended,
      /empty is not the DrNAS authors' code: ImportError: .*; give a clone of their repository/,
    );
  });
});

function assertRefused({ code, stdout, stderr }: Awaited<ReturnType<typeof runBench>>, line: RegExp): void {
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, line);
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
}
