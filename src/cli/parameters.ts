// Overrides of a notebook's parameters, as papermill makes them: a cell after the one tagged `parameters` assigns the given values.
import { UserError } from "../errors";
import { type CodeCell, type NotebookFile, sourceOf } from "./notebook-file";

/** Values by the names of the variables that they override. */
export type Parameters = ReadonlyMap<string, unknown>;

const TAG = "parameters";
const INJECTED_TAG = "injected-parameters";

/** Takes every `-p NAME VALUE` out of the words of a command. A VALUE is JSON, or else a string. */
export function takeParameters(words: readonly string[]): { parameters: Parameters; rest: string[] } {
  const parameters = new Map<string, unknown>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== "-p") {
      rest.push(words[i]);
      continue;
    }
    const [name, value] = words.slice(i + 1, i + 3);
    if (value === undefined) {
      throw new UserError(`-p ${name ?? ""} lacks its value; write -p NAME VALUE, for example -p epochs 2`);
    }
    parameters.set(name, readValue(value));
    i += 2;
  }
  return { parameters, rest };
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The variables that a cell declares, with their keywords. */
function declarations(source: string): Map<string, string> {
  const found = source.matchAll(/^\s*(let|const|var)\s+([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*[:=]/gmu);
  return new Map([...found].map(([, keyword, name]) => [name, keyword]));
}

/**
 * The notebook with a cell after its cell tagged `parameters` that gives the values, in place of one from an earlier time.
 * @throws UserError if there is no such cell, or if it does not declare one of the names
 */
export function injectParameters(notebook: NotebookFile, parameters: Parameters): NotebookFile {
  if (parameters.size === 0) return notebook;
  const cells = notebook.cells.filter(({ metadata }) => !metadata.tags?.includes(INJECTED_TAG));
  const place = cells.findIndex(({ metadata }) => metadata.tags?.includes(TAG));
  if (place < 0) throw new UserError(`-p needs a cell tagged "${TAG}" in the notebook, and there is none; tag it`);
  const declared = declarations(sourceOf(cells[place]));
  for (const name of parameters.keys()) {
    if (declared.has(name)) continue;
    throw new UserError(`-p ${name} is no parameter of the notebook; use one of ${[...declared.keys()].join(", ")}`);
  }
  const cell = injectedCell(parameters, declared);
  if (notebook.nbformat_minor >= 5) cell.id = INJECTED_TAG; // cells have had ids since nbformat 4.5
  return { ...notebook, cells: [...cells.slice(0, place + 1), cell, ...cells.slice(place + 1)] };
}

function injectedCell(parameters: Parameters, declared: ReadonlyMap<string, string>): CodeCell {
  const lines = [...parameters].map(([name, value]) => {
    // An assignment is checked against the variable's type; a constant can only be declared anew.
    const assigned = `${name} = ${JSON.stringify(value)};`;
    return declared.get(name) === "const" ? `const ${assigned}` : assigned;
  });
  const source = [...lines, "undefined; // shows nothing"].join("\n");
  return { cell_type: "code", execution_count: null, metadata: { tags: [INJECTED_TAG] }, outputs: [], source };
}
