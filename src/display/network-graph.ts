// The macro network as an overview: its layers from image to classes with channels and resolution, equal ones that follow each other as one.
import type { Layer, NetworkSize, SearchSpace } from "../spaces";
import { Figure } from "./figure";
import { textWidth } from "./font";
import { box, card, innerWidth, type Part, paragraph, round, text } from "./graph";
import { count } from "./words";

/** Layers that are alike, or the image. */
export interface NetworkBlock {
  readonly title: string;
  /** Channels and resolution of what comes out. */
  readonly lines: readonly string[];
  readonly look: "image" | "plain" | "cell" | "reduction" | "head";
  /** Behind it stands the auxiliary tower. */
  readonly auxiliary: boolean;
  /** The operation that an architecture of a chain has here, and its colour. */
  readonly operation?: { readonly title: string; readonly colour: string };
}

interface BlockOptions {
  /** Whether it is an architecture's own network, which may have an auxiliary tower, or other layers than the search network. */
  readonly own?: boolean;
  /** Of an architecture of a chain, by kind of cell. */
  readonly operation?: (cell: string) => NetworkBlock["operation"];
}

/** A network's blocks, in order. */
export function networkBlocks(
  space: SearchSpace,
  size: NetworkSize,
  { own = false, operation = () => undefined }: BlockOptions = {},
): NetworkBlock[] {
  const layers = own ? space.finalLayers(size) : space.layers(size);
  const [height, width, channels] = size.image;
  const cells = layers.filter(({ name }) => name.startsWith("cells."));
  const towerAt = own ? space.auxiliary?.(size.cells) : null;
  const tower = towerAt == null ? null : cells[towerAt];
  const runs: { layer: Layer; count: number; auxiliary: boolean }[] = [];
  for (const layer of layers) {
    const last = runs.at(-1);
    const alike = last && !last.auxiliary && layer !== tower && describe(last.layer) === describe(layer);
    if (alike) last.count++;
    else runs.push({ layer, count: 1, auxiliary: layer === tower });
  }
  const image: NetworkBlock = {
    title: "image",
    lines: [channelWords(channels), `${height}×${width}`],
    look: "image",
    auxiliary: false,
  };
  const blocks = runs.map(({ layer, count, auxiliary }): NetworkBlock => {
    const chosen = layer.kind === "cell" ? operation(layer.cell) : undefined;
    return { ...blockOf(layer, count), auxiliary, ...(chosen && { operation: chosen }) };
  });
  return [image, ...blocks];
}

const describe = (layer: Layer) => JSON.stringify(blockOf(layer, 1));

function blockOf(layer: Layer, repeats: number): Omit<NetworkBlock, "auxiliary"> {
  const { height, width } = layer.output;
  const times = repeats > 1 ? `${repeats} × ` : "";
  const look = layer.input.height > height ? "reduction" : "cell";
  if (layer.kind === "head") return { title: "head", lines: [`${count(layer.output.channels)} classes`], look: "head" };
  const channels = layer.kind === "cell" ? layer.channels : layer.output.channels;
  const lines = [channelWords(channels), `${height}×${width}`];
  if (layer.kind === "cell") return { title: times + layer.cell, lines, look };
  if (layer.kind === "residual") return { title: `${times}residual block`, lines, look };
  if (layer.kind === "operation") return { title: times + layer.operation.title, lines, look };
  const name = layer.kind === "pool" ? "max pool 2×2" : `conv ${layer.window}×${layer.window}`;
  return { title: times + name, lines, look: "plain" };
}

const channelWords = (channels: number) => `${channels} channel${channels === 1 ? "" : "s"}`;

const looks = { image: "#b4eeb4", plain: "#f2f2f2", cell: "#add8e6", reduction: "#8fb8de", head: "#eee8aa" } as const;
const SIZE = 10;
const LINE = 14;
const GAP = 15;
const TOWER = "auxiliary tower";

/** The blocks in rows, an arrow from each to the next. */
export function networkPart(blocks: readonly NetworkBlock[]): Part {
  const boxHeight = (blocks.some(({ operation }) => operation) ? 4 : 3) * LINE + 8;
  const towers = 30;
  let [x, y, rowHeight, width] = [0, 0, boxHeight, 0];
  const drawn = blocks.map(({ title, lines: shape, look, auxiliary, operation }, k) => {
    const lines = operation ? [operation.title, ...shape] : shape;
    const wide = Math.max(textWidth(title, SIZE, true), ...lines.map((line) => textWidth(line, SIZE))) + 10;
    if (k > 0 && x + GAP + wide > innerWidth) [x, y, rowHeight] = [0, y + rowHeight + 16, boxHeight];
    const arrow = k > 0 ? arrowTo(x + GAP, y + boxHeight / 2) : "";
    if (k > 0) x += GAP;
    const middle = x + wide / 2;
    const top = y + (boxHeight - LINE * (lines.length + 1)) / 2 + 11;
    const words = [
      text(title, middle, top, { size: SIZE, anchor: "middle", bold: true }),
      ...lines.map((line, i) => text(line, middle, top + LINE * (i + 1), { size: SIZE, anchor: "middle" })),
    ];
    const tower = auxiliary ? towerBelow(middle, y + boxHeight) : "";
    if (auxiliary) rowHeight = boxHeight + towers;
    const svg = arrow + box(x, y, wide, boxHeight, looks[look], operation?.colour) + words.join("") + tower;
    x += wide;
    width = Math.max(width, x);
    return svg;
  });
  return { width, height: y + rowHeight, svg: drawn.join("") };
}

const ink = "#555555";

/** Into the box whose left rim is at x. */
const arrowTo = (x: number, y: number) =>
  `<path d="M${round(x - GAP + 2)},${round(y)} H${round(x - 5)}" stroke="${ink}"/><polygon points="${round(x - 1)},${round(y)} ${round(x - 6)},${round(y - 3)} ${round(x - 6)},${round(y + 3)}" fill="${ink}"/>`;

function towerBelow(middle: number, y: number): string {
  const width = textWidth(TOWER, SIZE) + 14;
  const arrow = `<path d="M${round(middle)},${round(y)} V${round(y + 6)}" stroke="${ink}"/><polygon points="${round(middle)},${round(y + 11)} ${round(middle - 3)},${round(y + 5)} ${round(middle + 3)},${round(y + 5)}" fill="${ink}"/>`;
  return (
    arrow +
    box(middle - width / 2, y + 11, width, 18, looks.head) +
    text(TOWER, middle, y + 24, { size: SIZE, anchor: "middle" })
  );
}

/** The blocks in words: "image, 3 channels, 32×32 → 4 × normal, 36 channels, 32×32 → …". */
export const networkWords = (blocks: readonly NetworkBlock[]): string =>
  blocks
    .map(
      ({ title, lines, operation, auxiliary }) =>
        [title, ...(operation ? [operation.title] : []), ...lines].join(", ") + (auxiliary ? ` (${TOWER})` : ""),
    )
    .join(" → ");

/** "36 channels, 20 cells". */
export const sizeWords = ({ counts }: SearchSpace, { channels, cells }: NetworkSize): string =>
  `${channelWords(channels)}, ${cells} ${counts}`;

/** The figure of a space's network of this size. @param own an architecture's own, not the search network. */
export function networkFigure(space: SearchSpace, size: NetworkSize, note = "", own = false): Figure {
  const blocks = networkBlocks(space, size, { own });
  const title = `${space.title}, network of ${sizeWords(space, size)}`;
  const lines = note ? [note] : [];
  return new Figure(
    card(title, [...(note ? [paragraph(lines)] : []), networkPart(blocks)]),
    [title, ...lines, networkWords(blocks)].join("\n"),
  );
}
