import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesField, floatField, integerField, message, varint } from "../../src/backend/protobuf";

// The examples of https://protobuf.dev/programming-guides/encoding
test("the encoding guide's examples", () => {
  assert.equal(varint(1).toString("hex"), "01");
  assert.equal(varint(150).toString("hex"), "9601");
  assert.equal(varint(-2).toString("hex"), "feffffffffffffffff01");
  assert.equal(integerField(1, 150).toString("hex"), "089601");
  assert.equal(bytesField(2, "testing").toString("hex"), "120774657374696e67");
  assert.equal(bytesField(3, integerField(1, 150)).toString("hex"), "1a03089601");
  assert.equal(bytesField(6, message(varint(3), varint(270), varint(86942))).toString("hex"), "3206038e029ea705");
});

test("a float is its tag and four little-endian bytes", () => {
  assert.equal(floatField(4, 1.5).toString("hex"), "250000c03f");
});
