// A search space as a picture: its kinds of cell with every candidate operation on every edge, its operations, its size, its network.
import type { CellKind, SearchSpace } from "../spaces";
import { cellPart, cellParts, operationsLegend } from "./cell-graph";
import { cellTitle } from "./edges";
import { Figure } from "./figure";
import { card, type Part, paragraph, titled } from "./graph";
import { networkBlocks, networkPart, networkWords, sizeWords } from "./network-graph";
import { nodeCandidatesPart } from "./node-cell";
import { looksOf } from "./theme";
import { count } from "./words";

/** Pixels of a candidate. */
const LANE = 1.8;

/** The figure of a space; the network is the papers' final one. */
export function spaceFigure(space: SearchSpace): Figure {
  const size = sizeOf(space);
  const blocks = networkBlocks(space, space.finalSize, { own: true });
  const network = `Network, ${sizeWords(space, space.finalSize)}`;
  const parts = [
    paragraph([size, ...keepWords(space)]),
    cellParts(
      alike(space).map((kinds) => ({
        title: space.cells.length > 1 ? kindsTitle(kinds) : "",
        part: candidatePart(space, kinds[0]),
      })),
    ),
    operationsLegend(space),
    titled(network, networkPart(blocks)),
  ];
  const words = [
    `${space.title}: ${size}`,
    ...keepWords(space),
    `operations: ${space.operations.join(", ")}`,
    `edges: ${space.edges.map(({ name }) => name).join(", ")}`,
    `${network}: ${networkWords(blocks)}`,
  ];
  return new Figure(card(`${space.title}: ${choiceWords(space)}`, parts), words.join("\n"));
}

/** "5 operations on each of 6 edges". */
function choiceWords({ edges }: SearchSpace): string {
  const inputs = edges.filter(({ carries }) => !carries).length;
  if (inputs > 0) return `${edges.length - inputs} choices of an operation, ${inputs} of what comes in`;
  const counts = edges.map(({ candidates }) => candidates.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${least === most ? most : `${least} to ${most}`} operations on each of ${edges.length} edges`;
}

const keepWords = ({ cells, edges }: SearchSpace): string[] => {
  const several = edges.filter(({ carries }) => !carries);
  if (several.length > 0)
    return [
      `Dashed: ${several.map(({ name, picks, candidates }) => `${name} takes ${picks} of ${candidates.length}`).join(", ")}`,
    ];
  const [...kept] = new Set(cells.flatMap(({ keep }) => (keep === null ? [] : [keep])));
  return kept.length === 0 ? [] : [`An architecture keeps ${kept.join(" or ")} of the edges into a node`];
};

/** "5⁶ = 15,625 architectures"; "1.1 × 10¹⁸ architectures". */
function sizeOf({ size, edges, groups }: SearchSpace): string {
  const [{ candidates }] = edges;
  const power =
    groups.length === 0 && edges.every((edge) => edge.candidates.length === candidates.length && edge.picks === 1);
  const formula = power ? `${candidates.length}${superscript(edges.length)} = ` : "";
  return `${formula}${bigCount(size)} architectures`;
}

function bigCount(value: number): string {
  if (value < 1e9) return count(value);
  const [digits, exponent] = value.toExponential(1).split("e+");
  return `${digits} × 10${superscript(Number(exponent))}`;
}

const superscript = (value: number): string =>
  Array.from(String(value), (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");

/** Kinds of cell in sets of those that offer the same. */
function alike(space: SearchSpace): CellKind[][] {
  const sets = new Map<string, CellKind[]>();
  for (const kind of space.cells) {
    const { name, stride, ...shape } = kind;
    const edges = space.edges
      .filter(({ cell }) => cell === name)
      .map(({ from, to, candidates }) => [from, to, candidates]);
    const key = JSON.stringify([shape, edges]);
    sets.set(key, [...(sets.get(key) ?? []), kind]);
  }
  return [...sets.values()];
}

/** "normal cell; reduce cell (stride 2 at its inputs)"; of many kinds the first, the last and their number. */
function kindsTitle(kinds: readonly CellKind[]): string {
  const words = kinds.map(({ name, stride }) => `${cellTitle(name)}${stride === 2 ? " (stride 2 at its inputs)" : ""}`);
  return words.length > 3 ? `cells ${kinds[0].name} … ${kinds.at(-1)!.name} (${kinds.length})` : words.join("; ");
}

function candidatePart(space: SearchSpace, kind: CellKind): Part {
  if (kind.operationsOn === "nodes") return nodeCandidatesPart(space, kind);
  const looks = looksOf(space.catalogue);
  const edges = space.edges
    .filter(({ cell }) => cell === kind.name)
    .map(({ from, to, candidates }) => ({
      from,
      to,
      lanes: candidates.map((o) => ({ colour: looks[o].colour, width: LANE })),
    }));
  return cellPart(kind, edges);
}
