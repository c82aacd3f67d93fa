// Mends what tslab's converter leaves out: in `{ name }` it does not find a name of an earlier cell, in `{ name: name }` it does.
import ts from "@tslab/typescript-for-tslab";

/** The same code with every shorthand property written out. Lines stay lines; columns behind a shorthand move. */
export function expandShorthand(source: string): string {
  if (!source.includes("{")) return source;
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, false);
  const places: { end: number; name: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) places.push({ end: node.name.end, name: node.name.text });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return places.reduceRight((text, { end, name }) => `${text.slice(0, end)}: ${name}${text.slice(end)}`, source);
}
