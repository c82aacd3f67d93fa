// Colours that a colour-blind reader tells apart, by the simulation of Machado, Oliveira & Fernandes (IEEE TVCG 2009) at full severity.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parts } from "../../src/display/step-times";
import { looksOf, looksOfNames, operationColours } from "../../src/display/theme";
import { operationNamed, operationNames, spacesByName } from "../../src/spaces";
import { chain } from "./chain";

type Triple = [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const vision: Record<string, Matrix> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** Linear sRGB to CIE XYZ over the white point D65. */
const toXyz: Matrix = [
  [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
];

const times = (matrix: Matrix, vector: Triple) =>
  matrix.map((row) => row.reduce((sum, value, k) => sum + value * vector[k], 0)) as Triple;

/** Linear light of "#rrggbb". */
const linear = (colour: string) =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Triple;

/** CIE L*a*b*, in which 2.3 is just noticeable. */
function lab(light: Triple): Triple {
  const clipped = light.map((value) => Math.min(1, Math.max(0, value))) as Triple;
  const [x, y, z] = times(toXyz, clipped).map((t) =>
    t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29,
  );
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function nearest(colours: readonly string[], matrix: Matrix): number {
  const seen = colours.map((colour) => lab(times(matrix, linear(colour))));
  const distances = seen.flatMap((a, i) =>
    seen.slice(i + 1).map((b) => Math.hypot(...a.map((value, k) => value - b[k]))),
  );
  return Math.min(...distances);
}

suite("the operations' colours", () => {
  for (const space of [...Object.values(spacesByName), chain])
    test(`of ${space.name} are told apart with every kind of colour vision, on white and on dark`, () => {
      const colours = operationColours(space.operations);
      for (const { candidates, name: edge } of space.edges)
        for (const [name, matrix] of Object.entries(vision)) {
          const distance = nearest(
            candidates.map((o) => colours[o]),
            matrix,
          );
          assert.ok(distance > 15, `${edge}, ${name}: ${distance.toFixed(1)}`);
        }
      for (const colour of colours) {
        const luminance = times(toXyz, linear(colour))[1];
        assert.ok(1.05 / (luminance + 0.05) > 1.9, `${colour} on white`);
        assert.ok((luminance + 0.05) / 0.0555 > 1.5, `${colour} on JupyterLab's dark #111111`);
      }
    });

  test("so are those of a step's parts", () => {
    for (const [name, matrix] of Object.entries(vision))
      assert.ok(
        nearest(
          parts.map(([, colour]) => colour),
          matrix,
        ) > 15,
        name,
      );
  });

  test("every operation of NASLab has one, and its title", () => {
    const own = operationColours(["one of mine", ...operationNames]);
    const withOther = operationColours(["one of mine", "another of mine", ...operationNames]);
    assert.deepEqual(own.slice(1), withOther.slice(2)); // none takes the next of the other colours
    for (const name of operationNames) assert.equal(looksOfNames([name])[0].title, operationNamed(name).title);
  });

  test("a user's own have the titles that the user gives, and their names where there is none, or not one alone", () => {
    const title = (looks: { title: string }[]) => looks.map((look) => look.title);
    assert.deepEqual(title(looksOf([{ name: "a", title: "mine" }, operationNamed("noise")])), ["mine", "noise"]);
    assert.deepEqual(title(looksOfNames(["my_own", "nor_conv_1x1"])), ["my own", "conv 1×1"]);
    assert.deepEqual(title(looksOfNames(["max_pool_3x3", "maxpool3x3"])), ["max_pool_3x3", "maxpool3x3"]);
  });
});
