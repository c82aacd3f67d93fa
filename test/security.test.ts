// What docs/security.md promises of a running JupyterLab, its kernel and the library. What files may do: test/bad-input and test/properties.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { datasets, drnas, spaces, useBackend } from "../src";
import { packageRoot } from "../src/root";
import { family, listening } from "./listening";
import { freePort } from "./notebooks/server";

const linux = { skip: process.platform !== "linux" && "reads Linux's /proc" };
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|0{31}1|0{20}ffff7f\w{6}):\d+$/;

/** Waits until it is there. */
async function until<T>(what: string, look: () => T | undefined | false, seconds = 60): Promise<T> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await setTimeout(100)) {
    const found = look();
    if (found) return found;
  }
  return assert.fail(`${what}: not within ${seconds} s`);
}

suite("npm start", linux, async () => {
  const folder = mkdtempSync(join(tmpdir(), "naslab-security-"));
  const runtime = join(folder, "runtime");
  const port = await freePort();
  const lab = spawn(process.execPath, [join(packageRoot, "bin/naslab.js"), "lab", "--no-browser", `--port=${port}`], {
    env: { ...process.env, HOME: folder, JUPYTER_RUNTIME_DIR: runtime, JUPYTER_CONFIG_DIR: join(folder, "config") },
    stdio: "ignore",
  });
  const ended = once(lab, "exit");
  after(async () => {
    lab.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  });
  let server = { url: "", token: "" };
  let connection = { path: "", ip: "", key: "", ports: [0] };

  test("JupyterLab keeps its token, and answers nobody without it", async () => {
    const name = await until("the server's note", () =>
      namesIn(runtime).find((each) => /^jpserver-\d+\.json$/.test(each)),
    );
    server = JSON.parse(readFileSync(join(runtime, name), "utf8"));
    assert.match(server.token, /^[0-9a-f]{48}$/);
    for (const headers of [{}, { authorization: "token 0" }] as Record<string, string>[])
      assert.equal((await fetch(`${server.url}api/kernels`, { headers })).status, 403);
  });

  test("a kernel's connection file is its user's alone, with a key and the loopback address", async () => {
    const started = await fetch(`${server.url}api/kernels`, {
      method: "POST",
      headers: { authorization: `token ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "naslab" }),
    });
    assert.equal(started.status, 201, await started.clone().text());
    const { id } = (await started.json()) as { id: string };
    const path = join(runtime, `kernel-${id}.json`);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const file: Record<string, string | number> = JSON.parse(readFileSync(path, "utf8"));
    const ports = Object.entries(file).flatMap(([name, value]) => (name.endsWith("_port") ? [Number(value)] : []));
    connection = { path, ip: String(file.ip), key: String(file.key), ports };
    assert.equal(connection.ip, "127.0.0.1");
    assert.ok(connection.key.length >= 32);
    assert.equal(file.signature_scheme, "hmac-sha256");
  });

  test("server and kernel listen on the loopback addresses only", async () => {
    const wanted = [port, ...connection.ports];
    const addresses = await until("all ports", () => {
      const found = listening(family(lab.pid!));
      return wanted.every((each) => found.some((address) => address.endsWith(`:${each}`))) && found;
    });
    assert.ok(addresses.length >= 6);
    for (const address of addresses) assert.match(address, LOOPBACK);
  });
});

test("a socket that listens beyond would be seen", linux, async () => {
  const open = createServer().listen(0, "0.0.0.0");
  await once(open, "listening");
  const found = listening([process.pid]).filter((address) => !LOOPBACK.test(address));
  open.close();
  assert.equal(found.length, 1);
});

test("a search listens nowhere, and loads nothing of the installers that its packages bring", linux, async () => {
  await useBackend();
  const images = { images: new Uint8Array(16 * 64), labels: Array.from({ length: 16 }, (_, k) => k % 2) };
  const data = datasets.fromArrays({ train: images, shape: [8, 8, 1] });
  const run = drnas(spaces.nasBench201(), data, { channels: 2, cells: 1, batch: 4, epochs: 1, stepsPerEpoch: 1 });
  await run.stage();
  run.dispose();
  assert.deepEqual(listening([process.pid]), []);
  const installers = /\/node_modules\/(tar|adm-zip|https-proxy-agent|rimraf|glob|cmake-ts\/build\/build)\//;
  assert.deepEqual(
    Object.keys(require.cache).filter((path) => installers.test(path)),
    [],
  );
  assert.match(readFileSync(join(packageRoot, ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
});

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not made yet
  }
}
