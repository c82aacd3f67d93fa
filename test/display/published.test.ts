import assert from "node:assert/strict";
import { test } from "node:test";
import { published } from "../../src";
import { DISPLAY, type MimeBundle } from "../../src/display/bundle";

test("the published architectures show themselves as a table of printed and counted parameters", async () => {
  const bundle: MimeBundle = await (published as unknown as { [DISPLAY]: () => Promise<MimeBundle> })[DISPLAY]();
  const [markdown, text] = [String(bundle["text/markdown"]), String(bundle["text/plain"])];
  assert.match(
    markdown,
    /^\| `darts-v1` \| DARTS, first order \(2019\) \| CIFAR-10 \| 3\.3 \| 3,169,414 \| 501\.0 \| the network is/m,
  );
  assert.match(text, /^drnas-imagenet +DrNAS on ImageNet \(2021\) +ImageNet +5\.7 +5,726,368 +624\.4 /m);
  assert.equal(markdown.split("\n").length, 2 + Object.keys(published).length);
  assert.ok(!Object.keys(published).includes(String(DISPLAY)));
});
