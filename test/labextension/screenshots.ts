// Pictures of what the tests saw, for people to look at.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Lab } from "../notebooks/lab";

const folder = process.env.NASLAB_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "naslab-screenshots-"));

/** Saves what the page shows as NAME.png; the test says where. */
export async function saveScreenshot(lab: Lab, context: TestContext, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  await lab.page.screenshot({ path });
  context.diagnostic(`screenshot: ${path}`);
}
