"""Executes a notebook through the kernel that it names, and writes it with its outputs.

Usage: run_notebook.py FOLDER OUTPUT, with the notebook as one line of JSON on standard input, which the caller keeps open.
Every line on standard output is a JSON event: {"event": "start" | "end" | "error" | "dead" | "no-kernel", ...}.
SIGINT interrupts the kernel, and no further cell is run. The exit code is 0 if every cell was run.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def tell(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


def write(notebook, path):
    """Writes the notebook so that nobody ever sees half of it."""
    half = f"{path}.{os.getpid()}.half"
    try:
        nbformat.write(notebook, half)
        os.replace(half, path)
    finally:
        if os.path.exists(half):
            os.remove(half)


def interrupt_with_caller():
    """A caller that was killed closes our standard input."""
    threading.Thread(target=lambda: (sys.stdin.read(), os.kill(os.getpid(), signal.SIGINT)), daemon=True).start()


async def execute(client):
    """Runs the code cells in order. True if it came to the end."""
    interrupted = False
    loop = asyncio.get_running_loop()

    def interrupt():
        nonlocal interrupted
        interrupted = True
        asyncio.ensure_future(client.km.interrupt_kernel())

    async with client.async_setup_kernel():
        # nbclient's own handlers would shut the kernel down, and its last outputs with it.
        loop.add_signal_handler(signal.SIGINT, interrupt)
        loop.add_signal_handler(signal.SIGTERM, interrupt)
        for number, (index, cell) in enumerate(code_cells(client.nb), start=1):
            if interrupted:
                break
            tell("start", cell=number, source=cell.source)
            start = time.monotonic()
            try:
                await client.async_execute_cell(cell, index)
            except CellExecutionError as error:
                if not interrupted:
                    tell("error", cell=number, name=error.ename, value=error.evalue, traceback=traceback_in(cell))
                return False
            except DeadKernelError:
                tell("dead", cell=number)
                return False
            tell("end", cell=number, seconds=time.monotonic() - start)
        client.set_widgets_metadata()
    return not interrupted


def code_cells(notebook):
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]


def traceback_in(cell):
    """The traceback that the kernel sent (nbclient's error repeats the cell before it)."""
    return "\n".join(line for output in cell.outputs if output.output_type == "error" for line in output.traceback)


def main(folder, output):
    notebook = nbformat.reads(sys.stdin.readline(), as_version=4)
    interrupt_with_caller()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    client = NotebookClient(notebook, timeout=None, resources={"metadata": {"path": folder}}, record_timing=False)
    client.coalesce_streams = True
    try:
        complete = asyncio.run(execute(client))
    except NoSuchKernel as error:
        tell("no-kernel", name=error.name)
        return 1
    write(notebook, output)
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
