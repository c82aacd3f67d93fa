// Genotypes in DARTS's notation (Liu et al., ICLR 2019), as Python prints the named tuple.
import { Scanner } from "./scanner";

/** An operation and the node that it takes in. */
export type Gene = readonly [operation: string, input: number];

/** A cell: genes in pairs, a pair for each inner node from node 2 on, and the nodes that are concatenated. */
export interface CellGenotype {
  readonly genes: readonly Gene[];
  readonly concat: readonly number[];
}

export interface Genotype {
  readonly normal: CellGenotype;
  readonly reduce: CellGenotype;
}

/** "Genotype(normal=[('sep_conv_3x3', 0), …], normal_concat=range(2, 6), reduce=…, reduce_concat=…)". */
export function printGenotype({ normal, reduce }: Genotype): string {
  const genes = (cell: CellGenotype) => `[${cell.genes.map(([name, input]) => `('${name}', ${input})`).join(", ")}]`;
  return `Genotype(normal=${genes(normal)}, normal_concat=${printNodes(normal.concat)}, reduce=${genes(reduce)}, reduce_concat=${printNodes(reduce.concat)})`;
}

function printNodes(nodes: readonly number[]): string {
  const inARow = nodes.every((node, k) => node === nodes[0] + k);
  return inARow ? `range(${nodes[0]}, ${nodes[0] + nodes.length})` : `[${nodes.join(", ")}]`;
}

/** @throws SyntaxError that shows the first character that does not fit. */
export function parseGenotype(text: string, where = "parseGenotype"): Genotype {
  const scan = new Scanner(text, where);
  const token = (word: string) => {
    scan.space();
    scan.expect(word);
  };
  const field = <T>(name: string, read: () => T): T => {
    token(name);
    token("=");
    return read();
  };
  const list = <T>(read: () => T): T[] => {
    const items: T[] = [];
    token("[");
    scan.space();
    while (!scan.skip("]")) {
      if (items.length > 0) token(",");
      scan.space();
      if (items.length > 0 && scan.skip("]")) return items; // Python allows a comma at the end
      items.push(read());
      scan.space();
    }
    return items;
  };
  const number = () => {
    scan.space();
    return scan.number();
  };
  const gene = (): Gene => {
    token("(");
    scan.space();
    const quote = scan.skip('"') ? '"' : "'";
    if (quote === "'") scan.expect("'");
    const name = scan.take(/[^'"]*/y) ?? "";
    scan.expect(quote);
    token(",");
    const input = number();
    token(")");
    return [name, input];
  };
  const nodes = (): number[] => {
    scan.space();
    if (!scan.skip("range")) return list(number);
    token("(");
    const from = number();
    token(",");
    const to = number();
    token(")");
    if (to - from > 99) scan.fail("a range of less than a hundred nodes", 1);
    return Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
  };
  const cell = (name: string): CellGenotype => {
    const genes = field(name, () => list(gene));
    token(",");
    return { genes, concat: field(`${name}_concat`, nodes) };
  };
  token("Genotype");
  token("(");
  const normal = cell("normal");
  token(",");
  const reduce = cell("reduce");
  scan.space();
  scan.skip(",");
  token(")");
  scan.space();
  scan.end();
  return { normal, reduce };
}
