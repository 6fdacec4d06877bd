"""A folder of results: it gets all of its files, or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from xhsim.errors import InputError

__all__ = ["check_folder", "write_json", "writing"]


def check_folder(folder: Path) -> None:
    """See that results can be written to a folder, before the work begins.

    Raises
    ------
    InputError
        If it, or something above it, is a file, or may not be written.
    """
    try:
        nearest = next((path for path in (folder, *folder.parents) if path.exists()), Path())
        is_folder = nearest.is_dir()
    except OSError as error:
        raise _unwritable(folder, error) from None
    if not is_folder:
        raise InputError(
            f'results cannot be written to "{folder}": "{nearest}" is a file',
            hint="name a folder",
        )
    if not os.access(nearest, os.W_OK):
        raise InputError(
            f'results cannot be written to "{folder}": no permission', hint="name another folder"
        )


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
    """
    check_folder(folder)
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    draft: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
        new, old = draft / "new", draft / "old"
        new.mkdir()
        old.mkdir()
        yield new
        _exchange(new, folder, old)
    except BrokenPipeError:  # of somebody who read the progress, not of the disk
        raise
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
        for path in made:
            with suppress(OSError):
                path.rmdir()  # only where nothing came into it


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


def _unwritable(folder: Path, error: OSError) -> InputError:
    reason = (error.strerror or str(error)).lower()
    return InputError(
        f'results cannot be written to "{folder}": {reason}', hint="name another folder"
    )


def write_json(path: Path, record: Any) -> None:
    """Write a record as JSON that people can read."""
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
