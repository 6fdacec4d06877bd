"""The cache folder, and its entries: bytes that are read only if they are undamaged.

Entries lie in folders that belong to the user and into which only the user can write. A folder of
somebody else, or one into which others can write, is neither read nor written. An entry is a digest
followed by its content. The digest covers the content and the entry's name, so that damage and an
entry under a wrong name are noticed. A missing, damaged or unwritable entry is no error: what it
contains is then made again.
"""

from __future__ import annotations

import hashlib
import os
import stat
import warnings
from contextlib import suppress
from pathlib import Path

from xhsim.atomic import WriteError, write_bytes

__all__ = ["OFF", "cache_folder", "folder", "read_entry", "remove_oldest", "write_entry"]

DIGEST = hashlib.sha256().digest_size
PRIVATE = 0o700
MOST_BYTES = 512 * 2**20  # of all entries of a kind; a model file of 3.5 MB makes 10 MB
VARIABLE = "XHSIM_CACHE"
OFF = "off"  # its value that turns all caches off
_refused: set[Path] = set()  # folders about which the user was told


def folder() -> Path | None:
    """Return the folder of the cache: ``XHSIM_CACHE``, or the user's cache folder.

    Returns
    -------
    Path or None
        It need not exist yet. None if ``XHSIM_CACHE`` is ``off``.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return None if chosen == OFF else Path(os.path.expanduser(chosen))  # noqa: PTH111 (works without a home)
    import platformdirs  # imported here because it is rarely needed and costs time

    return Path(platformdirs.user_cache_dir("xhsim"))


def cache_folder(kind: str) -> Path | None:
    """Return the folder of one kind of entries, and create it if need be.

    Parameters
    ----------
    kind : str
        Such as ``models``.

    Returns
    -------
    Path or None
        None if the cache is off, if the folder cannot be created, or if anybody but the user can
        write into it. Then a warning says so, once.
    """
    within = folder()
    if within is None:
        return None
    place = within / kind
    try:
        if not within.is_dir():
            within.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if not place.is_dir():
            place.mkdir(mode=PRIVATE, exist_ok=True)
        if not os.environ.get(VARIABLE) and _is_own(within.stat()):
            within.chmod(PRIVATE)  # the folder of an earlier version, or made by somebody's script
        for each in (within, place):
            if not _is_private(each.stat()):
                _tell(each)
                return None
    except OSError:
        return None
    return place


def _is_private(found: os.stat_result) -> bool:
    """Tell whether a folder is the user's own and nobody else can write into it."""
    others = stat.S_IWGRP | stat.S_IWOTH
    return _is_own(found) and (os.name == "nt" or not found.st_mode & others)


def _is_own(found: os.stat_result) -> bool:
    """Tell whether a file or folder belongs to the user. On Windows, profiles are private."""
    return os.name == "nt" or found.st_uid == os.geteuid()


def _tell(place: Path) -> None:
    if place not in _refused:
        _refused.add(place)
        warnings.warn(
            f"{place}: the cache is not used, because this folder belongs to another user or "
            f"others can write into it. If it is yours, run chmod go-w; or set {VARIABLE}",
            stacklevel=2,
        )


def read_entry(place: Path) -> bytes | None:
    """Return the content of an entry, or None if it is missing, damaged or somebody else's.

    Parameters
    ----------
    place : Path
        Its stem is the entry's name.

    Returns
    -------
    bytes or None
    """
    try:
        with place.open("rb") as file:
            if not _is_own(os.fstat(file.fileno())):
                return None
            data = file.read()
    except (OSError, ValueError):
        return None
    content = data[DIGEST:]
    if data[:DIGEST] != _digest(content, place.stem):
        return None
    with suppress(OSError):
        os.utime(place)  # the entries that were not used for longest are removed first
    return content


def write_entry(place: Path, content: bytes) -> bool:
    """Write an entry completely or not at all.

    Parameters
    ----------
    place : Path
        Its stem is the entry's name.
    content : bytes

    Returns
    -------
    bool
        Whether the disk took it. Without the entry the next start is only slower.
    """
    try:
        write_bytes(place, _digest(content, place.stem) + content)
    except WriteError:
        return False
    return True


def remove_oldest(within: Path, most_bytes: int = MOST_BYTES) -> None:
    """Remove the entries that were not used for longest, until the others are small enough.

    Parameters
    ----------
    within : Path
        A folder of entries.
    most_bytes : int, optional
        What the entries may have together.
    """
    found, files = [], []
    with suppress(OSError):  # the user may remove the folder at any time
        files = list(within.iterdir())
    for file in files:
        with suppress(OSError):
            state = file.stat()
            found.append((state.st_mtime, state.st_size, file))
    total = 0
    for _, size, file in sorted(found, reverse=True):
        total += size
        if total > most_bytes:
            with suppress(OSError):
                file.unlink()


def _digest(content: bytes, name: str) -> bytes:
    return hashlib.sha256(name.encode() + content).digest()
