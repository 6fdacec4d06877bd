"""A cache of model files that were read, so that the next start need not parse them again.

The cache stores only data: the records of `xhsim.engine.language.syntax` as MessagePack. The name
of an entry is a hash of the file's bytes and of the versions that read it. An entry contains the
hashes of the data files that the model names, and they are compared before use. A digest at the
start of the entry detects every accidental change. Only the user can write into the folder. If
somebody replaces both content and digest nevertheless, the entry is another model at most, but no
code, because every field must match the type of its record. A damaged entry is ignored, and the
file is read again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import structs

from xhsim.engine.cache_entries import cache_folder, read_entry, remove_oldest, write_entry
from xhsim.engine.language import syntax

__all__ = ["are_same", "cached_read"]

FORMAT = 26  # raise this when the records or the meaning of their fields change


def cached_read(
    path: Path, *, allow_outside: bool = False, encoding: str | None = None
) -> syntax.ModelText:
    """Read a model file, or return the stored records if the same bytes were read before.

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
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model.
    """
    data = _bytes(path)
    within = cache_folder("models")
    place = (
        within / f"{_key(data, path.suffix, allow_outside, encoding)}.msgpack" if within else None
    )
    found = _load(place, path) if place and data else None
    if found is not None:
        return found
    from xhsim.engine import reading  # PySD takes a second to import

    model = reading.read_model(path, allow_outside=allow_outside, encoding=encoding)
    if place and _bytes(path) == data:  # nobody saved the file while it was read
        _store(place, model)
    return model


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file, or nothing if it cannot be read. The reader then reports why."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except (OSError, ValueError):
        return b""


def _key(data: bytes, suffix: str, allow_outside: bool, encoding: str | None) -> str:
    pysd = importlib.metadata.version("pysd")
    versions = f"{FORMAT} {pysd} {suffix.lower()} {allow_outside} {encoding}"
    return hashlib.sha256(versions.encode() + b"\n" + data).hexdigest()


def _load(place: Path, path: Path) -> syntax.ModelText | None:
    content = read_entry(place)
    if content is None:
        return None
    try:
        model = msgspec.msgpack.decode(content, type=syntax.ModelText)
        if are_same(model.files, path):
            return structs.replace(model, path=str(path))
    except (OSError, ValueError, RecursionError, msgspec.DecodeError):
        pass  # an entry of another kind: read the file again
    return None


def are_same(files: Iterable[tuple[str, str]], path: Path) -> bool:
    """Tell whether data files are as they were when an entry was made.

    Parameters
    ----------
    files : iterable of (str, str)
        Path relative to the model's folder, and SHA-256 of the bytes.
    path : Path
        The model file.
    """
    return all(
        hashlib.sha256(_bytes(path.parent / name)).hexdigest() == digest for name, digest in files
    )


def _store(place: Path, model: syntax.ModelText) -> None:
    """Store a model without its path, because a copy of the file elsewhere uses the same entry."""
    try:
        content = msgspec.msgpack.encode(structs.replace(model, path=""))
    except (UnicodeEncodeError, RecursionError):
        return  # without a stored entry the next start is only slower
    if write_entry(place, content):
        remove_oldest(place.parent)
