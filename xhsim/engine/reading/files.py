"""Reading the bytes of a model file, and decoding them into text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from xhsim.engine.reading.encodings import NOT_FOR_FILES, guessed_encoding
from xhsim.errors import ModelError

__all__ = ["as_utf8", "decode", "read_bytes"]

LARGEST_FILE = 50_000_000  # bytes; the largest public Vensim models are smaller than 5 MB

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, because its mark begins with that of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


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


def as_utf8(path: Path, data: bytes, encoding: str) -> bytes:
    r"""Return a text in an encoding that the user names as UTF-8 with a mark.

    The encoding in an XML declaration is left out, and a ``{header}`` counts less than the mark.

    Raises
    ------
    ModelError
        If the text is not in this encoding.

    Examples
    --------
    >>> as_utf8(Path("m.mdl"), b"{UTF-8}\nko\xf0t = 5", "iso-8859-9").decode("utf-8-sig")
    '{UTF-8}\nkoğt = 5'
    """
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise _not_in(encoding, path, data, error) from None
    text = re.sub(
        r"\A\ufeff?(\s*<\?xml[^<>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", r"\1", text
    )
    return codecs.BOM_UTF8 + text.removeprefix("\ufeff").encode("utf-8", "replace")


def decode(path: Path, data: bytes) -> tuple[str, str]:
    r"""Decode a Vensim model by its byte-order mark or its ``{header}``.

    Older versions of Vensim wrote the encoding of the computer, without a header or with a wrong
    one. The encoding of a text that is not UTF-8 is guessed.

    Returns
    -------
    text : str
        Its lines end in ``\n``, whatever the line ends of the file are.
    guessed : str
        The encoding, if it was guessed, or else ``""``.

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
    guessed = ""
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
            guessed = guessed_encoding(data)
            text = data.decode(guessed)
        else:
            raise _not_in(encoding, path, data, error) from None
    except UnicodeError as error:
        raise _not_in(encoding, path, data, error) from None
    return text.replace("\r\n", "\n").replace("\r", "\n"), guessed


def _not_in(encoding: str, path: Path, data: bytes, error: UnicodeError) -> ModelError:
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = data[:start].count(b"\n") + 1
    return ModelError(
        f"the text is not {encoding}",
        file=path,
        line=line,
        hint='save the file as UTF-8, or name its encoding: load_model(path, encoding="cp1252")',
    )
