import assert from "node:assert/strict";
import { test } from "node:test";
import { ControlState } from "../../src/kernel/control-state";
import { insert } from "../../src/kernel/insertions";
import { guardLoops, installLoopGuard, LoopInterrupt } from "../../src/kernel/loops";

const cases: [code: string, guarded: string][] = [
  ["for (;;) {}", "for (;;) { __naslabLoop();}"],
  ["for (;;);", "for (;;){ __naslabLoop(); ; }"],
  ["while (a) b();", "while (a) { __naslabLoop(); b(); }"],
  ["do a++; while (a);", "do { __naslabLoop(); a++; } while (a);"],
  [
    "for (const a of b)\n  for (const c in a) c;",
    "for (const a of b)\n  { __naslabLoop(); for (const c in a) { __naslabLoop(); c; } }",
  ],
  ["const f = () => { for (;;) {} };", "const f = () => { for (;;) { __naslabLoop();} };"],
  ["a.map((b) => b);", "a.map((b) => b);"],
];
for (const [code, guarded] of cases) test(`${code} is guarded`, () => assert.equal(guardLoops(code), guarded));

test("a loop throws when it is cut, once", () => {
  const state = new ControlState();
  installLoopGuard(state);
  const loop = new Function(guardLoops("let n = 0; for (; n < 5; n++); return n;")) as () => number;
  assert.equal(loop(), 5);
  state.cut();
  assert.throws(loop, LoopInterrupt);
  assert.equal(loop(), 5);
});

test("an offset behind insertions is found again", () => {
  const { text, original } = insert("abcd", [
    { at: 2, text: "--" },
    { at: 1, text: "+" },
  ]);
  assert.equal(text, "a+b--cd");
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map(original), [0, 1, 1, 2, 2, 2, 3]);
});
