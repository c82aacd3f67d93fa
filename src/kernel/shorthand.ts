// Mends what tslab's converter leaves out: in `{ name }` it does not find a name of an earlier cell, in `{ name: name }` it does.
import ts from "@tslab/typescript-for-tslab";
import { type Inserted, type Insertion, insert } from "./insertions";

/** The same code with every shorthand property written out. Lines stay lines. */
export function expandShorthand(source: string): Inserted {
  const places: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) places.push({ at: node.name.end, text: `: ${node.name.text}` });
    ts.forEachChild(node, visit);
  };
  if (source.includes("{")) visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, false));
  return insert(source, places);
}
