import assert from "node:assert/strict";
import { test } from "node:test";
import { DISPLAY } from "../../src/display/bundle";
import "../../src/display";
import type { MimeBundle } from "../../src/display/bundle";
import { proxies, proxyNames } from "../../src/proxies";

const bundleOf = (value: object): Promise<MimeBundle> => (value as { [DISPLAY](): Promise<MimeBundle> })[DISPLAY]();

test("the proxies are a table with a row each, and each is a row of it", async () => {
  const markdown = String((await bundleOf(proxies))["text/markdown"]);
  const cells = markdown.split("\n").map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
  assert.deepEqual(new Set(cells.map((row) => row.length)), new Set([5]));
  assert.deepEqual(
    cells.slice(2).map(([name]) => name.trim()),
    proxyNames.map((name) => `\`${name}\``),
  );
  assert.equal(new Set(cells.slice(2).map(([, formula]) => formula)).size, proxyNames.length);
  const plain = String((await bundleOf(proxies.ntk))["text/plain"]);
  assert.match(plain, /^name .*\nntk .* lower .*images/);
  assert.equal(plain.split("\n").length, 2);
});
