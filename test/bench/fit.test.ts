import assert from "node:assert/strict";
import { test } from "node:test";
import { exponent, line } from "../../bench/frame/fit";
import { median, milliseconds, quartiles } from "../../bench/frame/quartiles";

const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("quartiles are those of linear interpolation", () => {
  assert.deepEqual(quartiles([4, 1, 3, 2]), [1.75, 3.25]); // numpy.quantile([4, 1, 3, 2], [0.25, 0.75])
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
  assert.ok(Number.isNaN(median([])));
});

test("an exponent is found whatever the factor", () => {
  const x = [16, 32, 64, 256];
  close(
    exponent(
      x,
      x.map((value) => 3 * value ** 1.7),
    ),
    1.7,
  );
});

test("a weighted line goes nearer to the points that count more", () => {
  const { intercept, slope } = line([1, 2, 3], [5, 7, 9]);
  close(intercept, 3);
  close(slope, 2);
  // By hand: the third point has no weight, the line goes through the other two.
  const two = line([1, 2, 3], [5, 7, 100], [1, 1, 0]);
  close(two.intercept, 3);
  close(two.slope, 2);
});

test("milliseconds keep three digits", () => {
  assert.deepEqual([0.2781, 0.02781, 0.002781, 0.0002781].map(milliseconds), ["278", "27.8", "2.78", "0.278"]);
});
