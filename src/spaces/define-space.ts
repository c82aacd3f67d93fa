// A space of a user's own, from a short description; what makes no sense is refused with its place.
import { z } from "zod";
import { UserError } from "../errors";
import type { Edge } from "./choices";
import { stepsOf } from "./cost";
import { cifarNetwork, imageNetNetwork } from "./darts";
import { edgeNotation } from "./edge-notation";
import { type CellLayer, isCell, type MapShape } from "./layers";
import { nasBench201Network } from "./nasbench201";
import { type Operation, type OwnFunction, operationNamed } from "./operations";
import { spaces, spacesByName } from "./registry";
import { type CellKind, type Scale, SearchSpace, type SpaceDefinition } from "./space";

/** An operation of your own: a function of feature maps, or steps (see `Operation`). */
export type OwnOperation = ({ readonly name: string; readonly title?: string } & OwnFunction) | Operation;

/** A kind of cell. */
export interface OwnCell {
  readonly name: string;
  /** 1: the layer before (default); 2: the two layers before, each through a 1×1 convolution. */
  readonly inputs?: 1 | 2;
  /** How many there are, the inputs first. */
  readonly nodes: number;
  /** From lower to higher nodes, as [from, to] or with operations of their own; by default "all". */
  readonly edges?: "all" | readonly (readonly [from: number, to: number] | OwnEdge)[];
  /** Nodes that are concatenated; by default the last. */
  readonly output?: readonly number[];
  /** Of the edges that leave an input; 2 halves the maps and doubles the channels. Default 1. */
  readonly stride?: 1 | 2;
  /** How many of the edges into a node an architecture keeps; by default all. */
  readonly keep?: number;
}

export interface OwnEdge {
  readonly from: number;
  readonly to: number;
  /** Names of its candidates, two at least; by default all of the space's operations. */
  readonly operations?: readonly string[];
}

/**
 * A layer of the network, or several cells one after the other. `times`: how many, "N" for as many as the settings' `cells`. Whatever
 * halves the maps (a cell of stride 2, "residual", "pool") doubles the channels of the cells from there on; a convolution has `channels`
 * times C, by default as many as the next cells.
 */
export type OwnLayer =
  | { readonly cell: string; readonly times?: number | "N" }
  | { readonly convolution: number; readonly channels?: number; readonly stride?: 1 | 2 }
  | "residual"
  | "pool";

export interface OwnSpace {
  readonly name: string;
  readonly title?: string;
  readonly paper?: string;
  /** Names of NASLab's, or your own. */
  readonly operations: readonly (string | OwnOperation)[];
  readonly cells: readonly OwnCell[];
  /**
   * Its layers; batch norm, ReLU, pooling and the classifier follow. Or another space's network: "nasbench201" (of a cell named "cell"),
   * "darts" or "darts-imagenet" (of "normal" and "reduce").
   */
  readonly network: "nasbench201" | "darts" | "darts-imagenet" | readonly OwnLayer[];
  /** The search network, by default that of the space whose network it is, or C = 16, N = 5, 50 epochs. */
  readonly search?: Partial<SpaceDefinition["search"]>;
  /** The final network; likewise. */
  readonly final?: Partial<Scale>;
  /** Height, width and channels, by default those of the space whose network it is, or 32 × 32 × 3. */
  readonly image?: readonly [number, number, number];
  readonly classes?: number;
}

const count = z.int().positive();
/** Of nodes, cells, layers: far more than any paper has, few enough to be laid out at once. */
const MOST = 100;
const few = count.max(MOST);
const node = z.int().nonnegative();
const stride = z.union([z.literal(1), z.literal(2)], "1 or 2");
const aFunction = z.custom<(...given: never) => unknown>((value) => typeof value === "function", "a function");
const word = z.string().regex(/^[\w.-]+$/, 'a name has letters, digits, "_", "-" and "." only');
const own = { name: word, title: z.string().optional() };
const scale = { channels: count.max(2 ** 16).optional(), cells: few.optional() };

const schema = z.strictObject({
  name: word,
  title: z.string().optional(),
  paper: z.string().optional(),
  operations: z
    .array(
      z.union(
        [
          z.string(),
          z.strictObject({ ...own, run: aFunction, multiplyAdds: z.number().nonnegative().optional() }),
          z.strictObject({ ...own, steps: aFunction, residual: z.boolean().optional() }),
        ],
        "a name, or { name, run, multiplyAdds? }, or { name, steps, residual? }",
      ),
    )
    .min(1)
    .max(MOST),
  cells: z
    .array(
      z.strictObject({
        name: word,
        inputs: stride.default(1),
        nodes: few,
        edges: z
          .union(
            [
              z.literal("all"),
              z
                .array(
                  z.union([
                    z.tuple([node, node]).transform(([from, to]): OwnEdge => ({ from, to })),
                    z.strictObject({
                      from: node,
                      to: node,
                      operations: z.array(z.string()).min(1).max(MOST).optional(),
                    }),
                  ]),
                )
                .max(MOST ** 2),
            ],
            '"all", or a list of [from, to] or { from, to, operations? }',
          )
          .default("all"),
        output: z.array(node).min(1).optional(),
        stride: stride.default(1),
        keep: count.optional(),
      }),
    )
    .min(1)
    .max(MOST),
  network: z.union(
    [
      z.enum(["nasbench201", "darts", "darts-imagenet"]),
      z
        .array(
          z.union([
            z.strictObject({ cell: z.string(), times: z.union([few, z.literal("N")]).default(1) }),
            z.strictObject({
              convolution: few.refine((k) => k % 2 === 1, "an odd number"),
              channels: few.optional(),
              stride: stride.default(1),
            }),
            z.enum(["residual", "pool"]),
          ]),
        )
        .min(1)
        .max(MOST),
    ],
    '"nasbench201", "darts", "darts-imagenet", or a list of { cell, times? }, { convolution, channels?, stride? }, "residual" and "pool"',
  ),
  search: z.strictObject({ ...scale, epochs: count.optional() }).optional(),
  final: z.strictObject(scale).optional(),
  image: z.tuple([count, count, count]).optional(),
  classes: count.optional(),
});

type Read = z.output<typeof schema>;
type ReadCell = Read["cells"][number];

const refuse = (place: string, what: string): never => {
  throw new UserError(`defineSpace: ${place}: ${what}`);
};

/** A search space of your own; methods, counts, plots and genotypes work with it as with any other. @throws UserError that names the place of what makes no sense. */
export function defineSpace(description: OwnSpace): SearchSpace {
  const read = readDescription(description);
  if (Object.hasOwn(spacesByName, read.name)) refuse("name", `NASLab has a space "${read.name}"; take another name`);
  const operations = read.operations.map(operationOf);
  unique("operations", operations);
  unique("cells", read.cells);
  const cells = read.cells.map((cell, k) => kindOf(cell, `cells[${k}] ("${cell.name}")`));
  const several = read.cells.length > 1;
  const space = new SearchSpace({
    ...frameOf(read),
    name: read.name,
    title: read.title ?? read.name,
    paper: read.paper ?? "",
    operations,
    cells,
    edges: read.cells.flatMap((cell, k) => edgesOf(cell, several, operations, `cells[${k}] ("${cell.name}")`)),
    notation: edgeNotation,
  });
  checkFit(space);
  return space;
}

function readDescription(description: OwnSpace): Read {
  const result = schema.safeParse(description);
  if (result.success) return result.data;
  const { path, message } = deepest(result.error.issues[0]);
  const place = path.reduce<string>(
    (text, key) => text + (typeof key === "number" ? `[${key}]` : `.${String(key)}`),
    "",
  );
  const given = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], description);
  const told = message.replace(/^Invalid input: /, "");
  return refuse(place.replace(/^\./, "") || "the description", `${shown(given)}${told}`);
}

/** A value that does not fit, if it is short. */
function shown(given: unknown): string {
  if (given === undefined) return "it is missing: ";
  const text = JSON.stringify(given) ?? String(given);
  return text.length > 40 ? "" : `${text} does not fit: `;
}

/** What a union complains of: what the branch that fits best does, if it fits in part; else that none fits. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const { path, message } = issue;
  if (issue.code !== "invalid_union") return { path, message };
  const partly = issue.errors.filter(([first]) => first.path.length > 0).sort((a, b) => a.length - b.length);
  if (partly.length === 0) return { path, message };
  const { path: rest, ...found } = deepest(partly[0][0]);
  return { ...found, path: [...path, ...rest] };
}

function operationOf(given: Read["operations"][number], k: number): Operation {
  if (typeof given === "string") {
    try {
      return operationNamed(given);
    } catch (error) {
      return refuse(`operations[${k}]`, (error as Error).message);
    }
  }
  const title = given.title ?? given.name;
  if ("steps" in given) return { ...given, title } as Operation;
  const { name, run, multiplyAdds } = given;
  const steps = [{ kind: "function", own: { run, multiplyAdds } as OwnFunction }] as const;
  return { name, title, steps: () => steps };
}

function unique(what: string, named: readonly { readonly name: string }[]): void {
  named.forEach(({ name }, k) => {
    if (named.findIndex((other) => other.name === name) < k) refuse(`${what}[${k}]`, `there are two named "${name}"`);
  });
}

function kindOf({ name, inputs, nodes, output = [nodes - 1], stride, keep }: ReadCell, place: string): CellKind {
  if (nodes <= inputs) refuse(place, `${nodes} nodes are not enough: the first ${inputs} are inputs`);
  for (const node of output) {
    if (node >= nodes) refuse(`${place}.output`, `there is no node ${node}; the nodes are 0 to ${nodes - 1}`);
    if (node < inputs) refuse(`${place}.output`, `node ${node} is an input; the output is made of the others`);
  }
  if (new Set(output).size < output.length) refuse(`${place}.output`, `a node stands twice in [${output}]`);
  return { name, inputs, nodes, output, stride, keep: keep ?? null, operationsOn: "edges" };
}

function edgesOf(cell: ReadCell, several: boolean, operations: readonly Operation[], place: string): Edge[] {
  const { name, inputs, nodes, keep } = cell;
  const listed: readonly OwnEdge[] =
    cell.edges === "all"
      ? Array.from({ length: nodes - inputs }, (_, k) => inputs + k).flatMap((to) =>
          Array.from({ length: to }, (_, from) => ({ from, to })),
        )
      : cell.edges;
  const edges = listed.map((edge, k): Edge => {
    const { from, to, operations: names } = edge;
    const at = `${place}.edges[${k}] (${to}<-${from})`;
    for (const node of [from, to])
      if (node >= nodes) refuse(at, `there is no node ${node}; the nodes are 0 to ${nodes - 1}`);
    if (to < inputs) refuse(at, `node ${to} is an input, into which no edge leads`);
    if (from >= to)
      refuse(
        at,
        `it leads from node ${from} to node ${to}; edges lead to higher nodes only, so that there is no cycle`,
      );
    if (listed.findIndex((other) => other.from === from && other.to === to) < k) refuse(at, "there are two such edges");
    const candidates = (names ?? operations.map(({ name }) => name)).map((name) => {
      const o = operations.findIndex((operation) => operation.name === name);
      if (o < 0)
        refuse(at, `operation "${name}" is unknown; the space has ${operations.map((o) => o.name).join(", ")}`);
      return o;
    });
    if (new Set(candidates).size < candidates.length) refuse(at, `an operation stands twice in ${names!.join(", ")}`);
    if (candidates.length < 2)
      refuse(at, `it has only ${operations[candidates[0]].name}; give an edge two operations to choose from, or more`);
    return {
      name: several ? `${name} ${to}<-${from}` : `${to}<-${from}`,
      cell: name,
      from,
      to,
      candidates: candidates.sort((a, b) => a - b),
      picks: 1,
      carries: true,
    };
  });
  checkReach(cell, edges, place);
  for (let node = inputs; keep !== undefined && node < nodes; node++) {
    const incoming = edges.filter(({ to }) => to === node).length;
    if (incoming < keep)
      refuse(`${place}.keep`, `${keep} edges into each node, and into node ${node} lead ${incoming}`);
  }
  return edges.sort((a, b) => a.to - b.to || a.from - b.from);
}

/** Every node is reached from an input, and leads to the output. */
function checkReach({ inputs, nodes, output = [nodes - 1] }: ReadCell, edges: readonly Edge[], place: string): void {
  const grow = (reached: Set<number>, near: "from" | "to", far: "from" | "to") => {
    for (let size = -1; size < reached.size; ) {
      size = reached.size;
      for (const edge of edges) if (reached.has(edge[near])) reached.add(edge[far]);
    }
    return reached;
  };
  const fed = grow(new Set(Array.from({ length: inputs }, (_, k) => k)), "from", "to");
  const used = grow(new Set(output), "to", "from");
  const all = Array.from({ length: nodes }, (_, k) => k);
  const unfed = [...output, ...all].find((node) => !fed.has(node));
  if (unfed !== undefined)
    refuse(place, `${output.includes(unfed) ? "output " : ""}node ${unfed} can't be reached from an input`);
  const unused = all.find((node) => !used.has(node));
  if (unused !== undefined) refuse(place, `node ${unused} does not lead to the output, node ${output.join(", ")}`);
}

const FRAMES = {
  nasbench201: { network: nasBench201Network, space: spaces.nasBench201, cells: ["cell"] },
  darts: { network: cifarNetwork, space: spaces.darts, cells: ["normal", "reduce"] },
  "darts-imagenet": { network: imageNetNetwork, space: spaces.dartsImageNet, cells: ["normal", "reduce"] },
} as const;

const OWN_FRAME = {
  search: { channels: 16, cells: 5, epochs: 50 },
  final: { channels: 16, cells: 5 },
  counts: "cells a stage",
  image: [32, 32, 3],
  classes: 10,
  auxiliary: null,
} as const;

/** What the network decides: its layers, sizes, images. */
function frameOf({ network, cells, ...given }: Read) {
  const frame = typeof network === "string" ? FRAMES[network] : null;
  const places = frame
    ? frame.cells.map((cell) => ({ cell, place: "network" }))
    : (network as readonly OwnLayer[]).flatMap((layer, k) =>
        typeof layer === "object" && "cell" in layer ? [{ cell: layer.cell, place: `network[${k}]` }] : [],
      );
  for (const { cell, place } of places)
    if (!cells.some(({ name }) => name === cell))
      refuse(place, `there is no cell "${cell}"; the cells are ${cells.map(({ name }) => name).join(", ")}`);
  cells.forEach(({ name }, k) => {
    if (!places.some(({ cell }) => cell === name)) refuse(`cells[${k}]`, `"${name}" is not in the network`);
  });
  const { search, final, counts, image, classes, auxiliary } = frame?.space() ?? OWN_FRAME;
  return {
    network: frame?.network ?? networkOf(network as readonly OwnLayer[]),
    search: { ...search, ...given.search },
    final: { ...final, ...given.final },
    counts,
    image: given.image ?? image,
    classes: given.classes ?? classes,
    auxiliary,
  };
}

const networkOf =
  (layers: readonly OwnLayer[]): SpaceDefinition["network"] =>
  (list, cell) => {
    const { channels, cells } = list.size;
    let width = channels;
    layers.forEach((layer, k) => {
      if (layer === "residual" || layer === "pool") {
        width *= 2;
        if (layer === "pool") list.pool();
        else list.residual(width);
      } else if ("convolution" in layer) {
        const { convolution: window, channels: factor, stride } = layer;
        list.convolution(`layers.${k}`, factor ? factor * channels : width, { window, stride });
      } else {
        const kind = cell(layer.cell);
        for (let n = 0; n < (layer.times === "N" ? cells : (layer.times ?? 1)); n++) {
          width *= kind.stride;
          list.cell(kind, width);
        }
      }
    });
    list.head({ norm: true });
  };

/** Each candidate gives maps of the size that its node has, in every cell of the final network. */
function checkFit(space: SearchSpace): void {
  const seen = new Set<string>();
  for (const layer of finalLayers(space)) {
    if (!isCell(layer)) continue;
    const { cell, inputs, output, channels, stride } = layer;
    const kind = JSON.stringify([cell, inputs, layer.input, output, channels, stride]);
    if (seen.has(kind)) continue;
    seen.add(kind);
    for (const edge of space.edges) {
      if (edge.cell !== layer.cell) continue;
      for (const operation of edge.candidates.map((o) => space.catalogue[o])) {
        const { given, wanted, stride } = fitOf(operation, edge.from < layer.inputs.length, layer);
        if (
          given === null ||
          (given.height === wanted.height && given.width === wanted.width && given.channels === wanted.channels)
        )
          continue;
        const sizes = [given, wanted].map(({ height, width, channels }) => `${height}×${width}×${channels}`);
        refuse(
          `edge ${edge.name} of ${layer.name} ("${layer.cell}")`,
          `${operation.name} at stride ${stride} gives ${sizes[0]} where ${sizes[1]} is wanted; leave it out on this edge, or put a convolution before the cell`,
        );
      }
    }
  }
}

function finalLayers(space: SearchSpace) {
  try {
    return space.layers(space.finalSize);
  } catch (error) {
    if (error instanceof UserError) refuse("network", error.message);
    throw error;
  }
}

/** What an operation gives (null: nothing), and what it has to give. */
function fitOf(operation: Operation, fromInput: boolean, layer: CellLayer) {
  const wanted: MapShape = { ...layer.output, channels: layer.channels };
  const input: MapShape = fromInput
    ? { ...layer.input, channels: layer.inputs.length > 1 ? layer.channels : layer.input.channels }
    : wanted;
  const stride = fromInput ? layer.stride : 1;
  const placed = { operation, inputs: input.channels, outputs: layer.channels, stride };
  const given = operation.steps(stride) === null ? null : (stepsOf(placed, input).at(-1)?.output ?? input);
  return { given, wanted, stride };
}
