"""Model files as bytes and as text."""

from __future__ import annotations

import re
from pathlib import Path

from xhsim.errors import ModelError

__all__ = ["decode", "read_bytes"]

LARGEST_FILE = 50_000_000  # bytes; the largest public Vensim models are under 5 MB


def read_bytes(path: Path) -> bytes:
    """Read a model file's bytes, or say why that cannot be done.

    Raises
    ------
    ModelError
        If the file is missing, a folder, empty, unreadable or larger than `LARGEST_FILE`.
    """
    try:
        if path.is_dir():
            raise ModelError("this is a folder, not a model file", file=path)
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"the file is larger than {LARGEST_FILE:,} bytes", file=path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError("there is no such model file", file=path, hint="check the path") from None
    except OSError as error:
        raise ModelError(f"the file cannot be read: {error.strerror}", file=path) from None
    except ValueError:
        if "\0" not in str(path):
            raise
        raise ModelError("there is no such model file", hint="check the path") from None
    if not data.strip():
        raise ModelError("the file is empty", file=path, hint="give a Vensim model")
    return data


def decode(path: Path, data: bytes) -> str:
    """Turn the bytes of a model file into text, by the encoding it names.

    Raises
    ------
    ModelError
        If the file is binary, or is not in that encoding.
    """
    if b"\x00" in data[:4096]:
        raise ModelError("this is a binary file", file=path, hint="give a Vensim text model (.mdl)")
    named = re.match(rb"(?:\xef\xbb\xbf)?\s*\{([A-Za-z0-9_-]+)\}", data)
    encoding = named[1].decode("ascii") if named else "utf-8"
    try:
        return data.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
    except LookupError:
        raise ModelError(
            f'unknown text encoding "{encoding}"', file=path, line=1, hint="write {UTF-8}"
        ) from None
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data[:start].count(b"\n") + 1
        raise ModelError(
            f"the text is not {encoding}", file=path, line=line, hint="save the file as UTF-8"
        ) from None
