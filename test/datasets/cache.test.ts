import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { promises as fs, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { pathToFileURL } from "node:url";
import { cacheFolder, datasets } from "../../src/datasets";
import { type Archive, cachedFolder } from "../../src/datasets/cache";
import { CIFAR10 } from "../../src/datasets/cifar10";
import { UserError } from "../../src/errors";
import { filesIn, records, temporaryFolder } from "./cifar10-files";

const CIFAR10_ARCHIVE = CIFAR10.archive;

const variables = ["NASLAB_DATA", "NASLAB_DATA_MIRROR", "XDG_CACHE_HOME"];
const before = variables.map((name) => process.env[name]);
let cache: string;

beforeEach(() => {
  for (const name of variables) delete process.env[name];
  cache = temporaryFolder();
  process.env.NASLAB_DATA = cache;
});

afterEach(() => {
  mock.restoreAll();
  for (const [i, name] of variables.entries()) {
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  }
});

/** A small archive of the same layout as the official one, made by the system's tar, in a folder of its own. */
function smallArchive(): { archive: Archive; mirror: string; bytes: Buffer } {
  const mirror = temporaryFolder();
  const contents: Record<string, Uint8Array | string> = { "test_batch.bin": records(20, 2), "readme.html": "<html>" };
  for (let n = 1; n <= 5; n++) contents[`data_batch_${n}.bin`] = records(n, 1);
  contents["batches.meta.txt"] = `${"abcdefghij".split("").join("\n")}\n`;
  filesIn(join(mirror, CIFAR10_ARCHIVE.folder), contents);
  execFileSync("tar", ["-czf", CIFAR10_ARCHIVE.file, CIFAR10_ARCHIVE.folder], { cwd: mirror });
  const bytes = readFileSync(join(mirror, CIFAR10_ARCHIVE.file));
  return { archive: { ...CIFAR10_ARCHIVE, sha256: sha256(bytes) }, mirror, bytes };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Runs `action` with the address of a server on this machine. */
async function served(listener: RequestListener, action: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await action(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const silent = () => {};

async function assertRefused(result: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(result, (error: Error) => {
    assert.match(error.message, message);
    assert.ok(error instanceof UserError);
    return true;
  });
  assert.deepEqual(readdirSync(cache), [], "the cache holds nothing after a failure");
}

test("the cache is NASLAB_DATA, else naslab in the user's cache folder", () => {
  assert.equal(cacheFolder(), cache);
  process.env.NASLAB_DATA = "";
  process.env.XDG_CACHE_HOME = "/xdg";
  assert.equal(cacheFolder(), "/xdg/naslab");
  delete process.env.XDG_CACHE_HOME;
  assert.equal(cacheFolder(), join(homedir(), ".cache", "naslab"));
});

test("an archive is downloaded once, with its progress, checked and unpacked whole", async () => {
  const { archive, bytes } = smallArchive();
  const asked: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request.url);
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, 100));
    setImmediate(() => response.end(bytes.subarray(100)));
  };
  await served(listener, async (address) => {
    process.env.NASLAB_DATA_MIRROR = `${address}/data/`;
    const told: { received: number; total: number | undefined; done: boolean }[] = [];
    const folder = await cachedFolder(archive, (progress) => told.push(progress));
    assert.equal(folder, join(cache, "cifar-10-batches-bin"));
    assert.deepEqual(readdirSync(cache), ["cifar-10-batches-bin"]);
    assert.deepEqual(readdirSync(folder).sort(), [...archive.contents].sort());
    assert.deepEqual([told.at(-1)?.received, told.at(-1)?.total], [bytes.length, bytes.length]);
    assert.deepEqual(
      told.map((t) => t.done),
      told.map((_, i) => i === told.length - 1),
    );
    assert.equal(await cachedFolder(archive, silent), folder);
    assert.deepEqual(asked, ["/data/cifar-10-binary.tar.gz"]);
  });
  // The public loader finds it there, and no longer needs the server.
  const data = await datasets.cifar10();
  assert.deepEqual([...data.train.labels, ...data.test!.labels], [1, 2, 3, 4, 5, 0, 1]);
  assert.equal(data.classes.join(""), "abcdefghij");
});

test("a folder and a file: address stand in for the official site", async () => {
  const { archive, mirror } = smallArchive();
  for (const site of [mirror, pathToFileURL(mirror).href, `${pathToFileURL(mirror).href}/`]) {
    cache = temporaryFolder();
    process.env.NASLAB_DATA = join(cache, "made", "on", "demand");
    process.env.NASLAB_DATA_MIRROR = site;
    assert.ok(readdirSync(await cachedFolder(archive, silent)).includes("test_batch.bin"));
  }
});

test("an archive with another hash is refused", async () => {
  const { mirror, bytes } = smallArchive();
  process.env.NASLAB_DATA_MIRROR = mirror;
  const message = new RegExp(
    `hash mismatch: .*has SHA-256 ${sha256(bytes)}, the official archive ${CIFAR10_ARCHIVE.sha256}`,
  );
  await assertRefused(datasets.cifar10(), message);
});

test("an interrupted download is refused, and can be repeated", async () => {
  const { archive, bytes } = smallArchive();
  let broken = true;
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    if (!broken) response.end(bytes);
    else response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  };
  await served(listener, async (address) => {
    process.env.NASLAB_DATA_MIRROR = address;
    await assertRefused(
      cachedFolder(archive, silent),
      /cannot read http.*\.tar\.gz \(.*(terminated|aborted|closed).*\); try again/,
    );
    broken = false;
    assert.equal(readdirSync(await cachedFolder(archive, silent)).length, 7);
  });
});

test("a site without the archive, or none at all, is told with the remedy", async () => {
  const { archive } = smallArchive();
  const missing: RequestListener = (_, response) => response.writeHead(404).end("gone");
  let address = "";
  await served(missing, async (given) => {
    address = given;
    process.env.NASLAB_DATA_MIRROR = address;
    await assertRefused(cachedFolder(archive, silent), /\(HTTP 404 Not Found\); try again, set NASLAB_DATA_MIRROR/);
  });
  await assertRefused(cachedFolder(archive, silent), /\(fetch failed: ECONNREFUSED\)/);
  process.env.NASLAB_DATA_MIRROR = join(cache, "nowhere");
  await assertRefused(cachedFolder(archive, silent), /cannot read .*nowhere.*\(ENOENT/);
});

test("a full disk is told with the remedy", async () => {
  const { archive, mirror } = smallArchive();
  process.env.NASLAB_DATA_MIRROR = mirror;
  const write = fs.writeFile;
  let files = 0;
  mock.method(fs, "writeFile", async (path: string, bytes: Uint8Array) => {
    if (++files < 3) return write(path, bytes);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
  await assertRefused(
    cachedFolder(archive, silent),
    /no space left in ".*"; free some, or set NASLAB_DATA to a folder on another disk/,
  );
  assert.equal(files, 3);
});

test("a cache that cannot be written is told with the remedy", async () => {
  const { archive, mirror } = smallArchive();
  process.env.NASLAB_DATA_MIRROR = mirror;
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  process.env.NASLAB_DATA = join(file, "cache");
  await assertRefused(
    cachedFolder(archive, silent),
    /cannot write in ".*cache"; set NASLAB_DATA to a folder that you may write in/,
  );
});

test("an archive that lacks a file, or is no archive, leaves nothing behind", async () => {
  const { archive, mirror, bytes } = smallArchive();
  process.env.NASLAB_DATA_MIRROR = mirror;
  const wanting = { ...archive, contents: [...archive.contents, "data_batch_6.bin"] };
  await assertRefused(cachedFolder(wanting, silent), /cifar-10-binary\.tar\.gz has no data_batch_6\.bin/);
  const half = bytes.subarray(0, bytes.length >> 1);
  writeFileSync(join(mirror, archive.file), half);
  await assert.rejects(cachedFolder({ ...archive, sha256: sha256(half) }, silent), /unexpected end of file/);
  assert.deepEqual(readdirSync(cache), []);
});

test("two processes that download at once both find the data", async () => {
  const { archive, mirror } = smallArchive();
  process.env.NASLAB_DATA_MIRROR = mirror;
  const folders = await Promise.all([cachedFolder(archive, silent), cachedFolder(archive, silent)]);
  assert.equal(folders[0], folders[1]);
  assert.deepEqual(readdirSync(cache), ["cifar-10-batches-bin"]);
  mkdirSync(join(cache, "other"));
  assert.equal(await cachedFolder(archive, silent), folders[0]);
});
