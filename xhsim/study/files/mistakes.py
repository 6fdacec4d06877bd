"""Collecting mistakes, so that one reading of a file reports all of them, each once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from xhsim.errors import InputError, InputErrors

__all__ = ["Mistakes", "Place"]


class Place(NamedTuple):
    """Where something is written: a file and a line counted from 1, or 0 where there are none."""

    file: str
    line: int

    def __str__(self) -> str:
        """Give ``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def seen_from(self, folder: Path) -> str:
        """Give ``file:line``, with the file as it is called from a folder above it.

        Examples
        --------
        >>> Place("study/model/targets.yaml", 3).seen_from(Path("study"))
        'model/targets.yaml:3'
        """
        return str(self._replace(file=self.file.removeprefix(f"{folder}/")))


class Mistakes:
    """A list of mistakes that is raised as one error at the end.

    Examples
    --------
    >>> mistakes = Mistakes()
    >>> mistakes.add("no unit", file="a.yaml", line=3)
    >>> with mistakes.collecting():
    ...     raise InputError("no value", file="a.yaml", line=1)
    >>> mistakes.check()
    Traceback (most recent call last):
    xhsim.errors.InputErrors: a.yaml:1: no value
    a.yaml:3: no unit
    """

    def __init__(self) -> None:
        self._found: dict[str, InputError] = {}

    def __len__(self) -> int:
        """Count the different mistakes."""
        return len(self._found)

    def add(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        """Note a mistake; the parameters are those of `InputError`."""
        self.extend(InputError(message, file=file, line=line, column=column, hint=hint))

    def extend(self, error: InputError) -> None:
        """Note an error that was raised, or each of the errors it stands for."""
        several = error.errors if isinstance(error, InputErrors) else (error,)
        for one in several:
            self._found.setdefault(str(one), one)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Note what is raised inside the block instead of letting it through."""
        try:
            yield
        except InputError as error:
            self.extend(error)

    def check(self) -> None:
        """Raise what was noted.

        Raises
        ------
        InputError
            The one mistake, or an `InputErrors` of several in the order of files and lines.
        """
        # Files keep the order in which they were read; within a file, top to bottom.
        files = list(dict.fromkeys(error.file for error in self._found.values()))
        found = sorted(
            self._found.values(),
            key=lambda error: (files.index(error.file), error.line or 0, error.column or 0),
        )
        if len(found) == 1:
            raise found[0]
        if found:
            raise InputErrors(found)
