"""The left-hand sides of a Vensim model: name, subscripts, exceptions, sign of definition."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xhsim.engine.reading.vensim.tokens import NAME as PLAIN
from xhsim.engine.reading.vensim.tokens import QUOTED, VensimSyntaxError

__all__ = ["LeftSide", "split_definition"]

NAME = re.compile(rf'\s*({QUOTED}|[^\s"=(\[:][^"=(\[:]*)')
PLAIN_NAME = re.compile(rf"{QUOTED}|{PLAIN}", re.IGNORECASE)
LIST = re.compile(rf"\s*\[((?>{QUOTED}|[^\"\[\]])*)\]")
ITEM = re.compile(rf"\s*({QUOTED}|[^\",]+?)\s*(?:,|$)")
EXCEPT = re.compile(r"\s*:\s*EXCEPT\s*:", re.IGNORECASE)
COMMA = re.compile(r"\s*,")
WORD = re.compile(r"\s*:\s*([^\W\d][\w ]*?)\s*:")
SIGN = re.compile(r"\s*(:=|==|=)|\s*(?=\()")


@dataclass(frozen=True)
class LeftSide:
    """A definition whose right-hand side is still a text.

    Attributes
    ----------
    name : str
    subscripts : tuple of str
    exceptions : tuple of tuple of str
    word : str
        The word between colons, in lower case: ``interpolate``, ``is``, ``the condition``.
    sign : str
        ``=``, ``==``, ``:=``, ``()`` for a lookup, or nothing if there is no right-hand side.
    text : str
        The right-hand side.
    """

    name: str
    subscripts: tuple[str, ...]
    exceptions: tuple[tuple[str, ...], ...]
    word: str
    sign: str
    text: str


def split_definition(definition: str) -> LeftSide:
    """Split a definition into its parts.

    Raises
    ------
    VensimSyntaxError
        If it does not begin with a name, or something odd follows the name.

    Examples
    --------
    >>> split_definition("x[Area, low] :EXCEPT: [north, low] = 2*y").exceptions
    (('north', 'low'),)
    >>> found = split_definition("rain[Area] :HOLD BACKWARD:")
    >>> found.word, found.sign, found.text
    ('hold backward', '', '')
    """
    match = NAME.match(definition)
    if match is None:
        raise VensimSyntaxError("it does not begin with a name")
    name, position = match[1].strip(), match.end()
    if not PLAIN_NAME.fullmatch(name):
        raise VensimSyntaxError(f"the name `{name[:40]}` needs double quotes around it")
    subscripts: tuple[str, ...] = ()
    exceptions: list[tuple[str, ...]] = []
    listed = LIST.match(definition, position)
    if listed:
        subscripts, position = _items(listed[1]), listed.end()
        excluded = EXCEPT.match(definition, position)
        while excluded:
            group = LIST.match(definition, excluded.end())
            if group is None:
                raise VensimSyntaxError(":EXCEPT: must be followed by elements in square brackets")
            exceptions.append(_items(group[1]))
            position = group.end()
            excluded = COMMA.match(definition, position)
    word = ""
    said = WORD.match(definition, position)
    if said:
        word, position = " ".join(said[1].lower().split()), said.end()
    sign = SIGN.match(definition, position)
    rest = definition[position:].strip()
    if sign is None and rest and not word:
        raise VensimSyntaxError(f"`{rest[:30]}` cannot follow its name")
    if sign is None:
        return LeftSide(name, subscripts, tuple(exceptions), word, "", rest)
    text = definition[sign.end() :].strip()
    return LeftSide(name, subscripts, tuple(exceptions), word, sign[1] or "()", text)


def _items(text: str) -> tuple[str, ...]:
    found = tuple(match[1].strip() for match in ITEM.finditer(text))
    if not found:
        raise VensimSyntaxError("its square brackets are empty")
    return found
