"""A notebook in the hands of papermill, nbconvert and jupyter console, as JSON on stdout: python clients.py FOLDER.

FOLDER is where `naslab` resolves; the exports are written there.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pypandoc
from nbconvert import get_exporter
from nbconvert.nbconvertapp import NbConvertApp
from papermill.translators import papermill_translators

folder = Path(sys.argv[1])
os.chdir(folder)
os.environ["PATH"] = os.pathsep.join([str(Path(pypandoc.get_pandoc_path()).parent), os.environ["PATH"]])

FIGURE = """import { spaces } from "naslab";
spaces.nasBench201()"""
PARAMETERS = 'let epochs = 1;   // how many\nlet name: string = "http://a"; // where\nconst rate = 1 / 2'
VALUES = {"epochs": 3, "name": 'é "q"\n', "rate": float("inf"), "more": {"a b": [1, None, True, -2.5]}, "large": 2**60}
CONSOLE = 'const half: number = 21;\nhalf * 2\nawait prompt("who? ")\nBob\n'


def notebook():
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell("# A title\n\nText with $x^2$."),
        v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        v4.new_code_cell(FIGURE),
        v4.new_code_cell("[{ a_b: epochs, c: rate }]"),
        v4.new_code_cell("JSON.stringify([epochs, name, more, String(large)])"),
    ]
    kernel = {"name": "naslab", "display_name": "NASLab (TypeScript)", "language": "typescript"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def through_papermill():
    nbformat.write(notebook(), "in.ipynb")
    papermill.execute_notebook("in.ipynb", "out.ipynb", parameters=VALUES, progress_bar=False)
    executed = nbformat.read("out.ipynb", as_version=4)
    translator = papermill_translators.find_translator("naslab", "typescript")
    return {
        "injected": next(cell.source for cell in executed.cells if "injected-parameters" in cell.metadata.get("tags", [])),
        "outputs": [cell.outputs for cell in executed.cells if cell.cell_type == "code"],
        "parameters": [list(parameter) for parameter in translator.inspect({"source": PARAMETERS})],
    }


def through_nbconvert():
    for name in ["html", "markdown", "latex"]:
        NbConvertApp.clear_instance()
        NbConvertApp.launch_instance(["--to", name, "--log-level=ERROR", "out.ipynb"])
    return {name: Path(f"out{get_exporter(name)().file_extension}").read_text() for name in ["html", "markdown", "latex"]}


def through_console():
    command = [sys.executable, "-m", "jupyter", "console", "--kernel", "naslab", "--simple-prompt"]
    return subprocess.run(command, input=CONSOLE, capture_output=True, text=True, timeout=60, check=True).stdout


print(json.dumps({"papermill": through_papermill(), "nbconvert": through_nbconvert(), "console": through_console()}))
