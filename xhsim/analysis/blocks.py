"""Blocks of numbers on disk: written completely or not at all, each with a digest of its bits.

Only one process writes to a folder at a time. A block is data: reading it never runs code.
"""

from __future__ import annotations

import errno
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from xhsim.atomic import WriteError, check_folder, write_bytes
from xhsim.errors import InputError

__all__ = [
    "LOCK",
    "UNREADABLE",
    "Block",
    "digest",
    "needed",
    "read_block",
    "write_block",
    "writing_alone",
]

Block = dict[str, NDArray[Any]]
LOCK = ".lock"
UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile)  # what reading a block may raise
EXTRAS = {"dask": "cluster", "distributed": "cluster", "moocore": "fronts", "pymoo": "fronts"}


def needed(package: str) -> Any:
    """Import an optional package, or a module of one.

    Raises
    ------
    InputError
        If it is not installed.

    Examples
    --------
    >>> needed("json").loads("1")
    1
    """
    try:
        return import_module(package)
    except ImportError:
        top = package.partition(".")[0]
        raise InputError(
            f"this needs the package {top}",
            hint=f'pip install "xhsim[{EXTRAS.get(top, "sweep")}]"',
        ) from None


def digest(block: Mapping[str, NDArray[Any]]) -> str:
    """Compute a digest of a block: names, shapes, types and bits.

    Examples
    --------
    >>> digest({"a": np.zeros(2)}) == digest({"a": -np.zeros(2)})
    False
    """
    found = hashlib.sha256()
    for name in sorted(block):
        array = np.ascontiguousarray(block[name])
        found.update(f"{name}{array.shape}{array.dtype.str}".encode())
        found.update(array.tobytes())
    return found.hexdigest()[:16]


def read_block(path: Path) -> Block:
    """Read a block.

    Raises
    ------
    ValueError
        If it is damaged. A file that is not a block raises one of `UNREADABLE`.
    """
    content = io.BytesIO(path.read_bytes())
    with np.load(content, allow_pickle=False) as stored:
        block = {name: stored[name] for name in stored.files if name != "digest"}
        if str(stored["digest"]) != digest(block):
            raise ValueError("damaged")
    return block


def write_block(path: Path, block: Block) -> None:
    """Write a block completely or not at all, so that it survives a power cut."""
    buffer = io.BytesIO()
    np.savez(buffer, digest=np.array(digest(block)), **block)  # type: ignore[arg-type]
    write_bytes(path, buffer.getvalue(), durable=True)


@contextmanager
def writing_alone(folder: Path) -> Iterator[None]:
    """Lock a folder against other processes. The system frees the lock if this process dies.

    Raises
    ------
    InputError
        If another process writes to it, or the disk is full. Finished blocks are kept.
    """
    filelock = needed("filelock")
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise InputError(
            f'another process is writing to "{folder}"', hint="wait for it, or name another folder"
        ) from None
    try:
        yield
    except (OSError, WriteError) as error:
        if error.errno != errno.ENOSPC:
            raise
        raise InputError(
            f'no space is left where "{folder}" is',
            hint="make room and run the same command again: finished blocks are kept",
        ) from None
    finally:
        lock.release()
