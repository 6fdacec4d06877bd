"""Writing files: a file appears whole or not at all, and so does a folder of results.

Whatever goes wrong, an error, an interrupt or a kill, what was there before is still there. A kill
can leave a draft behind, whose name begins with `DRAFT`; no reader takes it for a result.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from xhsim.errors import InputError

__all__ = [
    "DRAFT",
    "WriteError",
    "check_folder",
    "write_bytes",
    "write_json",
    "write_text",
    "writing",
]

DRAFT = ".writing-"


class WriteError(InputError):
    """A file that the disk does not take.

    Parameters
    ----------
    path : Path
        The file.
    error : OSError
        What the disk said.

    Attributes
    ----------
    errno : int or None
        Its number.
    reason : str
        Its words.

    Examples
    --------
    >>> print(WriteError(Path("plan.png"), OSError(errno.ENOSPC, "No space left on device")))
    plan.png: the file cannot be written: no space left on device. make room on the disk
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.errno = error.errno
        self.reason = _reason(error)
        full = error.errno == errno.ENOSPC
        super().__init__(
            f"the file cannot be written: {self.reason}",
            file=path,
            hint="make room on the disk" if full else "name a place that may be written to",
        )


def write_bytes(path: Path, content: bytes, *, durable: bool = False) -> None:
    r"""Write a file, whole or not at all.

    The content goes to a draft in the same folder, which then takes the file's name. Of two that
    write the same file, the last one wins; a reader sees one of them, never a mixture.

    Parameters
    ----------
    path : Path
        The file. Missing folders are made; a file that exists is replaced and keeps its
        permissions.
    content : bytes
    durable : bool
        Whether to wait until the disk has it, so that it outlives a power cut, too.

    Raises
    ------
    WriteError
        An `InputError`, if the disk refuses. What was there before is still there.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_bytes(Path(folder) / "new" / "a.bin", b"\x01\x02")
    ...     (Path(folder) / "new" / "a.bin").read_bytes()
    b'\x01\x02'
    """
    draft = path.with_name(DRAFT + secrets.token_hex(8))
    try:
        with _folder(path.parent):
            try:
                # "x" makes the file with the permissions that any new file gets.
                with draft.open("xb") as file:
                    file.write(content)
                    if durable:
                        file.flush()
                        os.fsync(file.fileno())
                with suppress(FileNotFoundError):
                    shutil.copymode(path, draft)
                draft.replace(path)
            finally:
                with suppress(OSError):
                    draft.unlink()
    except OSError as error:
        raise WriteError(path, error) from error


def write_text(path: Path, text: str, *, durable: bool = False) -> None:
    r"""Write a text file in UTF-8, whole or not at all; lines end as they do in `text`.

    Parameters
    ----------
    path, durable
        As for `write_bytes`.
    text : str

    Raises
    ------
    WriteError
        As for `write_bytes`.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_text(Path(folder) / "a.txt", "规划\n")
    ...     (Path(folder) / "a.txt").read_text(encoding="utf-8")
    '规划\n'
    """
    write_bytes(path, text.encode("utf-8"), durable=durable)


def write_json(path: Path, record: Any, *, durable: bool = False) -> None:
    r"""Write a record as JSON that people can read, whole or not at all.

    Parameters
    ----------
    path, durable
        As for `write_bytes`.
    record : dict, list, text or number
        Without NaN and infinity, which JSON does not have.

    Raises
    ------
    ValueError
        For what JSON does not have.
    WriteError
        As for `write_bytes`.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_json(Path(folder) / "a.json", {"draws": 8})
    ...     (Path(folder) / "a.json").read_text(encoding="utf-8")
    '{\n  "draws": 8\n}\n'
    """
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n", durable=durable)


def check_folder(folder: Path) -> None:
    """See that results can be written to a folder, before the work begins.

    Parameters
    ----------
    folder : Path
        It need not exist.

    Raises
    ------
    InputError
        If it, or something above it, is a file, or may not be written.
    """
    try:
        nearest = next((path for path in (folder, *folder.parents) if path.exists()), Path())
        is_folder = nearest.is_dir()
    except OSError as error:
        raise _unwritable(folder, _reason(error)) from None
    if not is_folder:
        raise InputError(
            f'results cannot be written to "{folder}": "{nearest}" is a file',
            hint="name a folder",
        )
    if not os.access(nearest, os.W_OK):
        raise _unwritable(folder, "no permission")


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Give a temporary folder; when all went well its files move to `folder`.

    Parameters
    ----------
    folder : Path
        Made if missing. Files of the same names are replaced; others are left alone.

    Yields
    ------
    Path
        Where to write. If an error or an interrupt leaves the block, or comes while the files
        move, `folder` is as it was.

    Raises
    ------
    InputError
        If the disk refuses.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     out = Path(place) / "results"
    ...     with writing(out) as draft:
    ...         write_text(draft / "a.csv", "x")
    ...         write_text(draft / "b.csv", "y")
    ...     sorted(path.name for path in out.iterdir())
    ['a.csv', 'b.csv']
    """
    check_folder(folder)
    draft: Path | None = None
    try:
        with _folder(folder):
            try:
                draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
                new, old = draft / "new", draft / "old"
                new.mkdir()
                old.mkdir()
                yield new
                _exchange(new, folder, old)
            finally:
                if draft is not None:
                    shutil.rmtree(draft, ignore_errors=True)
    except BrokenPipeError:  # of somebody who read the progress, not of the disk
        raise
    except WriteError as error:
        # Nobody knows the draft: what cannot be written is the folder.
        if draft is None or draft not in Path(error.file or "").parents:
            raise
        raise _unwritable(folder, error.reason) from error
    except OSError as error:
        raise _unwritable(folder, _reason(error)) from error


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make a folder and those above it, and take away again what nothing came into."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for path in made:
            with suppress(OSError):
                path.rmdir()


def _exchange(new: Path, folder: Path, old: Path) -> None:
    """Move files from `new` to `folder`, those they replace to `old`; or else all back."""
    names = sorted(path.name for path in new.iterdir())
    for name in names:
        if (folder / name).is_dir():
            raise InputError(
                f'results cannot be written to "{folder}": "{name}" in it is a folder',
                hint="name another folder",
            )
    try:
        for name in names:
            if (folder / name).exists():
                (folder / name).replace(old / name)
            (new / name).replace(folder / name)
    except BaseException:
        for name in names:
            if (old / name).exists():
                (old / name).replace(folder / name)
            elif not (new / name).exists():
                (folder / name).unlink(missing_ok=True)
        raise


def _unwritable(folder: Path, reason: str) -> InputError:
    return InputError(
        f'results cannot be written to "{folder}": {reason}', hint="name another folder"
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
