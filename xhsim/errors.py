"""Errors that a user can fix. Each says where the mistake is, what it is and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["InputError", "InputErrors", "ModelError", "NotFiniteWarning", "did_you_mean"]

# Characters that a terminal obeys or hides, except tabs and ends of lines.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class NotFiniteWarning(RuntimeWarning):
    """Numbers of a run are not finite. The message names the first variable, the time and draws.

    Examples
    --------
    >>> str(NotFiniteWarning('"q" is not finite from time 2 on'))
    '"q" is not finite from time 2 on'
    """


class InputError(ValueError):
    r"""A mistake in what the user gave: a file, a name, an option.

    Parameters
    ----------
    message : str
        What is wrong, without a full stop.
    file : str or Path, optional
        The file that contains the mistake.
    line, column : int, optional
        Where in the file, counted from 1. Line 0 means that the source has no lines, such as a
        scenario made in code.
    hint : str, optional
        What to do about it, without a full stop.

    Examples
    --------
    >>> print(InputError("unknown key 'vlaue'", file="a.yaml", line=3, hint='write "value"'))
    a.yaml:3: unknown key 'vlaue'. write "value"
    >>> print(InputError("no \x90"))
    no \x90
    >>> print(InputError("draws must be 1 or more, not 0"))
    draws must be 1 or more, not 0
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.line = line
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        """Return ``path:line:column: message. hint`` without the parts that are unknown."""
        place = ""
        if self.file is not None:
            numbers = () if self.line == 0 else (self.line, self.column)
            known = [str(part) for part in numbers if part is not None]
            place = ":".join([self.file, *known]) + ": "
        text = place + self.message + (f". {self.hint}" if self.hint else "")
        return CONTROL.sub(lambda found: repr(found[0])[1:-1], text)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the keyword arguments, so that worker processes can return errors."""
        return _rebuild, (type(self), self.message, dict(vars(self)))


class InputErrors(InputError):
    """Several mistakes found in one reading. Each is listed once, on its own line.

    Parameters
    ----------
    errors : sequence of InputError
        At least one. They become the attribute `errors`. `file` and `line` are those of the first.

    Examples
    --------
    >>> print(InputErrors([InputError("no unit", file="a.yaml", line=1), InputError("no value")]))
    a.yaml:1: no unit
    no value
    """

    def __init__(self, errors: Sequence[InputError]) -> None:
        first = errors[0]
        super().__init__(first.message, file=first.file, line=first.line, column=first.column)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        """Return the mistakes, one on each line."""
        return "\n".join(str(error) for error in self.errors)


class ModelError(InputError):
    """A model file that cannot be read, or that uses something the engine does not know."""


def _rebuild(kind: type[InputError], message: str, state: dict[str, object]) -> InputError:
    error = kind.__new__(kind)
    error.args = (message,)
    error.__dict__.update(state)
    return error


def did_you_mean(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """Suggest the known name nearest to a mistyped one.

    Parameters
    ----------
    name : str
        What the user wrote.
    known : iterable of str
        The valid names.
    likeness : float, default 0.6
        How similar a name must be, from 0 to 1.

    Returns
    -------
    str or None
        ``did you mean "..."?``, or None if no name is similar.

    Examples
    --------
    >>> did_you_mean("basline", ["baseline", "plan"])
    'did you mean "baseline"?'
    >>> did_you_mean("RD-Support", ["RD support", "labs"])
    'did you mean "RD support"?'
    >>> did_you_mean("zzz", ["baseline", "plan"]) is None
    True
    """
    if len(name) > 200:  # not a name; and matching takes time with the square of the length
        return None
    folded = {_fold(candidate): candidate for candidate in known}
    near = difflib.get_close_matches(_fold(name), list(folded), n=1, cutoff=likeness)
    return f'did you mean "{folded[near[0]]}"?' if near else None


def _fold(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())
