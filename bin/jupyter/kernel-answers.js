// Starts a kernel as Jupyter does and listens for its heartbeat.

const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const { once } = require("node:events");
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:net");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

/** Milliseconds within which a kernel must answer. */
const LIMIT = 30_000;

/** What went wrong, or undefined when the kernel has answered. `argv` is that of its kernel.json. */
async function answers(argv) {
  let Request;
  try {
    ({ Request } = require("zeromq"));
  } catch (error) {
    return `its transport does not load: ${error.message.split("\n")[0]}`;
  }
  const folder = mkdtempSync(join(tmpdir(), "naslab-doctor-"));
  const ports = await freePorts(5);
  const names = ["shell", "iopub", "stdin", "control", "hb"].map((name) => `${name}_port`);
  const connection = { ip: "127.0.0.1", transport: "tcp", key: randomUUID(), signature_scheme: "hmac-sha256" };
  const file = join(folder, "connection.json");
  names.forEach((name, k) => {
    connection[name] = ports[k];
  });
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const words = argv.map((word) => (word === "{connection_file}" ? file : word));
  const kernel = spawn(words[0], words.slice(1), { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  kernel.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = once(kernel, "exit").then(
    () => `it ended: ${said.trim().split("\n").at(-1)}`,
    (error) => error.message,
  );
  const heartbeat = new Request({ linger: 0 });
  heartbeat.connect(`tcp://127.0.0.1:${connection.hb_port}`);
  const beat = heartbeat
    .send("beat")
    .then(() => heartbeat.receive())
    .then(() => undefined);
  const tooLate = sleep(LIMIT, `it did not answer within ${LIMIT / 1000} s`, { ref: false });
  try {
    return await Promise.race([beat, ended, tooLate]);
  } finally {
    beat.catch(() => {}); // closing ends what it waits for
    heartbeat.close();
    kernel.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

module.exports = { answers };
