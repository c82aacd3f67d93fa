// NAS-Bench-101's modules (Ying et al., ICML 2019): operations on the vertices of a small graph, and the networks that the benchmark trained of them.
import { createHash } from "node:crypto";
import { UserError } from "../errors";
import type { CellDesign, Design } from "./design";
import { type CellLayer, isReduction, type Layer, LayerList, type NetworkSize } from "./layers";
import { type Operation, operationNamed, type PlacedStep } from "./operations";
import type { Scanner } from "./scanner";

/** A module as the benchmark is asked for it. */
export interface ModelSpec {
  /** Whether an edge leads from the row's vertex to the column's, 0 or 1: ones above the diagonal only. Vertex 0 is the input, the last the output. */
  readonly matrix: readonly (readonly number[])[];
  /** By vertex its operation; "input" and "output" at the first and the last. */
  readonly ops: readonly string[];
}

/** The benchmark's operations, in its own order, which its hash depends on. */
const OPERATIONS = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"];

const projection = operationNamed("conv1x1-bn-relu");
const passed = (name: string): Operation => ({ name, title: name, steps: () => [] });
const [concatenated, added] = ["concat", "add"].map(passed);

/** @throws UserError for what is no module. */
export function checkModelSpec({ matrix, ops }: ModelSpec): void {
  const wrong = (what: string) =>
    new UserError(`ModelSpec: ${what}; give { matrix, ops } as NAS-Bench-101's own ModelSpec takes them`);
  const vertices = ops?.length ?? 0;
  if (vertices < 2 || matrix?.length !== vertices || matrix.some((row) => row.length !== vertices))
    throw wrong(`the matrix has to have a row and a column for each of ${vertices} operations`);
  matrix.forEach((row, from) => {
    row.forEach((edge, to) => {
      if (edge !== 0 && !(edge === 1 && from < to))
        throw wrong(`the entry in row ${from} and column ${to} is ${edge}; edges are 1 and lead to higher vertices`);
    });
  });
  ops.forEach((op, vertex) => {
    const allowed = vertex === 0 ? ["input"] : vertex === vertices - 1 ? ["output"] : OPERATIONS;
    if (!allowed.includes(op)) throw wrong(`vertex ${vertex} has "${op}" in place of ${allowed.join(" or ")}`);
  });
}

/** The module without the vertices that lie on no path from input to output. @throws UserError if there is no such path. */
export function pruned({ matrix, ops }: ModelSpec): ModelSpec {
  const last = ops.length - 1;
  const fed = new Set([0]);
  const used = new Set([last]);
  for (let v = 1; v <= last; v++) if (matrix.some((row, u) => row[v] && fed.has(u))) fed.add(v);
  for (let v = last; v >= 0; v--) if (matrix[v].some((edge, w) => edge && used.has(w))) used.add(v);
  if (!fed.has(last)) throw new UserError("ModelSpec: no path leads from the input to the output");
  const kept = ops.map((_, v) => v).filter((v) => fed.has(v) && used.has(v));
  return { matrix: kept.map((v) => kept.map((w) => matrix[v][w])), ops: kept.map((v) => ops[v]) };
}

/**
 * The benchmark's name of a module, the same for isomorphic ones: the vertices' in- and out-degrees and labels, hashed over and over with
 * those of their neighbours; vertices without effect do not count. As in the authors' code, whose strings are Python's.
 */
export function moduleHash(spec: ModelSpec): string {
  const { matrix, ops } = pruned(spec);
  const label = (op: string, v: number) => (v === 0 ? -1 : v === ops.length - 1 ? -2 : OPERATIONS.indexOf(op));
  const column = (v: number) => matrix.map((row) => row[v]);
  const degree = (edges: readonly number[]) => edges.reduce((sum, edge) => sum + edge, 0);
  let hashes = ops.map((op, v) => md5(`(${degree(matrix[v])}, ${degree(column(v))}, ${label(op, v)})`));
  for (let round = 0; round < ops.length; round++) {
    const joined = (edges: readonly number[]) =>
      hashes
        .filter((_, w) => edges[w])
        .sort()
        .join("");
    hashes = ops.map((_, v) => md5(`${joined(column(v))}|${joined(matrix[v])}|${hashes[v]}`));
  }
  return md5(
    `[${hashes
      .sort()
      .map((hash) => `'${hash}'`)
      .join(", ")}]`,
  );
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** As Python writes the benchmark's own class: "ModelSpec(matrix=[[0, 1, …], …], ops=['input', …, 'output'])". */
export function printModelSpec({ matrix, ops }: ModelSpec): string {
  const rows = matrix.map((row) => `[${row.join(", ")}]`).join(", ");
  return `ModelSpec(matrix=[${rows}], ops=[${ops.map((op) => `'${op}'`).join(", ")}])`;
}

/** A module that was read, and where its parts stand in the text. */
export interface ReadModelSpec extends ModelSpec {
  readonly at: {
    /** By vertex, where its column's entry in each row stands. */
    readonly entries: readonly (readonly number[])[];
    readonly ops: readonly number[];
  };
}

/** Reads what `printModelSpec` writes, or the same as JSON. @param vertices how many there must be. @throws UserError that shows what does not fit. */
export function readModelSpec(scan: Scanner, vertices: number): ReadModelSpec {
  const last = vertices - 1;
  scan.space();
  const json = scan.skip("{");
  if (!json) {
    scan.skip("api.");
    scan.expect("ModelSpec");
    scan.token("(");
  }
  const field = (name: string) => {
    scan.token(json ? `"${name}"` : name);
    scan.token(json ? ":" : "=");
  };
  /** A list of one item for each vertex, with their places. */
  const byVertex = <T>(read: (vertex: number) => T): { items: T[]; places: number[] } => {
    const places: number[] = [];
    const items = scan.list<T>((before) => {
      if (before.length === vertices)
        scan.fail(`the end of the list, which has one item for each of ${vertices} vertices`);
      places.push(scan.position);
      return read(before.length);
    });
    if (items.length < vertices)
      scan.fail(`one item for each of ${vertices} vertices; there are ${items.length}`, scan.position - 1);
    return { items, places };
  };
  const entry = (from: number, to: number): number => {
    const start = scan.position;
    const edge = scan.number();
    if (edge > 1) scan.fail("0 or 1", start);
    if (edge === 1 && from >= to) scan.fail("0: edges lead to higher vertices only", start);
    return edge;
  };
  const op = (vertex: number): string => {
    const start = scan.position;
    const name = scan.quoted();
    const allowed = vertex === 0 ? ["input"] : vertex === last ? ["output"] : OPERATIONS;
    if (!allowed.includes(name))
      scan.fail(`${allowed.map((each) => `'${each}'`).join(" or ")} at vertex ${vertex}`, start);
    return name;
  };
  field("matrix");
  const rows = byVertex((from) => byVertex((to) => entry(from, to)));
  scan.token(",");
  field("ops");
  const { items: ops, places } = byVertex(op);
  scan.space();
  if (!json) scan.skip(",");
  scan.token(json ? "}" : ")");
  scan.space();
  scan.end();
  const entries = ops.map((_, to) => rows.items.map((row) => row.places[to]));
  return { matrix: rows.items.map((row) => row.items), ops, at: { entries, ops: places } };
}

/** The module as a cell of the benchmark's networks; what is without effect is left out. @throws UserError if no path leads through it. */
export function moduleDesign(spec: ModelSpec): CellDesign {
  const { matrix, ops } = pruned(spec);
  const last = ops.length - 1;
  const joining = (from: number) => (from === 0 ? added : concatenated);
  const edges = ops.flatMap((op, to) =>
    matrix.flatMap((row, from) =>
      row[to] ? [{ from, to, operation: to === last ? joining(from) : operationNamed(op) }] : [],
    ),
  );
  return {
    inputs: 1,
    nodes: ops.length,
    operationsOn: "nodes",
    edges: edges.map((edge, place) => ({ ...edge, place })),
    output: [last],
  };
}

/** A vertex of a module with its sizes. */
export interface PlacedVertex {
  readonly channels: number;
  /** Vertices that it takes in beside the input, at the output side by side, elsewhere summed, the first `channels` of each. */
  readonly parents: readonly number[];
  /** What the cell's input goes through on its way to it; null: it does not take in the input. */
  readonly projection: PlacedStep | null;
  /** What is done to the sum; null at the output. */
  readonly operation: PlacedStep | null;
}

/** The vertices 1 … of a cell with operations on nodes. */
export function placedVertices({ nodes, edges }: CellDesign, { input, output }: CellLayer): PlacedVertex[] {
  const vertices = Array.from({ length: nodes }, (_, v) => v);
  const matrix = vertices.map((from) =>
    vertices.map((to) => (edges.some((edge) => edge.from === from && edge.to === to) ? 1 : 0)),
  );
  const channels = vertexChannels(input.channels, output.channels, matrix);
  const placed = (operation: Operation, inputs: number, outputs: number): PlacedStep => ({
    operation,
    inputs,
    outputs,
    stride: 1,
  });
  return vertices.slice(1).map((v) => ({
    channels: channels[v],
    parents: vertices.slice(1, v).filter((parent) => matrix[parent][v]),
    projection: matrix[0][v] ? placed(projection, input.channels, channels[v]) : null,
    operation: v < nodes - 1 ? placed(edges.find(({ to }) => to === v)!.operation, channels[v], channels[v]) : null,
  }));
}

/**
 * The channels of each vertex by the benchmark's rule: those of the output are shared by the vertices that lead to it, the first of them
 * taking one more where they can't be shared evenly; other vertices have as many as the largest that they lead to.
 * @param matrix of a pruned module.
 */
export function vertexChannels(inputs: number, outputs: number, matrix: ModelSpec["matrix"]): number[] {
  const last = matrix.length - 1;
  const channels = matrix.map((_, v) => (v === 0 ? inputs : v === last ? outputs : 0));
  const leading = matrix.flatMap((row, v) => (v > 0 && row[last] ? [v] : []));
  leading.forEach((v, k) => {
    channels[v] = Math.floor(outputs / leading.length) + (k < outputs % leading.length ? 1 : 0);
  });
  for (let v = last - 1; v > 0; v--)
    if (!matrix[v][last]) channels[v] = Math.max(...matrix[v].map((edge, w) => edge * channels[w]));
  return channels;
}

/** Stem, cells in three stacks with max pooling between, of which each doubles the channels, and head: 128 channels, 9 cells in the benchmark. */
export function nasBench101Layers(size: NetworkSize): readonly Layer[] {
  const list = new LayerList(size).convolution("stem", size.channels, { activation: "after" });
  let channels = size.channels;
  for (let k = 0; k < size.cells; k++) {
    if (isReduction(k, size.cells)) {
      channels *= 2;
      list.pool({ padded: false });
    }
    list.cell({ name: "cell", inputs: 1, stride: 1, output: [1] }, channels);
  }
  return list.head().layers;
}

/** The benchmark's network of a module. @throws UserError if no path leads through it. */
export function nasBench101Design(spec: ModelSpec): Design {
  const cell = moduleDesign(spec);
  return {
    title: printModelSpec(spec),
    layers: nasBench101Layers,
    cell: () => cell,
    auxiliary: () => null,
  };
}
