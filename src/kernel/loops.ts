// Lets an interrupt end the loops of cells wherever they run. Node ends only the part of a cell before its first `await`.
import ts from "@tslab/typescript-for-tslab";
import type { ControlState } from "./control-state";
import { type Insertion, insert } from "./insertions";

/** What the loops of a cell call at every turn. */
const GUARD = "__naslabLoop";

export class LoopInterrupt extends Error {}

/** Puts the guard on `globalThis`. */
export function installLoopGuard(state: ControlState): void {
  const value = () => {
    if (!state.isCut) return;
    state.clearCut();
    throw new LoopInterrupt("the cell was interrupted");
  };
  Object.defineProperty(globalThis, GUARD, { value });
}

/** The same JavaScript, every loop of which calls the guard first. Lines stay lines. */
export function guardLoops(code: string): string {
  const file = ts.createSourceFile("cell.js", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const places: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIterationStatement(node, false)) {
      const { statement } = node;
      if (ts.isBlock(statement)) places.push({ at: statement.getStart(file) + 1, text: ` ${GUARD}();` });
      else places.push({ at: statement.getStart(file), text: `{ ${GUARD}(); ` }, { at: statement.end, text: " }" });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return insert(code, places).text;
}
