"""Reading the bytes of a model file, and decoding them into text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from xhsim.errors import ModelError

__all__ = ["decode", "read_bytes"]

LARGEST_FILE = 50_000_000  # bytes; the largest public Vensim models are smaller than 5 MB

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, because its mark begins with that of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Codecs that are not encodings of files: no editor saves a file in them, and some are very slow.
NOT_FOR_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"}


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a model file.

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
    r"""Decode a Vensim model by its byte-order mark or its ``{header}``.

    Older versions of Vensim wrote the encoding of the computer, without a header or with a wrong
    one. A text that is not UTF-8 is decoded as Chinese (GB 18030) if that fits, or else as Western
    European. Lines of the returned text end in ``\n``, whatever the line ends of the file are.

    Raises
    ------
    ModelError
        If the file is binary, or names an encoding that is unknown or does not fit.
    """
    marked = next((name for mark, name in MARKS.items() if data.startswith(mark)), None)
    if marked is None and b"\x00" in data[:4096]:
        raise ModelError("this is a binary file", file=path, hint="give a Vensim text model (.mdl)")
    named = re.match(rb"\s*\{([A-Za-z0-9_-]+)\}", data)
    encoding = marked or (named[1].decode("ascii") if named else "utf-8")
    try:
        if codecs.lookup(encoding).name in NOT_FOR_FILES:
            raise LookupError
        text = data.decode(encoding)
    except LookupError:
        raise ModelError(
            f'unknown text encoding "{encoding}"', file=path, line=1, hint="write {UTF-8}"
        ) from None
    except UnicodeDecodeError as error:
        if codecs.lookup(encoding).name in {"utf-8", "ascii"} and not marked:
            text = _decode_old(data)
        else:
            raise _not_in(encoding, path, data, error) from None
    except UnicodeError as error:
        raise _not_in(encoding, path, data, error) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_old(data: bytes) -> str:
    """Decode a text of an older version of Vensim, which may be in the computer's encoding."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    # A Chinese character is two bytes, so that whole words have an even number of high bytes.
    if runs and all(len(run) % 2 == 0 for run in runs):
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _not_in(encoding: str, path: Path, data: bytes, error: UnicodeError) -> ModelError:
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = data[:start].count(b"\n") + 1
    return ModelError(
        f"the text is not {encoding}", file=path, line=line, hint="save the file as UTF-8"
    )
