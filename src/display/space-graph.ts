// A search space as a picture: the cell with every candidate operation on every edge, and the network that repeats it.
import type { SearchSpace } from "../spaces";
import { Figure } from "./figure";
import { card, edgeCurve, nodeCircles, text } from "./graph";
import { operationColours, operationTitle } from "./theme";
import { count } from "./words";

/** The figure of a space. */
export function spaceFigure(space: SearchSpace): Figure {
  const colours = operationColours(space.operations);
  const middle = (colours.length - 1) / 2;
  const bundles = space.edges.flatMap(({ from, to }) =>
    colours.map(
      (colour, o) =>
        `<path d="${edgeCurve(from, to, o - middle).path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ),
  );
  const size = `${space.operations.length}^${space.edges.length} = ${count(space.size)} architectures`;
  const below = legend(space, colours);
  const words = [
    `${space.title}: ${size}`,
    `operations: ${space.operations.join(", ")}`,
    `edges: ${space.edges.map(({ name }) => name).join(", ")}`,
  ];
  const title = `${space.title}: ${space.operations.length} operations on each of ${space.edges.length} edges, ${superscript(size)}`;
  return new Figure(card(title, bundles.join("") + nodeCircles(space.cells[0].nodes), below, 104), words.join("\n"));
}

/** Exponents as typography sets them: "5^6" is "5⁶". */
function superscript(words: string): string {
  return words.replace(/\^(\d+)/g, (_, digits: string) =>
    Array.from(digits, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join(""),
  );
}

function legend(space: SearchSpace, colours: readonly string[]): string {
  return space.operations
    .map(
      (name, o) =>
        `<rect x="${o * 118}" y="2" width="22" height="5" fill="${colours[o]}"/>${text(operationTitle(name), o * 118 + 28, 9)}`,
    )
    .join("");
}
