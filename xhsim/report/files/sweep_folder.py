"""The folder of a sweep: blocks while it runs, arrays and tables when it is finished.

Only one process writes at a time. A block is written completely or not at all. The final results
are made in a draft folder and then moved into place. So a sweep can be stopped at any moment: the
same command continues it, and the results are the same to the bit.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xhsim.analysis.blocks import LOCK, UNREADABLE, Block, read_block, write_block
from xhsim.atomic import DRAFT, write_text
from xhsim.errors import InputError
from xhsim.report.files.manifest import MANIFEST

__all__ = ["ARRAYS", "RECORD", "SweepFolder"]

RECORD = "sweep.json"
ARRAYS, BLOCKS = "results.zarr", "blocks"


class SweepFolder:
    """The folder with the results of one sweep.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def arrays(self) -> Path:
        """The Zarr store of a finished sweep."""
        return self.folder / ARRAYS

    @property
    def is_finished(self) -> bool:
        """Whether the results are complete."""
        return self.arrays.is_dir() and (self.folder / MANIFEST).is_file()

    def record(self) -> dict[str, Any]:
        """Return the record of the sweep in the folder.

        Raises
        ------
        InputError
            If the folder does not contain a sweep, or its record cannot be read.
        """
        path = self.folder / (MANIFEST if self.is_finished else RECORD)
        if not path.is_file():
            hint = "xhsim sweep makes one"
            raise InputError(f'there is no sweep in "{self.folder}"', hint=hint)
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            whole = isinstance(found["identity"], dict)
            if self.is_finished:
                whole &= isinstance(found["blocks"], list) and int(found["sweep"]["block"]) > 0
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise InputError("the record of the sweep is damaged", file=path)
        return found

    def check_free(self) -> None:
        """Check that the folder contains a sweep or nothing, before anything is written into it.

        Raises
        ------
        InputError
            If it contains other files.
        """
        if (self.folder / RECORD).exists() or self.is_finished or not self.folder.is_dir():
            return
        names = [path.name for path in self.folder.iterdir()]
        others = [name for name in names if name != LOCK and not name.startswith(DRAFT)]
        if others:
            raise InputError(
                f'"{self.folder}" contains other files, such as "{sorted(others)[0]}"',
                hint="name a new folder",
            )

    def begin(self, identity: Mapping[str, Any]) -> None:
        """Begin a sweep in the folder, or check that it can be continued there.

        Parameters
        ----------
        identity : mapping
            Everything that its numbers depend on.

        Raises
        ------
        InputError
            If the folder contains another sweep.
        """
        if (self.folder / RECORD).exists() or self.is_finished:
            held = self.record()["identity"]
            changed = [key for key in identity if held.get(key) != identity[key]]
            if changed:
                what = _what_changed(held, identity, changed)
                raise InputError(
                    f'"{self.folder}" contains another sweep: {what}',
                    hint="name another folder, or remove this one",
                )
            return
        text = json.dumps({"identity": dict(identity)}, indent=2)
        write_text(self.folder / RECORD, text, durable=True)

    def has(self, number: int) -> bool:
        """Return whether a block exists and is undamaged."""
        try:
            self.block(number)
        except UNREADABLE:
            return False
        return True

    def block(self, number: int) -> Block:
        """Read a block of an unfinished sweep."""
        return read_block(self._path(number))

    def store(self, number: int, block: Block) -> None:
        """Write a block completely or not at all."""
        write_block(self._path(number), block)

    def _path(self, number: int) -> Path:
        return self.folder / BLOCKS / f"{number:06d}.npz"

    @contextmanager
    def finishing(self) -> Iterator[Path]:
        """Open an empty draft folder. Its files become the results if no error occurs."""
        draft = self.folder / ".draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        yield draft
        # The manifest comes last: without it the sweep is unfinished, and all is made again.
        for path in sorted(draft.iterdir(), key=lambda path: path.name == MANIFEST):
            goal = self.folder / path.name
            if goal.is_dir():
                shutil.rmtree(goal)
            path.replace(goal)
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(self.folder / BLOCKS, ignore_errors=True)
        (self.folder / RECORD).unlink(missing_ok=True)


def _what_changed(held: Mapping[str, Any], now: Mapping[str, Any], changed: list[str]) -> str:
    """Name the files that changed, or the other parts of the identity."""
    if "inputs" in changed and isinstance(held.get("inputs"), Mapping):
        before, after = held["inputs"], now["inputs"]
        files = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        return f"{', '.join(files)} changed since"
    return f"{', '.join(changed)} changed since"
