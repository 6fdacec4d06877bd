"""A cache of model files that were read, so that the next start need not parse them again.

The cache stores only data: the records of `xhsim.engine.language.syntax` as MessagePack. The name
of an entry is a hash of the file's bytes and of the versions that read it. An entry contains the
hashes of the data files that the model names, and they are compared before use. A digest at the
start of the entry detects every accidental change. Somebody who replaces both content and digest
can insert another model but no code, because every field must match the type of its record. A
damaged entry is ignored, and the file is read again.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from pathlib import Path

import msgspec
from msgspec import structs

from xhsim.atomic import WriteError, write_bytes
from xhsim.engine.language import syntax

__all__ = ["cached_read", "folder"]

FORMAT = 3  # raise this when the records or the meaning of their fields change
DIGEST = hashlib.sha256().digest_size


def folder() -> Path:
    """Return the folder of the cache: ``XHSIM_CACHE``, or the user's cache folder.

    Returns
    -------
    Path
        It need not exist yet.
    """
    chosen = os.environ.get("XHSIM_CACHE")
    if chosen:
        return Path(chosen)
    import platformdirs  # imported here because it is rarely needed and costs time

    return Path(platformdirs.user_cache_dir("xhsim"))


def cached_read(path: Path, *, allow_outside: bool = False) -> syntax.ModelText:
    """Read a model file, or return the stored records if the same bytes were read before.

    Parameters
    ----------
    path : Path
        The model file.
    allow_outside : bool, default False
        Whether the model may name data files outside its own folder.

    Returns
    -------
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model.
    """
    data = _bytes(path)
    place = folder() / f"{_key(data, path.suffix, allow_outside)}.msgpack"
    found = _load(place, path) if data else None
    if found is not None:
        return found
    from xhsim.engine import reading  # PySD takes a second to import

    model = reading.read_model(path, allow_outside=allow_outside)
    _store(place, model)
    return model


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file, or nothing if it cannot be read. The reader then reports why."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except (OSError, ValueError):
        return b""


def _key(data: bytes, suffix: str, allow_outside: bool) -> str:
    pysd = importlib.metadata.version("pysd")
    versions = f"{FORMAT} {pysd} {suffix.lower()} {allow_outside}"
    return hashlib.sha256(versions.encode() + b"\n" + data).hexdigest()


def _load(place: Path, path: Path) -> syntax.ModelText | None:
    try:
        model = _decoded(place.read_bytes(), place.stem)
        if all(_is_same(path.parent / name, hash_) for name, hash_ in model.files):
            return structs.replace(model, path=str(path))
    except (OSError, ValueError, RecursionError, msgspec.DecodeError):
        pass  # a damaged entry, or one of another user: read the file again
    return None


def _is_same(file: Path, digest: str) -> bool:
    return hashlib.sha256(_bytes(file)).hexdigest() == digest


def _store(place: Path, model: syntax.ModelText) -> None:
    try:
        write_bytes(place, _encoded(model, place.stem))
    except (WriteError, UnicodeEncodeError, RecursionError):
        return  # without a stored entry the next start is only slower


def _encoded(model: syntax.ModelText, key: str) -> bytes:
    """Encode a model as a digest followed by MessagePack.

    The path is left out, because a copy of the file elsewhere uses the same entry.
    """
    content = msgspec.msgpack.encode(structs.replace(model, path=""))
    return _digest(content, key) + content


def _decoded(data: bytes, key: str) -> syntax.ModelText:
    digest, content = data[:DIGEST], data[DIGEST:]
    if digest != _digest(content, key):
        raise ValueError("the digest does not match the content")
    return msgspec.msgpack.decode(content, type=syntax.ModelText)


def _digest(content: bytes, key: str) -> bytes:
    """Hash content and key, so that an entry under a wrong name counts as damaged, too."""
    return hashlib.sha256(key.encode() + content).digest()
