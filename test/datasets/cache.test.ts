import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  promises as fs,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { cacheFolder, datasets } from "../../src/datasets";
import { type Archive, cachedFolder } from "../../src/datasets/cache";
import { CIFAR10 } from "../../src/datasets/cifar10";
import { download } from "../../src/datasets/download";
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
    `hash mismatch: .*has SHA-256 ${sha256(bytes)}, the official file ${CIFAR10_ARCHIVE.sha256}`,
  );
  await assertRefused(datasets.cifar10(), message);
});

/** Answers as a site of files does: whole, or from the byte on that was asked for; the first answer breaks off in its middle. */
function breakingOnce(bytes: Buffer, { ranges = true } = {}) {
  const asked: (string | undefined)[] = [];
  const listener: RequestListener = ({ headers: { range } }, response) => {
    asked.push(range);
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    if (from >= bytes.length) return response.writeHead(416).end();
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": bytes.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (asked.length > 1) return response.end(bytes.subarray(from));
    return response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  };
  return { asked, listener };
}

/** What is in the cache of a download that broke off. */
const KEPT = `${CIFAR10_ARCHIVE.file}.`;
const brokenOff = /cannot read http.*\.tar\.gz \(.*(terminated|aborted|closed).*\); try again/;

test("a download that breaks off is kept, and goes on from there", async () => {
  const { archive, bytes } = smallArchive();
  const { asked, listener } = breakingOnce(bytes);
  await served(listener, async (address) => {
    process.env.NASLAB_DATA_MIRROR = address;
    await assert.rejects(cachedFolder(archive, silent), { name: "UserError", message: brokenOff });
    const [kept, ...others] = readdirSync(cache);
    assert.ok(kept.startsWith(KEPT) && kept.endsWith(".download") && others.length === 0, kept);
    assert.deepEqual(readFileSync(join(cache, kept)), bytes.subarray(0, bytes.length >> 1));
    const told: number[] = [];
    assert.equal(readdirSync(await cachedFolder(archive, ({ received }) => told.push(received))).length, 7);
    assert.deepEqual(asked, [undefined, `bytes=${bytes.length >> 1}-`]);
    assert.ok(told[0] > bytes.length >> 1);
    assert.equal(told.at(-1), bytes.length);
    assert.deepEqual(readdirSync(cache), ["cifar-10-batches-bin"]);
  });
});

test("a site that gives no parts gives all of it again", async () => {
  const { archive, bytes } = smallArchive();
  await served(breakingOnce(bytes, { ranges: false }).listener, async (address) => {
    process.env.NASLAB_DATA_MIRROR = address;
    await assert.rejects(cachedFolder(archive, silent), brokenOff);
    assert.equal(readdirSync(await cachedFolder(archive, silent)).length, 7);
  });
});

test("what was kept whole needs no more than its hash; what was kept wrong is given up", async () => {
  const { archive, bytes } = smallArchive();
  const { asked, listener } = breakingOnce(bytes);
  asked.push("an earlier one");
  await served(listener, async (address) => {
    process.env.NASLAB_DATA_MIRROR = address;
    const kept = join(cache, `${archive.file}.${archive.sha256.slice(0, 8)}.download`);
    writeFileSync(kept, Buffer.alloc(bytes.length + 3));
    await assertRefused(cachedFolder(archive, silent), /hash mismatch/);
    writeFileSync(kept, bytes);
    assert.equal(readdirSync(await cachedFolder(archive, silent)).length, 7);
    assert.deepEqual(asked.slice(1), [`bytes=${bytes.length + 3}-`, `bytes=${bytes.length}-`]);
  });
});

test("two that download the same at once do each other no harm", async () => {
  const { archive, bytes } = smallArchive();
  const { asked, listener } = breakingOnce(bytes);
  asked.push("an earlier one");
  await served(listener, async (address) => {
    process.env.NASLAB_DATA_MIRROR = address;
    const folders = await Promise.all([1, 2, 3].map(() => cachedFolder(archive, silent)));
    assert.equal(new Set(folders).size, 1);
    assert.deepEqual(readdirSync(cache), ["cifar-10-batches-bin"]);
  });
});

test("what is too large is refused before it is here", async () => {
  const { archive } = smallArchive();
  const claimed: RequestListener = (_, response) => {
    response.writeHead(200, { "content-length": 10e9 });
    response.write("some");
  };
  await served(claimed, async (address) => {
    process.env.NASLAB_DATA_MIRROR = address;
    await assertRefused(cachedFolder(archive, silent), /it is larger than 250 MB, which no such file is/);
  });
  const endless: RequestListener = (_, response) => {
    const more = Buffer.alloc(2 ** 20);
    const write = () => {
      while (!response.destroyed && response.write(more));
    };
    response.on("drain", write);
    write();
  };
  await served(endless, async (site) => {
    const hash = { kind: "MD5", sum: "" } as const;
    const wanted = { title: "Ours", site, file: "f", hash, mostBytes: 5e6, partial: join(cache, "f.download") };
    await assertRefused(download(wanted, silent), /it is larger than 5 MB/);
  });
  const file = join(temporaryFolder(), archive.file);
  writeFileSync(file, "");
  truncateSync(file, 10e9); // of which nothing lies on the disk
  process.env.NASLAB_DATA_MIRROR = join(file, "..");
  await assertRefused(cachedFolder(archive, silent), /it is larger than/);
});

test("only what is encrypted, or comes from this machine, is fetched, redirected or not", async () => {
  const { archive } = smallArchive();
  process.env.NASLAB_DATA_MIRROR = "http://192.0.2.1/data"; // an address of nobody's
  await assertRefused(
    cachedFolder(archive, silent),
    /http:\/\/192\.0\.2\.1\/.* is not encrypted: give an https: address/,
  );
  for (const [location, message] of [
    ["http://192.0.2.1/elsewhere", /http:\/\/192\.0\.2\.1\/elsewhere is not encrypted/],
    ["file:///etc/passwd", /file:\/\/\/etc\/passwd is not encrypted/],
    ["/again", /more than 5 redirections/],
  ] as const)
    await served(
      (_, response) => response.writeHead(302, { location }).end(),
      async (address) => {
        process.env.NASLAB_DATA_MIRROR = address;
        await assertRefused(cachedFolder(archive, silent), message);
      },
    );
});

test("a redirection is followed", async () => {
  const { archive, bytes } = smallArchive();
  await served(
    ({ url }, response) =>
      url === "/moved" ? response.end(bytes) : response.writeHead(301, { location: "/moved" }).end(),
    async (address) => {
      process.env.NASLAB_DATA_MIRROR = address;
      assert.equal(readdirSync(await cachedFolder(archive, silent)).length, 7);
    },
  );
});

test("an archive's paths lead nowhere but into its folder", async () => {
  const mirror = temporaryFolder();
  const outside = join(mirror, "outside");
  mkdirSync(outside);
  const names = ["data_batch_1.bin", "../../evil.bin", "/tmp/naslab-evil.bin"];
  const tar = Buffer.concat([
    ...names.map((name) => tarEntry(name, "0")),
    tarEntry("test_batch.bin", "2"),
    Buffer.alloc(1024),
  ]);
  const bytes = gzipSync(tar);
  writeFileSync(join(mirror, CIFAR10_ARCHIVE.file), bytes);
  process.env.NASLAB_DATA_MIRROR = mirror;
  const archive = { ...CIFAR10_ARCHIVE, sha256: sha256(bytes), contents: ["data_batch_1.bin", "evil.bin"] };
  assert.deepEqual(readdirSync(await cachedFolder(archive, silent)), archive.contents);
  assert.deepEqual(readdirSync(cache), ["cifar-10-batches-bin"]);
  assert.ok(!existsSync("/tmp/naslab-evil.bin"));
  rmSync(join(cache, "cifar-10-batches-bin"), { recursive: true });
  // A link is no file.
  await assertRefused(cachedFolder({ ...archive, contents: ["test_batch.bin"] }, silent), /has no test_batch\.bin/);
});

/** A header and a block of an archive. @param type "0" is a file, "2" a link. */
function tarEntry(name: string, type: string): Buffer {
  const entry = Buffer.alloc(1024);
  entry.write(name, 0);
  entry.write("00000000010\0", 124);
  entry.write(" ".repeat(8), 148);
  entry.write(type, 156);
  entry.write("/etc/passwd", 157);
  const sum = entry.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return entry;
}

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
  await assert.rejects(
    cachedFolder({ ...archive, sha256: sha256(half) }, silent),
    /is damaged \(unexpected end of file\)/,
  );
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
