// Executes a notebook through its kernel (run_notebook.py does it, with nbclient) and shows its progress by cell.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { UserError } from "../errors";
import { packageRoot, setUpCommand } from "../root";
import { interruptible } from "./interrupt";
import { type NotebookFile, sourceOf } from "./notebook-file";

export type Outcome = "done" | "failed" | "interrupted";

/** What run_notebook.py tells; cells are counted from 1, code cells only. */
type Event =
  | { event: "start"; cell: number; source: string }
  | { event: "end"; cell: number; seconds: number }
  | { event: "error"; cell: number; name: string; value: string; traceback: string }
  | { event: "dead"; cell: number }
  | { event: "no-kernel"; name: string };

export interface Execution {
  readonly notebook: NotebookFile;
  /** Where its kernel works. */
  readonly folder: string;
  /** The file for the notebook with its outputs: written whole, also after a failure or an interrupt. */
  readonly output: string;
}

/** @throws UserError if the notebook's kernel is not installed. */
export async function execute({ notebook, folder, output }: Execution): Promise<Outcome> {
  const python = join(packageRoot, ".venv", "bin", "python3");
  if (!existsSync(python)) throw new UserError(`there is no .venv to run notebooks with; run ${setUpCommand}`);
  const script = join(packageRoot, "src", "cli", "run_notebook.py");
  const child = spawn(python, [script, folder, output], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true, // Ctrl-C in a terminal reaches us alone, and we tell it once
    env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1", PYDEVD_DISABLE_FILE_VALIDATION: "1" },
  });
  child.stdin.on("error", () => {}); // if it ends early, its exit code says so
  child.stdin.write(`${JSON.stringify(notebook)}\n`);
  const exit = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve));

  const report = cellReport(notebook);
  return interruptible(
    async (signal) => {
      signal.addEventListener("abort", () => child.kill("SIGINT"));
      for await (const line of createInterface({ input: child.stdout })) report(JSON.parse(line));
      const code = await exit;
      if (signal.aborted) return "interrupted";
      return code === 0 ? "done" : "failed";
    },
    () => child.kill("SIGKILL"),
  );
}

/** Prints one line a cell; in a terminal also the cell that is being run. */
function cellReport(notebook: NotebookFile): (event: Event) => void {
  const count = notebook.cells.filter((cell) => cell.cell_type === "code" && sourceOf(cell).trim()).length;
  const { isTTY } = process.stderr;
  let told = "";
  return (event) => {
    switch (event.event) {
      case "start":
        told = `cell ${event.cell}/${count}: ${firstLine(event.source)}`;
        process.stderr.write(isTTY ? `\r\x1b[K${told} …` : `${told}\n`);
        return;
      case "end": {
        const seconds = `${event.seconds.toFixed(1)} s`;
        if (isTTY) process.stderr.write(`\r\x1b[K${told} (${seconds})\n`);
        else if (event.seconds >= 1) process.stderr.write(`cell ${event.cell}/${count}: done in ${seconds}\n`);
        return;
      }
      case "error":
        console.error(`\nnaslab: cell ${event.cell} of ${count} failed: ${event.name}: ${event.value}`);
        console.error(isTTY ? event.traceback : stripVTControlCharacters(event.traceback));
        return;
      case "dead":
        console.error(`\nnaslab: the kernel died in cell ${event.cell} of ${count}`);
        return;
      case "no-kernel":
        throw new UserError(
          `the notebook's kernel "${event.name}" is not installed; choose NASLab (TypeScript) in JupyterLab and save it`,
        );
    }
  };
}

function firstLine(source: string): string {
  const [line] = source.trim().split("\n");
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
