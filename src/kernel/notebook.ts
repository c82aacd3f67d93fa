// The port through which code in a cell reaches its notebook, and what of it every cell finds under a name of its own.
import * as jupyter from "tslab/dist/jupyter";
import { UserError } from "../errors";
import type { Notebook } from "../notebook";
import { type MimeBundle, onTheWire, present } from "./bundle";
import { type Cell, currentCell, executingCell } from "./cell";
import type { Comms } from "./comms";

/** The names that a cell knows without an import, as TypeScript declares them; `names` gives their values. */
export const DECLARATIONS = `
/** Shows a value in this cell, as the cell's last value is shown. */
declare function show(value: unknown): void;
/** Empties this cell's output; with \`wait\`, as soon as something new is shown. */
declare function clearOutput(wait?: boolean): void;
/** Asks the user for a line of text: \`const name = await prompt("Your name?")\`. */
declare function prompt(question?: string, options?: { password?: boolean }): Promise<string>;
`;

export const names = ({ show, clearOutput, prompt }: Notebook) => ({ show, clearOutput, prompt });

/** @param describe the text of an error that a display threw. */
export function createNotebook(comms: Comms, describe: (error: unknown) => string): Notebook {
  const owners = new Map<string, Cell>();
  // An update finds its display by the id alone in JupyterLab, but nbclient hears only what belongs to the executing cell.
  const updating = (id: string | undefined): Cell => {
    const owner = owners.get(id ?? "");
    if (owner) return executingCell() ?? owner;
    throw new RangeError(`notebook.display: nothing is shown under the id "${id}"; show it first with update: false`);
  };
  return {
    display(data, { id, update = false } = {}) {
      const content = { data: onTheWire(data), metadata: {}, transient: id === undefined ? {} : { display_id: id } };
      if (update) return updating(id).publish("update_display_data", content);
      const cell = calling("display");
      if (id !== undefined) owners.set(id, cell);
      cell.publish("display_data", content);
    },
    show(value) {
      const cell = calling("show");
      const publish = (data: MimeBundle) => cell.publish("display_data", { data, metadata: {}, transient: {} });
      const display = present(value, publish, (error) => cell.print("stderr", describe(error)));
      if (display) cell.isShowing(display);
    },
    clearOutput(wait = false) {
      calling("clearOutput").publish("clear_output", { wait });
    },
    async prompt(question = "", { password = false } = {}) {
      const cell = calling("prompt");
      if (cell !== executingCell())
        throw new UserError("prompt: the cell that asks has ended; `await` the answer in it");
      if (!cell.client.ask)
        throw new UserError(
          "prompt: this client cannot ask (nbclient and papermill never can); write the value into the cell",
        );
      return cell.client.ask(question, password, cell.signal);
    },
    signal() {
      const cell = calling("signal");
      cell.asked = true;
      return cell.signal;
    },
    openComm: (target, data) => comms.openTo(target, data),
    registerTarget: (target, opened) => comms.register(target, opened),
  };
}

/** Puts the port where libraries find it, and behind the `display` that a cell imports from tslab. */
export function installNotebook(notebook: Notebook): void {
  Object.assign(globalThis, { [Symbol.for("naslab.notebook")]: notebook });
  const lastWriteDisplayData: typeof jupyter.lastWriteDisplayData = ({ data, transient }, update) =>
    notebook.display(data, { id: transient?.display_id, update });
  Object.assign(jupyter, { lastWriteDisplayData });
}

function calling(name: string): Cell {
  const cell = currentCell();
  if (!cell) throw new Error(`notebook.${name}: no cell has run yet`);
  return cell;
}
