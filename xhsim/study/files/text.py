"""The reader of text files, with a clear message for files that are not text."""

from __future__ import annotations

import re
from pathlib import Path

from xhsim.errors import InputError, did_you_mean

__all__ = ["read_text"]

LARGEST = 5_000_000
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path, *, largest: int = LARGEST) -> str:
    r"""Read a UTF-8 file written by people.

    Parameters
    ----------
    path : Path
        The file.
    largest : int
        Maximum size in bytes.

    Returns
    -------
    str
        The text without a byte-order mark, with ``\n`` at the end of each line.

    Raises
    ------
    InputError
        If the file is missing, a directory, unreadable, too large, empty, binary, or in another
        encoding.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "plan.yaml").write_bytes(b"label: x\r\n")
    ...     read_text(Path(folder, "plan.yaml"))
    'label: x\n'
    """
    data = _read_bytes(path, largest)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("the file is UTF-16 text", file=path, hint="save it as UTF-8")
    if b"\0" in data:
        raise InputError("this is a binary file, not text", file=path, hint="give a text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a byte-order mark the position counts from after it; the line number is the same.
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"the file is not UTF-8 text (byte 0x{data[error.start]:02x})",
            file=path,
            line=line,
            hint="save it as UTF-8",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError("the file is empty", file=path, hint="write it or remove it")
    strange = _UNPRINTABLE.search(text)
    if strange:
        before = text[: strange.start()]
        raise InputError(
            f"unprintable character U+{ord(strange.group()):04X}",
            file=path,
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            hint="remove it",
        )
    return text


def _read_bytes(path: Path, largest: int) -> bytes:
    try:
        if path.is_dir():
            raise InputError("this is a folder, not a file", file=path, hint="give a file")
        if not path.exists():
            raise InputError("no such file", file=path, hint=_neighbour(path))
        if not path.is_file():
            raise InputError("this is not an ordinary file", file=path, hint="give a text file")
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a zero character in it
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the file cannot be read: {reason}", file=path) from None
    if len(data) > largest:
        raise InputError(
            f"the file is larger than {largest / 1e6:g} MB",
            file=path,
            hint="check that it is the right file",
        )
    return data


def _neighbour(path: Path) -> str | None:
    """Suggest a file with a similar name in the same folder."""
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f'there is no folder "{path.parent}" either'
    return did_you_mean(path.name, names)
