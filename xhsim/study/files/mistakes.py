"""Collection of the mistakes in a file, so that all of them are reported together, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

from xhsim.errors import InputError, InputErrors

__all__ = ["Mistakes", "Place"]

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Place(NamedTuple):
    """A file and a line counted from 1; the line is 0 where the source has no lines."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def seen_from(self, folder: Path) -> str:
        """Return ``file:line``, with the file relative to a folder above it.

        Examples
        --------
        >>> Place("study/model/targets.yaml", 3).seen_from(Path("study"))
        'model/targets.yaml:3'
        """
        return str(self._replace(file=self.file.removeprefix(f"{folder}/")))


class Mistakes:
    """A list of mistakes, raised together as one error at the end.

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
        """Add a mistake; the parameters are those of `InputError`."""
        self.extend(InputError(message, file=file, line=line, column=column, hint=hint))

    def extend(self, error: InputError) -> None:
        """Add an error that was raised, or each of the errors in an `InputErrors`."""
        several = error.errors if isinstance(error, InputErrors) else (error,)
        for one in several:
            self._found.setdefault(str(one), one)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Add an error raised in the block to the list, and continue after the block."""
        try:
            yield
        except InputError as error:
            self.extend(error)

    def understood(
        self, parse: Callable[Given, Found], *given: Given.args, **others: Given.kwargs
    ) -> Found | None:
        """Return what a parser makes of its arguments; if it refuses, add why and return None."""
        try:
            return parse(*given, **others)
        except InputError as error:
            self.extend(error)
            return None

    def check(self) -> None:
        """Raise the mistakes, if there are any.

        Raises
        ------
        InputError
            The mistake, or an `InputErrors` of several mistakes ordered by file and line.
        """
        # Files in the order in which they were read; within a file, from top to bottom.
        files = list(dict.fromkeys(error.file for error in self._found.values()))
        found = sorted(
            self._found.values(),
            key=lambda error: (files.index(error.file), error.line or 0, error.column or 0),
        )
        if len(found) == 1:
            raise found[0]
        if found:
            raise InputErrors(found)
