// Fetches one file of a data set into memory, from a web site or from a folder that stands in for it.
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors";

/** Called as bytes arrive; `total` is undefined where the site does not tell, `done` is true once, at the end. */
export type Report = (progress: { from: string; received: number; total: number | undefined; done: boolean }) => void;

/**
 * The bytes of `file` at `site`: an http:, https: or file: address, or a folder.
 * @throws UserError if it cannot be had, with the reason.
 */
export async function download(
  title: string,
  site: string,
  file: string,
  report: Report,
): Promise<{ bytes: Buffer; from: string }> {
  const remote = /^https?:/i.test(site);
  const from = remote ? `${site.replace(/\/+$/, "")}/${file}` : join(localFolder(site), file);
  try {
    return { bytes: remote ? await fetchBytes(from, report) : await fs.readFile(from), from };
  } catch (error) {
    throw new UserError(
      `${title}: cannot read ${from} (${reason(error)}); try again, set NASLAB_DATA_MIRROR to a folder or address ` +
        `that has ${file}, or unpack it yourself and name its folder`,
    );
  }
}

function localFolder(site: string): string {
  return /^file:/i.test(site) ? fileURLToPath(site) : site;
}

async function fetchBytes(address: string, report: Report): Promise<Buffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
  const total = Number(response.headers.get("content-length")) || undefined;
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    received += chunk.length;
    report({ from: address, received, total, done: false });
  }
  report({ from: address, received, total, done: true });
  return Buffer.concat(chunks);
}

/** fetch hides the system's reason ("ECONNREFUSED", "ENOTFOUND") in the cause of its "fetch failed". */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  const why = cause as NodeJS.ErrnoException | undefined;
  return why ? `${message}: ${why.code ?? why.message}` : message;
}

/** Tells of a download on stderr: one line that is rewritten on a terminal, else one line for each tenth. */
export const reportOnStderr: Report = (() => {
  let told = -1;
  return ({ from, received, total, done }) => {
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    const step = done ? 100 : Math.floor((100 * received) / (total ?? 2e8));
    if (step === told || (!process.stderr.isTTY && Math.floor(step / 10) === Math.floor(told / 10))) return;
    told = done ? -1 : step;
    const line = `Downloading ${from}: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""} MB`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${done ? "\n" : ""}` : `${line}\n`);
  };
})();
