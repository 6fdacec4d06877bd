"""Splitting the text of a Vensim model into definitions with their lines, macros and groups.

PySD's grammar for this step makes a node of every character and loses the positions. The patterns
here find the same pieces in time and memory proportional to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "Definition",
    "Groups",
    "MacroText",
    "clean",
    "cut_macros",
    "definitions",
    "unended",
    "with_own_macros",
]

# A line of this form begins the sketch, its mirror image the settings. Their length varies.
SKETCH = re.compile(r"\\{2,}-{2,}/{2,}|^[ \t]*/{2,}-{2,}\\{2,}", re.MULTILINE)
QUOTED = r'"(?>\\"|[^"]){0,1000}+"'
MOST_ESCAPES = 10_000  # escaped quotes; at each, a pattern may read a thousand characters in vain
MOST_MACROS = 1_000
# The parts of an entry, which end at ~, ~ and |. An unpaired quote is an ordinary character.
CALLS_DELAYP = re.compile(r"\bDELAYP\s*\(", re.IGNORECASE)
DEFINES_DELAYP = re.compile(r":MACRO:\s*DELAYP\b", re.IGNORECASE)
DELAYP = """
:MACRO: DELAYP(input, delay time : pipeline)
DELAYP = DELAY3(input, delay time) ~~|
pipeline = INTEG(input - DELAYP, input * delay time) ~~|
:END OF MACRO:
"""
BRACES = r"\{[^{}]*+\}"
for _ in range(4):  # comments within comments
    BRACES = rf"\{{(?>[^{{}}]++|{BRACES})*+\}}"
EQUATION = rf'(?>[^~|"{{]++|{QUOTED}|{BRACES}|["{{])*+'
UNITS = rf'(?>[^~|"]++|{QUOTED}|")*+'
ENTRY = re.compile(rf"({EQUATION})~({UNITS})~([^~|]*+)(?>~{UNITS})?+\|")
TITLE = re.compile(rf"\s*+\*{UNITS}~{UNITS}\|")  # of a group
BARE = re.compile(rf"({EQUATION})(?:~({UNITS}))?+\|")  # an entry without a unit or a comment
WORTH = re.compile(r"[=(:]")  # in an equation, a lookup or a range
COMMENT = re.compile(rf"({QUOTED})|{BRACES}")
COMMENT_BY_FILES = re.compile(rf"({QUOTED}|'[^']*+')|{BRACES}")
HEADER = re.compile(r"\s*(?:\{[^}]*\})?")
GROUP = re.compile(r"(?<!\*)\*{3,}+\s*+\.?([^\n*]++)\s*+(?<=\n)\*{3,}+~\s*+([^|]{0,20000}+)\|")
MACRO = re.compile(r":(END OF )?MACRO:", re.IGNORECASE)
MACRO_HEAD = re.compile(rf"\s*+({QUOTED}|[^()\"]++)\(([^()]*+)\)")


@dataclass(frozen=True)
class Definition:
    """One entry of the file: its equation or range, unit, comment and line."""

    equation: str
    units: str
    documentation: str
    line: int


@dataclass(frozen=True)
class MacroText:
    """A macro whose equations are not yet read. `start` and `end` are positions in the text."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    start: int
    end: int
    line: int


def clean(text: str) -> str:
    r"""Replace white space and lines continued by ``\`` by single blanks, as PySD does.

    Examples
    --------
    >>> clean("a + \\\n\tb")
    'a + b'
    """
    return re.sub(r"\s+", " ", text.replace("\\\n\t", " ")).strip()


def body_of(text: str) -> str:
    """Return the part of a file with the equations, which ends at the sketch."""
    return SKETCH.split(text, maxsplit=1)[0]


def is_too_large(body: str) -> bool:
    """Tell whether the patterns of this module would take too long for a text."""
    marks = sum(1 for _ in MACRO.finditer(body))
    return body.count('\\"') > MOST_ESCAPES or marks > 2 * MOST_MACROS


def with_own_macros(body: str) -> str:
    """Add the macros of Vensim itself that a file calls; they have outputs besides their value.

    Examples
    --------
    >>> with_own_macros("x = 1 ~ ~ |")
    'x = 1 ~ ~ |'
    >>> "pipeline" in with_own_macros("x = DELAYP(y, 3 : inside) ~ ~ |")
    True
    """
    if CALLS_DELAYP.search(body) is None or DEFINES_DELAYP.search(body) is not None:
        return body
    return body + DELAYP


def cut_macros(body: str) -> tuple[str, list[MacroText]]:
    """Replace the macros of a file by blanks, and return where they were.

    Returns
    -------
    tuple of str and list of MacroText
        The text without macros, in which every other line keeps its number, and the macros.

    Raises
    ------
    ValueError
        If a macro has no end or no head. The message is the number of the line.
    """
    found: list[MacroText] = []
    pieces: list[str] = []
    opened: re.Match[str] | None = None
    behind = 0
    for mark in MACRO.finditer(body):
        if bool(mark[1]) != bool(opened):
            raise ValueError(_line(body, mark.start()))
        if opened is None:
            pieces.append(body[behind : mark.start()])
            opened = mark
            continue
        found.append(_macro(body, opened, mark))
        # Line breaks stay, because lines are counted in the returned text.
        pieces.append("\n" * body.count("\n", opened.start(), mark.end()))
        pieces[-1] = pieces[-1].rjust(mark.end() - opened.start())
        behind, opened = mark.end(), None
    if opened:
        raise ValueError(_line(body, opened.start()))
    return "".join([*pieces, body[behind:]]), found


def _macro(body: str, opened: re.Match[str], closed: re.Match[str]) -> MacroText:
    line = _line(body, opened.start())
    head = MACRO_HEAD.match(body, opened.end(), closed.start())
    if head is None:
        raise ValueError(line)
    inputs, _, outputs = head[2].partition(":")
    return MacroText(
        clean(head[1]), _names(inputs), _names(outputs), head.end(), closed.start(), line
    )


def _line(body: str, position: int) -> int:
    return body.count("\n", 0, position) + 1


def _names(text: str) -> tuple[str, ...]:
    return tuple(clean(name) for name in text.split(",") if name.strip())


def definitions(text: str, start: int = 0, end: int | None = None) -> Iterator[Definition]:
    """Yield the entries between two positions of a text, without the titles of groups.

    Comments in braces are removed from equations.
    """
    end = len(text) if end is None else end
    position = start
    if start == 0:
        header = HEADER.match(text)
        position = header.end() if header else 0
    line, counted = 1, 0
    while position < end:
        entry = ENTRY.match(text, position, end)
        if entry is None:
            title = TITLE.match(text, position, end)
            if title is not None:
                position = title.end()
                continue
            entry = BARE.match(text, position, end)
            if entry is None:
                return  # text after the last mark, which PySD ignores, too
        # Continuation marks may precede a definition, for example after a comment.
        lead = re.match(r"[\s\\]*", entry[1])
        place = entry.start() + (lead.end() if lead else 0)
        line += text.count("\n", counted, place)
        counted = place
        position = entry.end()
        equation = _uncomment(clean(entry[1]))
        if entry.re is ENTRY:
            yield Definition(equation, clean(entry[2]), clean(entry[3]), line)
        elif WORTH.search(equation):  # what stands between two marks may be nothing but a slip
            yield Definition(equation, clean(entry[2] or ""), "", line)


def unended(body: str) -> int | None:
    r"""Return the line of the first entry, if it has marks but not the one at its end.

    Examples
    --------
    >>> unended("{UTF-8}\nx = 1 ~~\ny = 2 ~~|")
    2
    >>> unended("a letter") is None
    True
    """
    first = body.find("~")
    if first < 0:
        return None
    header = HEADER.match(body)
    start = header.end() if header else 0
    return _line(body, start + len(body[start:first]) - len(body[start:first].lstrip()))


def _uncomment(equation: str) -> str:
    if "{" not in equation:
        return equation
    comment = COMMENT_BY_FILES if "GET" in equation.upper() else COMMENT
    return clean(comment.sub(lambda match: match[1] or " ", equation))


class Groups:
    """The groups of a Vensim file: their names and the lines that belong to them."""

    def __init__(self, body: str) -> None:
        found = list(GROUP.finditer(body))
        self._lines: list[int] = []
        line, counted = 1, 0
        for match in found:
            line += body.count("\n", counted, match.start())
            counted = match.start()
            self._lines.append(line)
        self._names = [match[1].strip().lstrip(".") for match in found]
        self.groups = tuple(
            (name, " ".join(match[2].split()))
            for name, match in zip(self._names, found, strict=True)
        )

    def at(self, line: int) -> str:
        """Return the name of the group to which a line belongs, or ''."""
        position = bisect_right(self._lines, line) - 1
        return self._names[position] if position >= 0 else ""
