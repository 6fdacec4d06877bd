"""A cache of resolved equations, so that the next start need neither parse nor resolve a model.

The name of an entry is a hash of the model file's bytes and of what reads it. An entry contains
the hashes of the data files that the model names, and they are compared before use. A digest at
the start of the entry detects every accidental change, and only the user can write into the
folder. If somebody replaces both content and digest nevertheless, the entry is another model at
most, but no code (`xhsim.engine.loading.stored`). What is missing or damaged is made again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from xhsim import __version__
from xhsim.engine.cache_entries import cache_folder, read_entry, remove_oldest, write_entry
from xhsim.engine.equations import Equations
from xhsim.engine.language import syntax
from xhsim.engine.limits import VARIABLE
from xhsim.engine.loading.stored import NOT_FITTING, StoredEquations, decoded, encoded
from xhsim.engine.reading.cache import are_same, cached_read
from xhsim.engine.resolving.resolve import resolve
from xhsim.errors import ModelError

__all__ = ["Found", "entry_place", "find_equations", "store_equations"]

FORMAT = 1  # raise this when the form of an entry changes
# Bytes of an entry. Many variables with thousands of elements each make a larger one. Each lists
# the elements again, and decoding that takes more memory than resolving the file anew.
MOST_OF_ONE = 32 * 2**20
ENGINE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Found:
    """Stored equations, and what the reader of the file had to repair."""

    equations: Equations
    remarks: tuple[str, ...]


def entry_place(
    path: Path, *, allow_outside: bool = False, encoding: str | None = None
) -> Path | None:
    """Return the place of the entry of a model file as it is now.

    Parameters
    ----------
    path : Path
        The model file.
    allow_outside : bool, default False
        Whether the model may name data files outside its own folder.
    encoding : str, optional
        In place of what the file says of its encoding.

    Returns
    -------
    Path or None
        None if nothing can be stored, or the file cannot be read. The reader then reports why.
    """
    within = cache_folder("equations")
    if within is None:
        return None
    try:
        data = path.read_bytes() if path.is_file() else b""
    except (OSError, ValueError):
        return None
    if not data:
        return None
    limits = os.environ.get(VARIABLE)
    how = f"{_makers()} {path.suffix.lower()} {allow_outside} {encoding} {limits}"
    return within / f"{hashlib.sha256(how.encode() + data).hexdigest()}.msgpack"


def find_equations(
    place: Path, path: Path, *, allow_outside: bool = False, encoding: str | None = None
) -> Found | None:
    """Return the equations of a model file if the same bytes were resolved before.

    Parameters
    ----------
    place : Path
        By `entry_place`.
    path, allow_outside, encoding
        As for `entry_place`.

    Returns
    -------
    Found or None
    """
    content = read_entry(place)
    if content is None:
        return None
    try:
        entry = decoded(content)
    except NOT_FITTING:
        return None
    if not are_same(entry.files, path):
        return None
    again = partial(_again, path, place, entry.variables, allow_outside, encoding)
    return Found(StoredEquations.of(str(path), entry, again), entry.remarks)


def store_equations(
    place: Path,
    path: Path,
    text: syntax.ModelText,
    equations: Equations,
    *,
    allow_outside: bool = False,
    encoding: str | None = None,
) -> None:
    """Store the equations of a model file for the next start.

    Parameters
    ----------
    place : Path
        By `entry_place`, before the file was read.
    path, allow_outside, encoding
        As for `entry_place`.
    text : syntax.ModelText
        What the file says.
    equations : Equations
        What became of it, without data of other files.
    """
    if entry_place(path, allow_outside=allow_outside, encoding=encoding) != place:
        return  # somebody saved the file while it was read
    try:
        content = encoded(equations, text.files, text.remarks)
    except (UnicodeEncodeError, RecursionError):
        return  # without a stored entry the next start is only slower
    if len(content) <= MOST_OF_ONE and write_entry(place, content):
        remove_oldest(place.parent)


def _again(
    path: Path,
    place: Path,
    variables: tuple[object, ...],
    allow_outside: bool,
    encoding: str | None,
) -> Equations:
    """Read the file anew, because the right-hand sides of its entry do not fit."""
    with suppress(OSError):
        place.unlink()
    if entry_place(path, allow_outside=allow_outside, encoding=encoding) == place:
        fresh = resolve(cached_read(path, allow_outside=allow_outside, encoding=encoding))
        if tuple(fresh.variables.values()) == variables:
            return fresh
    raise ModelError(
        "what was stored of this model is damaged, and was removed", file=path, hint="load it again"
    )


@cache
def _makers() -> str:
    """Describe what reads and resolves files: versions, and size and time of the modules.

    Python's own cache of modules compares the same. Reading all modules would take 30 ms.
    """
    states = []
    for within, folders, files in os.walk(ENGINE):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".py"):
                state = Path(within, name).stat()
                states.append((name, state.st_size, state.st_mtime_ns))
    pysd = importlib.metadata.version("pysd")
    return hashlib.sha256(repr((FORMAT, __version__, pysd, states)).encode()).hexdigest()
