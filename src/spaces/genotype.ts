// Genotypes in DARTS's notation (Liu et al., ICLR 2019), as Python prints the named tuple.
import { Scanner } from "./scanner";

/** An operation and the node that it takes in. */
export type Gene = readonly [operation: string, input: number];

/** A cell: genes in pairs, a pair for each inner node from node 2 on, and the nodes that are concatenated. */
export interface CellGenotype {
  /** Null (Python's None) where the authors have a fixed cell. */
  readonly genes: readonly Gene[] | null;
  readonly concat: readonly number[];
}

export interface Genotype {
  readonly normal: CellGenotype;
  readonly reduce: CellGenotype;
}

const SHORT = {
  none: "none",
  max: "max_pool_3x3",
  avg: "avg_pool_3x3",
  skip: "skip_connect",
  sep3: "sep_conv_3x3",
  sep5: "sep_conv_5x5",
  sep7: "sep_conv_7x7",
  dil3: "dil_conv_3x3",
  dil5: "dil_conv_5x5",
  conv7: "conv_7x1_1x7",
} as const;

/** The operation with a short name, by which our own tables are written. */
const longName = (short: string): string => SHORT[short as keyof typeof SHORT];

/** The operations with these short names: "skip,dil3". */
export const operationsOf = (names: string): string[] => names.split(",").map(longName);

/** Genes in short: "sep3:0 skip:1". */
export const genesOf = (genes: string): Gene[] =>
  genes.split(" ").map((gene) => {
    const [name, input] = gene.split(":");
    return [longName(name), Number(input)];
  });

/** What a reader demands of a genotype: each answers what it expects in place of what was read, or null. */
export interface Demands {
  gene(cell: keyof Genotype, gene: Gene, before: readonly Gene[]): string | null;
  /** Of a whole cell's genes; where they end. */
  genes(cell: keyof Genotype, genes: readonly Gene[] | null): string | null;
  concat(cell: keyof Genotype, nodes: readonly number[]): string | null;
}

/** "Genotype(normal=[('sep_conv_3x3', 0), …], normal_concat=range(2, 6), reduce=…, reduce_concat=…)". */
export function printGenotype({ normal, reduce }: Genotype): string {
  const genes = ({ genes }: CellGenotype) =>
    genes ? `[${genes.map(([name, input]) => `('${name}', ${input})`).join(", ")}]` : "None";
  return `Genotype(normal=${genes(normal)}, normal_concat=${printNodes(normal.concat)}, reduce=${genes(reduce)}, reduce_concat=${printNodes(reduce.concat)})`;
}

function printNodes(nodes: readonly number[]): string {
  const inARow = nodes.length > 0 && nodes.every((node, k) => node === nodes[0] + k);
  return inARow ? `range(${nodes[0]}, ${nodes[0] + nodes.length})` : `[${nodes.join(", ")}]`;
}

/** @throws UserError that shows the first character that does not fit. */
export function parseGenotype(text: string, where = "parseGenotype", demands?: Demands): Genotype {
  const scan = new Scanner(text, where);
  const field = <T>(name: string, read: () => T): T => {
    scan.token(name);
    scan.token("=");
    scan.space();
    return read();
  };
  const number = () => {
    scan.space();
    return scan.number();
  };
  const gene = (): Gene => {
    scan.token("(");
    scan.space();
    const name = scan.quoted();
    scan.token(",");
    const input = number();
    scan.token(")");
    return [name, input];
  };
  const nodes = (): number[] => {
    if (!scan.skip("range")) return scan.list(number);
    scan.token("(");
    const from = number();
    scan.token(",");
    scan.space();
    const start = scan.position;
    const to = scan.number();
    scan.token(")");
    if (to - from > 99) scan.fail("a range of less than a hundred nodes", start);
    return Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
  };
  /** What `read` reads, unless something else is demanded in its place. */
  const demanded = <T>(read: () => T, expected: (value: T) => string | null | undefined, at: "start" | "end"): T => {
    const start = scan.position;
    const value = read();
    const instead = expected(value);
    if (instead) scan.fail(instead, at === "start" ? start : scan.position - 1);
    return value;
  };
  const cell = (name: keyof Genotype): CellGenotype => {
    const one = (before: readonly Gene[]) => demanded(gene, (gene) => demands?.gene(name, gene, before), "start");
    const genes = field(name, () =>
      demanded(
        () => (scan.skip("None") ? null : scan.list(one)),
        (genes) => demands?.genes(name, genes),
        "end",
      ),
    );
    scan.token(",");
    const concat = field(`${name}_concat`, () => demanded(nodes, (read) => demands?.concat(name, read), "start"));
    return { genes, concat };
  };
  scan.token("Genotype");
  scan.token("(");
  const normal = cell("normal");
  scan.token(",");
  const reduce = cell("reduce");
  scan.space();
  scan.skip(",");
  scan.token(")");
  scan.space();
  scan.end();
  return { normal, reduce };
}
