import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePng } from "../../src/display/png";
import { plainBundle } from "../../src/kernel/plain";

const types = async (value: unknown) => Object.keys((await plainBundle(value)) ?? {});

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>';
for (const text of [svg, `<?xml version="1.0"?>\n<!DOCTYPE svg>\n<!-- made -->\n${svg}\n`])
  test(`${text.slice(0, 5)}… is an SVG image`, () => {
    assert.deepEqual(plainBundle(text), {
      "image/svg+xml": text,
      "text/plain": `SVG image, ${text.length} characters`,
    });
  });
for (const text of ["a text", "<svg", `see ${svg}`, `${svg} and more`, "<svgs></svgs>"])
  test(`"${text.slice(0, 12)}" is a text`, () => assert.equal(plainBundle(text), undefined));

test("bytes of a PNG, JPEG or GIF are an image, other bytes are not", async () => {
  const png = encodePng(Uint8Array.of(0, 255), 1, 2, 1);
  assert.deepEqual(plainBundle(new Uint8Array(png)), {
    "image/png": png.toString("base64"),
    "text/plain": `PNG image, ${png.length} bytes`,
  });
  assert.deepEqual(await types(Buffer.from([0xff, 0xd8, 0xff, 0xe0])), ["image/jpeg", "text/plain"]);
  assert.deepEqual(await types(Buffer.from("GIF89a")), ["image/gif", "text/plain"]);
  assert.deepEqual(await types(Buffer.from("PNG")), []);
});

test("a canvas is the PNG that it gives, at once or later", async () => {
  const png = encodePng(Uint8Array.of(7), 1, 1, 1).toString("base64");
  const address = `data:image/png;base64,${png}`;
  for (const answer of [address, Promise.resolve(address)]) {
    const canvas = { width: 3, height: 2, getContext: () => null, toDataURL: () => answer };
    assert.deepEqual(await plainBundle(canvas), { "image/png": png, "text/plain": "canvas, 3 × 2" });
  }
});

test("a specification of Vega or Vega-Lite is a chart of its version", async () => {
  const schema = (name: string) => ({ $schema: `https://vega.github.io/schema/${name}.json`, mark: "bar" });
  assert.deepEqual(await types(schema("vega-lite/v5.8.0")), ["application/vnd.vegalite.v5+json", "text/plain"]);
  assert.deepEqual(await types(schema("vega/v5")), ["application/vnd.vega.v5+json", "text/plain"]);
  assert.deepEqual(await types({ $schema: "https://json-schema.org/draft-07/schema" }), []);
});

test("a figure of Plotly is one, its typed arrays as lists", async () => {
  const bundle = await plainBundle({ data: [{ type: "scatter", y: Float64Array.of(1, Number.NaN, 2) }] });
  assert.deepEqual(bundle!["application/vnd.plotly.v1+json"], {
    layout: {},
    data: [{ type: "scatter", y: [1, null, 2] }],
  });
  assert.equal((await types({ data: [{ y: [1] }], layout: {} })).length, 2);
  for (const other of [{ data: [1, 2] }, { data: [{ y: [1] }] }, { data: [], error: 1 }, {}])
    assert.deepEqual(await types(other), [], JSON.stringify(other));
});

test("a list of plain objects is a table; columns are united, numbers rounded and aligned, signs kept", async () => {
  const rows = [
    { name: "a|b*\n<i>", score: 1 / 3, seen: undefined },
    { name: null, score: 2n, more: { deep: [1] } },
  ];
  const { "text/markdown": table, "text/plain": text } = (await plainBundle(rows))!;
  assert.equal(
    table,
    [
      "| name | score | seen | more |",
      "| --- | ---: | ---: | --- |",
      "| a&#124;b&#42; &#60;i&#62; | 0.333333 |  |  |",
      "|  | 2 |  | &#123; deep&#58; &#91;Array&#93; &#125; |",
    ].join("\n"),
  );
  assert.match(String(text), /0\.3333333333333333/);
  for (const other of [[], [{}], [1], [[1]], [new Map()], [{ a: 1 }, 2]])
    assert.deepEqual(await types(other), [], JSON.stringify(other));
});

test("a long or wide table is cut, and what is left out is counted", async () => {
  const wide = Object.fromEntries(Array.from({ length: 21 }, (_, k) => [`c${k}`, k]));
  const { "text/markdown": table } = (await plainBundle(Array(1234).fill(wide)))!;
  const lines = String(table).split("\n");
  assert.equal(lines.length, 2 + 20 + 2);
  assert.equal(lines[0]!.split("|").length, 2 + 20);
  assert.equal(lines.at(-1), "… 1,214 more rows of 1,234; 1 more column of 21");
});
