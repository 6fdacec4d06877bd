"""Where a definition stands in a model file, which PySD does not keep."""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["Lines", "shorten"]


def shorten(text: str, length: int = 60) -> str:
    """Return a text on one line, cut to a length.

    Examples
    --------
    >>> shorten("one  two three", 8)
    'one two…'
    """
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"


class Lines:
    """Finds the line on which a definition starts, and the group it stands in.

    PySD folds the white space of a file before it parses, so positions are lost. Definitions
    are found again by comparing text without any white space, each after the one before.
    """

    GROUP = re.compile(r"\*{3,}\s*\n\s*\.?([^\n*]+?)\s*\n\*{3,}~\s*\n?([^|]*)\|")

    def __init__(self, text: str) -> None:
        body = text.split("\\\\\\---///", 1)[0]
        self._starts = [match.end() for match in re.finditer("\n", body)]
        kept = [(index, c) for index, c in enumerate(body) if not c.isspace() and c != "\\"]
        self._squeezed = "".join(character for _, character in kept)
        self._index = [index for index, _ in kept]
        self._from = 0
        found = list(self.GROUP.finditer(body))
        self._group_lines = [self._line(match.start()) for match in found]
        self._group_names = [match[1].strip().lstrip(".") for match in found]
        self.groups = tuple(
            (name, " ".join(match[2].split()))
            for name, match in zip(self._group_names, found, strict=True)
        )

    def _line(self, position: int) -> int:
        return bisect_right(self._starts, position) + 1

    def find(self, definition: str) -> int:
        """Return the line where `definition` starts, or 0 if it is not found."""
        wanted = "".join(c for c in definition if not c.isspace() and c != "\\")
        position = self._squeezed.find(wanted, self._from)
        if position < 0:
            position = self._squeezed.find(wanted)
        if position < 0 or not wanted:
            return 0
        self._from = position + len(wanted)
        return self._line(self._index[position])

    def group_at(self, line: int) -> str:
        """Return the name of the group in which a line stands, or ''."""
        position = bisect_right(self._group_lines, line) - 1
        return self._group_names[position] if position >= 0 else ""
