"""What Jupyter's own clients make of the kernel, as JSON on stdout: python jupyter.py FOLDER (the cells' working folder)."""
import json
import sys
import time

import nbformat
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

folder = sys.argv[1]

SHOW = """const notebook = (globalThis as any)[Symbol.for("naslab.notebook")];
const show = (text: string, update: boolean) => notebook.display({ "text/plain": text }, { id: "d", update });
show("first", false);"""


def through_nbclient():
    cells = ["const a: number = 1;\na + 1", SHOW, 'show("second", true)', "const b = 2;\nthrow new RangeError(`not ${b}`);", "3"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, kernel_name="naslab", resources={"metadata": {"path": folder}})
    try:
        client.execute()
        error = None
    except CellExecutionError as raised:
        error = {"ename": raised.ename, "evalue": raised.evalue, "traceback": raised.traceback}
    return {"outputs": [cell.outputs for cell in notebook.cells], "error": error}


def restarted(client, manager, code):
    """Seconds that a restart takes while the kernel is busy with `code`, and what it knows of a name afterwards."""
    client.execute_interactive("const before = 1")
    client.execute(code)
    while client.get_iopub_msg()["content"].get("text") != "busy\n":
        pass
    start = time.monotonic()
    manager.shutdown_kernel(restart=True)
    seconds = time.monotonic() - start
    manager.start_kernel(**manager._launch_args)
    client.wait_for_ready(timeout=30)
    return {"seconds": seconds, "status": client.execute_interactive("before", output_hook=lambda _: None)["content"]["status"]}


def through_manager():
    manager, client = start_new_kernel(kernel_name="naslab", cwd=folder)
    awaiting = restarted(client, manager, 'await 0; console.log("busy"); await new Promise(() => {})')
    looping = restarted(client, manager, 'console.log("busy"); for (;;);')
    start = time.monotonic()
    client.stop_channels()
    manager.shutdown_kernel()
    return {"awaiting": awaiting, "looping": looping, "shutdown": time.monotonic() - start}


print(json.dumps({"nbclient": through_nbclient(), "manager": through_manager()}))
