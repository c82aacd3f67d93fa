// The port through which code in a cell reaches its notebook, found by a symbol so that libraries need not import the kernel.
import type { Notebook } from "../notebook";
import { onTheWire } from "./bundle";
import { type Cell, currentCell, executingCell } from "./cell";

/** Puts the port on `globalThis`. */
export function installNotebook(): void {
  const owners = new Map<string, Cell>();
  const calling = (name: string): Cell => {
    const cell = currentCell();
    if (!cell) throw new Error(`notebook.${name}: no cell has run yet`);
    return cell;
  };
  // An update finds its display by the id alone in JupyterLab, but nbclient hears only what belongs to the executing cell.
  const updating = (id: string): Cell => {
    const owner = owners.get(id);
    if (owner) return executingCell() ?? owner;
    throw new RangeError(`notebook.display: nothing is shown under the id "${id}"; show it first with update: false`);
  };
  const notebook: Notebook = {
    display(data, { id, update }) {
      const content = { data: onTheWire(data), metadata: {}, transient: { display_id: id } };
      if (update) updating(id).publish("update_display_data", content);
      else {
        const cell = calling("display");
        owners.set(id, cell);
        cell.publish("display_data", content);
      }
    },
    signal() {
      const cell = calling("signal");
      cell.asked = true;
      return cell.signal;
    },
  };
  Object.assign(globalThis, { [Symbol.for("naslab.notebook")]: notebook });
}
