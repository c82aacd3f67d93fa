// A search space as a picture: the cell with every candidate operation on every edge, and the network that repeats it.
import type { NasBench201, SkeletonPart } from "../spaces";
import { Figure } from "./figure";
import { card, edgeCurve, nodeCircles, text } from "./graph";
import { operationColours, operationTitle } from "./theme";
import { count } from "./words";

const titles: Record<SkeletonPart["kind"], (part: SkeletonPart) => string[]> = {
  stem: () => ["stem", "conv 3×3"],
  cells: ({ width }) => ["N cells", `${width === 1 ? "" : width}C channels`],
  "residual block": () => ["residual", "stride 2"],
  head: () => ["head", "pool, linear"],
};

/** The figure of a space. */
export function spaceFigure(space: NasBench201): Figure {
  const colours = operationColours(space.operations);
  const middle = (colours.length - 1) / 2;
  const bundles = space.edges.flatMap(({ from, to }) =>
    colours.map(
      (colour, o) =>
        `<path d="${edgeCurve(from, to, o - middle).path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ),
  );
  const size = `${space.operations.length}^${space.edges.length} = ${count(space.size)} architectures`;
  const below = legend(space, colours) + skeleton(space);
  const words = [
    `${space.title}: ${size}`,
    `operations: ${space.operations.join(", ")}`,
    `edges: ${space.edges.map(({ name }) => name).join(", ")}`,
    `network: ${space.skeleton.map(({ kind, width }) => (kind === "cells" ? `cells (${width}× channels)` : kind)).join(" → ")}`,
  ];
  const title = `${space.title}: ${space.operations.length} operations on each of ${space.edges.length} edges, ${superscript(size)}`;
  return new Figure(card(title, bundles.join("") + nodeCircles(space.nodes), below, 104), words.join("\n"));
}

/** Exponents as typography sets them: "5^6" is "5⁶". */
function superscript(words: string): string {
  return words.replace(/\^(\d+)/g, (_, digits: string) =>
    Array.from(digits, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join(""),
  );
}

function legend(space: NasBench201, colours: readonly string[]): string {
  return space.operations
    .map(
      (name, o) =>
        `<rect x="${o * 118}" y="2" width="22" height="5" fill="${colours[o]}"/>${text(operationTitle(name), o * 118 + 28, 9)}`,
    )
    .join("");
}

/** The network as a strip of boxes from the image to the classes. */
function skeleton({ skeleton: parts }: NasBench201): string {
  const step = 696 / parts.length;
  return parts
    .map((part, k) => {
      const x = k * step;
      const [first, second] = titles[part.kind](part);
      const fill = part.kind === "cells" ? "#dfe8f2" : "#f2f2f2";
      const box = `<rect x="${x + 2}" y="34" width="${step - 18}" height="46" rx="5" fill="${fill}" stroke="#333333"/>`;
      const arrow = k < parts.length - 1 ? text("→", x + step - 8, 61, { size: 13, anchor: "middle" }) : "";
      const centre = x + (step - 14) / 2;
      return (
        box +
        text(first, centre, 54, { anchor: "middle", bold: true }) +
        text(second, centre, 70, { size: 9.5, anchor: "middle" }) +
        arrow
      );
    })
    .join("");
}
