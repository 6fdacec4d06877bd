"""Tokens of Vensim's equations: names, numbers, texts and signs, with their positions."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["NAME", "QUOTED", "VensimSyntaxError", "VensimToken", "tokens_of"]

QUOTED = r'"(?>\\"|[^"])*+"'
# A name of several words begins with a letter. Later words may begin with a digit.
WORD = r"[\w'$\u0080-\U0010ffff]"
NAME = rf"(?:[^\W\d]|[\u00a1-\U0010ffff]){WORD}*+(?:[\s\\]++{WORD}++)*+"
TOKEN = re.compile(
    r"(?P<blank>[\s\\]++)"
    rf"|(?P<quoted>{QUOTED})"
    r"|(?P<text>'[^']*+')"
    r"|(?P<number>(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?)"
    r"|(?P<word>:[\s\\]*+(?:and|or|not|na)[\s\\]*+:)"
    rf"|(?P<name>{NAME})"
    r"|(?P<sign><=|>=|<>|[-+*/^=<>(),!\[\]:;])",
    re.IGNORECASE,
)


class VensimSyntaxError(ValueError):
    """An equation cannot be read. The text of the error says why."""


class VensimToken(NamedTuple):
    """A piece of an equation: its kind, its text and the positions of its start and end."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[VensimToken]:
    """Split an equation into tokens. The last one is of the kind "end".

    Raises
    ------
    VensimSyntaxError
        If a character belongs to no token.

    Examples
    --------
    >>> [token.kind for token in tokens_of("2 * Birth rate[Area!] :and: x")]
    ['number', '*', 'name', '[', 'name', '!', ']', ':and:', 'name', 'end']
    """
    found = []
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise VensimSyntaxError(
                f"`{text[position]}` cannot stand before `{text[position + 1 : position + 30]}`"
                if text[position + 1 :].strip()
                else f"`{text[position]}` cannot stand at its end"
            )
        kind = str(match.lastgroup)
        if kind == "sign":
            kind = match[0]
        elif kind == "word":
            kind = re.sub(r"[\s\\]", "", match[0]).lower()
        if kind != "blank":
            found.append(VensimToken(kind, match[0], position, match.end()))
        position = match.end()
    return [*found, VensimToken("end", "", len(text), len(text))]
