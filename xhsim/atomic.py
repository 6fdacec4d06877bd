"""Atomic writing: a file, or a folder of results, is written completely or not at all.

After an error, an interrupt or a kill the old files are still there. A kill can leave a draft
behind. Its name begins with `DRAFT`, and readers do not take it for a result.
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
    """The disk refused to write a file.

    Parameters
    ----------
    path : Path
        The file.
    error : OSError
        The error of the operating system.

    Attributes
    ----------
    errno : int or None
        The number of the system's error.
    reason : str
        Its message, in lower case.

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
            hint="make room on the disk" if full else "choose a place that you may write to",
        )


def write_bytes(path: Path, content: bytes, *, durable: bool = False) -> None:
    r"""Write a file completely or not at all.

    The content goes to a draft in the same folder, which is then renamed to the file. If two
    processes write the same file, the last one wins. A reader sees one version, never a mixture.

    Parameters
    ----------
    path : Path
        The file. Missing folders are created. An existing file is replaced and keeps its
        permissions.
    content : bytes
    durable : bool
        Whether to wait until the content is on the disk, so that it survives a power cut.

    Raises
    ------
    WriteError
        An `InputError`, if the disk refuses. The old file is still there.

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
                # Mode "x" creates the file with the permissions of any new file.
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
    r"""Write a text file in UTF-8, completely or not at all. Line endings are those of `text`.

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
    r"""Write a record as indented JSON, completely or not at all.

    Parameters
    ----------
    path, durable
        As for `write_bytes`.
    record : dict, list, text or number
        It must not contain NaN or infinity, which JSON does not have.

    Raises
    ------
    ValueError
        If the record contains NaN or infinity.
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
    """Check before the work begins that results can be written to a folder.

    Parameters
    ----------
    folder : Path
        It need not exist.

    Raises
    ------
    InputError
        If the folder, or one above it, is a file or is not writable.
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
    """Provide a temporary folder, and move its files to `folder` if there was no error.

    Parameters
    ----------
    folder : Path
        Created if missing. Files of the same names are replaced. Other files stay as they are.

    Yields
    ------
    Path
        Where to write. After an error or an interrupt, in the block or while the files move,
        `folder` is as it was before.

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
    except BrokenPipeError:  # the reader of the progress has gone; the disk is fine
        raise
    except WriteError as error:
        # The user does not know the draft, so the message names the folder.
        if draft is None or draft not in Path(error.file or "").parents:
            raise
        raise _unwritable(folder, error.reason) from error
    except OSError as error:
        raise _unwritable(folder, _reason(error)) from error


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Create a folder and its parents, and afterwards remove those that stayed empty."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for path in made:
            with suppress(OSError):
                path.rmdir()


def _exchange(new: Path, folder: Path, old: Path) -> None:
    """Move files from `new` to `folder` and replaced files to `old`; after an error, undo it."""
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
            elif (folder / name).exists() and not (new / name).exists():
                (folder / name).replace(new / name)  # a file or a folder
        raise


def _unwritable(folder: Path, reason: str) -> InputError:
    return InputError(
        f'results cannot be written to "{folder}": {reason}', hint="name another folder"
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
