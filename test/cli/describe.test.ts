import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { published, spaces, spacesByName } from "../../src/spaces";
import { naslab } from "./naslab";

const folder = mkdtempSync(join(tmpdir(), "naslab-test-"));
after(() => rmSync(folder, { recursive: true }));

const residual = "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|skip_connect~2|";

test("spaces lists every space with its size and networks", async () => {
  const { code, stdout, stderr } = await naslab(["spaces", "--json"]);
  assert.equal(code, 0, stderr);
  const list = JSON.parse(stdout);
  assert.deepEqual(
    list.map(({ name }: { name: string }) => name),
    Object.keys(spacesByName),
  );
  const { paper, ...darts } = list.find(({ name }: { name: string }) => name === "darts");
  assert.match(paper, /Differentiable/);
  assert.deepEqual(darts, {
    name: "darts",
    title: "DARTS",
    size: spaces.darts().size,
    operations: spaces.darts().operations,
    cells: [
      { name: "normal", nodes: 6, edges: 14 },
      { name: "reduce", nodes: 6, edges: 14 },
    ],
    search: { channels: 16, cells: 8, epochs: 50 },
    final: { channels: 36, cells: 20 },
    image: [32, 32, 3],
    classes: 10,
  });
  const table = await naslab(["spaces"]);
  assert.match(table.stdout, /^darts +DARTS: 1\.08 · 10\^18 architectures, 28 edges$/m);
});

suite("describe", { concurrency: 2 }, () => {
  const described = async (...words: string[]) => {
    const { code, stdout, stderr } = await naslab(["describe", ...words, "--json"]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  test("tells what the papers' final network costs", async () => {
    const { architecture, parameters, ...rest } = await described("darts", "drnas-cifar10");
    assert.equal(parameters, 4_099_294);
    assert.equal(rest.multiplyAdds, 635_135_616);
    assert.ok(rest.activationBytes > 0);
    assert.equal(rest.canonical, architecture);
    assert.equal(architecture, String(published["drnas-cifar10"].in(spaces.darts())));
    assert.deepEqual(rest.network, { channels: 36, cells: 20, image: [32, 32, 3], classes: 10 });
    assert.equal(rest.published.printedMillions, 4.1);
    assert.deepEqual(await described("darts", architecture), {
      ...{ space: "darts", architecture, parameters },
      ...rest,
      published: null,
    });
  });

  test("of a space's network, published architectures from outside it too", async () => {
    const { space, parameters, inSpace } = await described("darts-imagenet", "nasnet-a");
    assert.deepEqual([space, parameters, inSpace], ["darts-imagenet", 5_564_320, false]);
  });

  test("gives the benchmark's canonical form", async () => {
    const { canonical } = await described("nasbench201", residual);
    assert.equal(canonical, "#+#+#+(0)@nor_conv_3x3");
  });

  for (const words of [
    ["nasbench201", residual],
    ["darts", "nasnet-a"],
  ]) {
    test(`draws ${words.join(" ")}`, async () => {
      const file = join(folder, "cell.svg");
      const { code, stdout, stderr } = await naslab(["describe", ...words, "--output", file]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^parameters +\d/m);
      assert.match(readFileSync(file, "utf8"), /^<svg /);
    });
  }
});
