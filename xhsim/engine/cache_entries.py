"""The cache folder, and its entries: bytes that are read only if they are undamaged.

An entry is a digest followed by its content. The digest covers the content and the entry's name,
so that damage and an entry under a wrong name are noticed. A missing, damaged or unwritable entry
is no error: what it contains is then made again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from xhsim.atomic import WriteError, write_bytes

__all__ = ["OFF", "folder", "is_own", "read_entry", "write_entry"]

DIGEST = hashlib.sha256().digest_size
OFF = "off"  # the value of XHSIM_CACHE that turns all caches off


def folder() -> Path | None:
    """Return the folder of the cache: ``XHSIM_CACHE``, or the user's cache folder.

    Returns
    -------
    Path or None
        It need not exist yet. None if ``XHSIM_CACHE`` is ``off``.
    """
    chosen = os.environ.get("XHSIM_CACHE")
    if chosen:
        return None if chosen == OFF else Path(chosen)
    import platformdirs  # imported here because it is rarely needed and costs time

    return Path(platformdirs.user_cache_dir("xhsim"))


def read_entry(place: Path, *, only_own: bool = False) -> bytes | None:
    """Return the content of an entry, or None if it is missing or damaged.

    Parameters
    ----------
    place : Path
        Its stem is the entry's name.
    only_own : bool, default False
        Whether a file that belongs to another user counts as missing.

    Returns
    -------
    bytes or None
    """
    try:
        with place.open("rb") as file:
            if only_own and not is_own(os.fstat(file.fileno())):
                return None
            data = file.read()
    except (OSError, ValueError):
        return None
    content = data[DIGEST:]
    return content if data[:DIGEST] == _digest(content, place.stem) else None


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


def is_own(found: os.stat_result) -> bool:
    """Tell whether a file or folder belongs to the user. On Windows, profiles are private."""
    return os.name == "nt" or found.st_uid == os.geteuid()


def _digest(content: bytes, name: str) -> bytes:
    return hashlib.sha256(name.encode() + content).digest()
