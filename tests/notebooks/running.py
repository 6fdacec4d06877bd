"""Running notebooks: each once in a test run, two at a time, with its claims as a last cell."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["AT_ONCE", "Run", "Runs", "run_notebook"]

AT_ONCE = 2  # with more, kernels wait for each other on the two cores of a common machine
TIMEOUT = 300  # seconds a cell may take on a machine that is busy with other things


@dataclass(frozen=True)
class Run:
    """What a notebook shows when it is run.

    Attributes
    ----------
    stored, made : NotebookNode
        As the file has it, and as the code gives it now, up to the first error.
    error : str
        Of the first cell that fails, or of the claims; empty if none does.
    """

    stored: Any
    made: Any
    error: str


def run_notebook(path: Path, claims: str = "") -> Run:
    """Run a notebook from top to bottom in a kernel of its own, and then what is claimed of it.

    Parameters
    ----------
    path : Path
    claims : str
        Code that is run in the same kernel after the last cell.
    """
    # Every process of the tests reads this module, and one of them runs notebooks.
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    stored = nbformat.read(path, as_version=4)
    made = copy.deepcopy(stored)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    cells = len(made.cells)
    made.cells.append(nbformat.v4.new_code_cell(claims))
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(made, timeout=TIMEOUT, kernel_name="python3", resources=resources)
    error = ""
    try:
        asyncio.run(client.async_execute())  # `execute` would leave a thread's loop open
    except CellExecutionError as failure:
        error = str(failure)
    del made.cells[cells:]
    return Run(stored, made, error)


class Runs:
    """Runs of several notebooks that go on behind the tests which ask for them."""

    def __init__(self, notebooks: Iterable[tuple[Path, str]]) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._found: dict[str, Future[Run]] = {
            path.stem: self._pool.submit(run_notebook, path, claims) for path, claims in notebooks
        }

    def of(self, name: str) -> Run:
        """Wait for the run of a notebook."""
        return self._found[name].result()

    def end(self) -> None:
        """Begin no further one."""
        self._pool.shutdown(cancel_futures=True)
