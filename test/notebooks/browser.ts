// The browser that the tests use: the one named by NASLAB_BROWSER, else Debian's Chromium.
import { type Browser, chromium } from "playwright-core";

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.NASLAB_BROWSER ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid?.() !== 0, // Chromium's sandbox does not work for root
    args: [
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
