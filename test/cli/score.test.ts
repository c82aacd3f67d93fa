// naslab score, with TensorFlow, as one process after the other.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packageRoot } from "../../src/root";
import { spaces } from "../../src/spaces";

const folder = mkdtempSync(join(tmpdir(), "naslab-score-"));
after(() => rmSync(folder, { recursive: true }));

const small = ["--channels", "4", "--cells", "1", "--batch", "8"];
const words = (...more: string[]) => [join(packageRoot, "bin/naslab.js"), "score", ...small, ...more];
const naslab = (...more: string[]) => spawnSync(process.execPath, words(...more), { encoding: "utf8" });

test("an interrupted study goes on from its file, and ends as one that was not", async () => {
  const file = join(folder, "scores.jsonl");
  const options = ["--proxy", "naswot,params", "--architectures", "sample:60", "--json"];
  const child = spawn(process.execPath, words(...options, "--file", file), { stdio: ["ignore", "pipe", "ignore"] });
  let printed = "";
  child.stdout.on("data", (data) => {
    printed += data;
  });
  const rows = () => readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n").length;
  const waiting = setInterval(() => {
    if (rows() <= 4) return;
    clearInterval(waiting);
    child.kill("SIGINT");
  }, 20);
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 130);
  const first = JSON.parse(printed);
  assert.equal(first.interrupted, true);
  assert.ok(first.architectures.length >= 3 && first.architectures.length < 60, String(first.architectures.length));
  const begun = readFileSync(file, "utf8");

  const resumed = naslab(...options, "--file", file);
  assert.equal(resumed.status, 0, resumed.stderr);
  assert.ok(readFileSync(file, "utf8").startsWith(begun));
  const whole = JSON.parse(naslab(...options).stdout);
  const document = JSON.parse(resumed.stdout);
  assert.equal(document.architectures.length, 60);
  const scores = ({ architectures }: typeof document) =>
    architectures.map((each: { architecture: string; scores: Record<string, number> }) => [
      each.architecture,
      each.scores.naswot?.toPrecision(5) ?? null,
      each.scores.params,
    ]);
  assert.deepEqual(scores(document), scores(whole));
  const [naswot] = whole.proxies;
  assert.ok(naswot.correlation.spearman.low < naswot.correlation.spearman.value);
  assert.deepEqual(whole.benchmark, { name: "NAS-Bench-201", data: "cifar10", split: "test", epochs: 200 });
});

test("architectures of a file are scored on a space that no benchmark knows, and summed up", () => {
  const list = join(folder, "architectures.txt");
  const genotype = (operation: string) =>
    `Genotype(normal=[('${operation}', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))`;
  writeFileSync(list, `${genotype("sep_conv_3x3")}\n\n${genotype("skip_connect")}\n`);
  const { status, stdout, stderr } = naslab(
    "--space",
    "darts",
    "--cells",
    "3",
    "--architectures",
    list,
    "--proxy",
    "params",
  );
  assert.equal(status, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[0], /^2 architectures, 4 channels, 3 cells, 8 images of Fashion-MNIST$/);
  assert.match(lines[2], /^params +higher +2 +\d/);
  assert.deepEqual(
    lines.slice(-2),
    [genotype("sep_conv_3x3"), genotype("skip_connect")].map((line) => `  ${spaces.darts().parse(line)}`),
  );
});
