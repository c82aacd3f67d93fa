// Searches that are kept in folders, as commands: interrupted as schedulers do it, resumed, listed, shown.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import sharp from "sharp";
import { main } from "../../src/cli/main";
import { packageRoot } from "../../src/root";
import { readEvents } from "../../src/runs";
import { spaceRecord, spaces } from "../../src/spaces";

const root = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(root, { recursive: true }));

const images = join(root, "images");
const search = [
  ...["search", "--json", "--backend", "wasm", "--dataset", images, "--image-size", "8", "--channels", "4"],
  ...["--cells", "1", "--batch", "4", "--epochs", "2", "--steps-per-epoch", "3"],
];
before(async () => {
  for (const [name, grey] of Object.entries({ dark: 20, light: 200 })) {
    mkdirSync(join(images, name), { recursive: true });
    for (let k = 0; k < 20; k++) {
      const image = { width: 8, height: 8, channels: 3, background: { r: grey + k, g: grey, b: grey - k } } as const;
      await sharp({ create: image })
        .png()
        .toFile(join(images, name, `${k}.png`));
    }
  }
});

/** A command in this process, with what it prints. */
async function command(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const told = { stdout: "", stderr: "" };
  const streams = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write.bind(stream) as (...words: unknown[]) => boolean;
    return mock.method(stream, "write", (text: unknown, ...words: (() => void)[]) => {
      if (typeof text !== "string") return write(text, ...words); // the test runner's own
      told[name] += text;
      words.at(-1)?.();
      return true;
    });
  });
  const lines = (["log", "warn", "error"] as const).map((name) =>
    mock.method(console, name, (text: string) => {
      told[name === "log" ? "stdout" : "stderr"] += `${text}\n`;
    }),
  );
  try {
    return { code: await main(words), ...told };
  } finally {
    for (const { mock } of [...streams, ...lines]) mock.restore();
  }
}

/** Has something done once a folder's search has begun to step; answers how long the rest took, in seconds. */
async function afterFirstStep(folder: string, signal: () => void, ended: Promise<unknown>): Promise<number> {
  while (!readEvents(folder).some(({ event }) => event === "step")) await setTimeout(20);
  const sent = performance.now();
  signal();
  await ended;
  return (performance.now() - sent) / 1000;
}

/** A search that gets a signal, as a process of its own or in this one. */
const signalled = {
  async SIGTERM(words: readonly string[], folder: string) {
    const child = spawn(process.execPath, [join(packageRoot, "bin/naslab.js"), ...words], { stdio: "ignore" });
    const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const seconds = await afterFirstStep(folder, () => child.kill("SIGTERM"), exit);
    return { code: await exit, seconds };
  },
  async SIGINT(words: readonly string[], folder: string) {
    const ended = command(...words);
    const seconds = await afterFirstStep(folder, () => process.kill(process.pid, "SIGINT"), ended);
    const { code, stdout } = await ended;
    assert.equal(JSON.parse(stdout).interrupted, true);
    return { code, seconds };
  },
};

/** A result without times, memory and the number of an interrupted stage. */
function essence(text: string): unknown {
  const { peakMemoryBytes, epochs, ...rest } = JSON.parse(text);
  return { ...rest, epochs: epochs.map(({ seconds, secondsPerStep, ...epoch }: Record<string, unknown>) => epoch) };
}

test("SIGTERM and SIGINT write a checkpoint and end with 143 and 130; resume ends as search would have", async (context) => {
  const whole = await command(...search, "--folder", join(root, "whole"));
  assert.equal(whole.code, 0);
  for (const [signal, expected] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const) {
    const folder = join(root, signal);
    const words = [...search, "--folder", folder, "--checkpoint-every", "1000"];
    const { code, seconds } = await signalled[signal](words, folder);
    context.diagnostic(`${signal}: ${seconds.toFixed(2)} s`);
    assert.equal(code, expected);
    assert.ok(seconds < 10, `${seconds} s`);
    const written = readEvents(folder).filter(({ event }) => event === "checkpoint");
    assert.equal(written.length, 1);
    const resumed = await command("resume", folder, "--json");
    assert.equal(resumed.code, 0);
    assert.deepEqual(essence(resumed.stdout), essence(whole.stdout));
    const again = await command("resume", folder, "--json");
    assert.equal(again.stdout, readFileSync(join(folder, "result.json"), "utf8"));
    assert.equal(again.stdout, resumed.stdout);
  }
});

test("what a run depends on is refused by its option, and so is a folder that is taken or holds no run", async () => {
  const folder = join(root, "whole");
  const before = readdirSync(folder);
  for (const [words, message] of [
    [["resume", folder, "--epochs", "9", "--seed", "1"], /--seed, --epochs: a run goes on with the settings/],
    [["resume", folder, "--checkpoint-every", "soon"], /--checkpoint-every soon is no interval/],
    [["resume", join(root, "none")], /there is no run to resume/],
    [["resume"], /give one folder, got 0/],
    [["show", join(root, "none")], /there is no run/],
    [["show", folder, "--figure", "x"], /--figure x is unknown/],
    [["runs", join(root, "none")], /there is no such folder/],
    [[...search, "--folder", folder], /this folder holds a run; to go on with it: resume/],
  ] as [string[], RegExp][]) {
    const { code, stdout, stderr } = await command(...words);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  }
  assert.deepEqual(readdirSync(folder), before);
});

test("runs lists them, show draws one from its folder alone", async () => {
  const { stdout: table } = await command("runs", root);
  assert.match(table, /^run +method +space +data +epochs +accuracy +status +architecture/);
  assert.match(table, /\nwhole +drnas +nasbench201 +images +2\/2 +\d+\.\d % +finished +\|/);
  const { stdout: list } = await command("runs", root, "--json");
  assert.deepEqual(
    JSON.parse(list).map(({ run }: { run: string }) => run),
    ["SIGINT", "SIGTERM", "whole"],
  );
  const { stdout: shown } = await command("show", join(root, "SIGTERM"));
  assert.match(shown, /DrNAS on NAS-Bench-201, images\*\*: 2 epochs of 2, 6 steps/);
  assert.match(shown, /epoch +train loss/);
  assert.match(shown, /{"status":"interrupted"}/);
  const picture = join(root, "history.svg");
  assert.equal((await command("show", join(root, "whole"), "--output", picture)).code, 0);
  assert.match(readFileSync(picture, "utf8"), /^<svg/);
});

test("a search that asks a benchmark is kept too, and resumed from its settings", async () => {
  const words = ["search", "--method", "evolution", "--evaluations", "40", "--seeds", "3", "--json"];
  const plain = await command(...words);
  const folder = join(root, "evolution");
  assert.deepEqual(await command(...words, "--folder", folder), plain);
  assert.equal((await command("resume", folder, "--json")).stdout, plain.stdout);
  assert.equal(readEvents(folder).filter(({ event }) => event === "run").length, 3);
  rmSync(join(folder, "result.json")); // as if it had been killed
  assert.equal((await command("resume", folder, "--json")).stdout, plain.stdout);
  assert.ok(existsSync(join(folder, "result.json")));
});

test("a search whose settings were changed to a space without a benchmark is not resumed", async () => {
  const folder = join(root, "changed");
  await command("search", "--method", "random", "--evaluations", "2", "--folder", folder);
  rmSync(join(folder, "result.json"));
  const path = join(folder, "settings.json");
  const settings = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...settings, space: spaceRecord(spaces.darts()) }));
  const { code, stderr } = await command("resume", folder);
  assert.notEqual(code, 0);
  assert.match(stderr, /--space darts: .* the package has none of this space; take nasbench201/);
});
