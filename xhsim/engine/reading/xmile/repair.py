"""Repairs of XMILE files that are not correct XML, as some programs write them.

Vensim exports comparisons, units and comments with raw ``<`` and ``&``, and old files have bytes
that their encoding does not allow. What the author meant is clear, and the line numbers stay.
"""

from __future__ import annotations

import codecs
import html
import re
from pathlib import Path

from xhsim.engine.reading.encodings import NOT_FOR_FILES, how_to_choose
from xhsim.engine.reading.files import MARKS, decode

__all__ = ["repaired", "without_diagrams"]

NAME = r"[A-Za-z_][\w:.-]*+"
ATTRIBUTE = rf"\s++{NAME}\s*+=\s*+(?:\"[^\"]*\"|'[^']*')"
MARKUP = re.compile(
    rf"<(?:/(?P<closed>{NAME})\s*+|(?P<open>{NAME})(?:{ATTRIBUTE})*+\s*+/?)>"
    r"|(?P<kept><!--(?:(?!<!--|-->).)*-->|<!\[CDATA\[(?:(?!<!\[CDATA\[|\]\]>).)*\]\]>)",
    re.DOTALL,
)
DECLARATION = re.compile(r"\A\s*+<\?xml[^<>]*\?>")
DECLARED = re.compile(rb"<\?xml[^<>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?P<entity>#?\w{1,31};)?")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What stands between these tags is text, even if it looks like a tag.
OF_TEXT = {"eqn", "doc", "units", "init_eqn"}
# None of these is ever within another one, or open at the end of one of the latter.
NOT_NESTED = {"aux", "flow", "stock"}
AROUND = {"variables", "view", "macro", "model"}
DIAGRAM = re.compile(r"<views\b(?:(?!<views\b|</views>).)*</views>", re.DOTALL)


def repaired(path: Path, data: bytes) -> tuple[str, tuple[str, ...]] | None:
    r"""Return the text of a file as correct XML, as far as that can be, and what was repaired.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes

    Returns
    -------
    tuple of str and tuple of str, or None
        None if the file has a document type, which no model needs.

    Raises
    ------
    ModelError
        If the file is binary.

    Examples
    --------
    >>> repaired(Path("m.xmile"), b"<eqn>IF a<b & c THEN 1</eqn>")
    ('<eqn>IF a&lt;b &amp; c THEN 1</eqn>', ('raw < or & on line 1',))
    """
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data, re.IGNORECASE):
        return None
    text, encoding = _decoded(path, data)
    done: list[str] = []
    clean = NOT_IN_XML.sub("", text)
    if clean != text:
        done.append("control characters")
    clean = DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), clean, count=1)
    pieces: list[str] = []
    first = end = 0
    inside = variable = unclosed = ""
    for match in [*MARKUP.finditer(clean), None]:
        if match and inside and not match["kept"] and match["closed"] != inside:
            continue
        start, stop = match.span() if match else (len(clean), len(clean))
        tag = clean[start:stop]
        whole = tag if match is None or match["kept"] else "<" + _escaped(tag[1:])
        before = _escaped(clean[end:start])
        if before + whole != clean[end:stop]:
            first = first or clean.count("\n", 0, end) + 1
        opened, closed = (match["open"], match["closed"]) if match else (None, None)
        if variable and (opened in NOT_NESTED or closed in AROUND):
            line = clean.count("\n", 0, start) + 1 if not unclosed else 0
            unclosed = unclosed or f"a missing </{variable}> on line {line}"
            before += f"</{variable}>"
            variable = ""
        if opened in NOT_NESTED and not tag.endswith("/>"):
            variable = opened
        elif closed == variable:
            variable = ""
        pieces.append(before + whole)
        end = stop
        if match and not match["kept"]:
            has_text = match["open"] in OF_TEXT and not tag.endswith("/>")
            inside = match["open"] if has_text else ""
    if first:
        done.append(f"raw < or & on line {first}")
    if unclosed:
        done.append(unclosed)
    if encoding:
        done.append(encoding)
    return "".join(pieces), tuple(done)


def without_diagrams(text: str) -> str:
    """Return a text without its diagrams, which say nothing about the numbers.

    Examples
    --------
    >>> without_diagrams("<model><views><view/></views></model>")
    '<model></model>'
    """
    return DIAGRAM.sub(lambda found: "\n" * found[0].count("\n"), text)


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    """Return the text of a file, and what was wrong with its encoding."""
    marked = any(data.startswith(mark) for mark in MARKS)
    if not marked:
        data = data.replace(b"\x00", b"")
        found = DECLARED.search(data[:1000])
        named = found[1].decode("ascii") if found else "utf-8"
        try:
            if codecs.lookup(named).name not in NOT_FOR_FILES:
                return data.decode(named), ""
        except (LookupError, UnicodeError):
            pass
    text, guessed = decode(path, data)
    how = f", {how_to_choose(guessed)}" if guessed else ""
    return text, "" if marked else f"bytes that do not fit the encoding{how}"


def _escaped(text: str) -> str:
    return AMPERSAND.sub(_reference, text).replace("<", "&lt;")


def _reference(match: re.Match[str]) -> str:
    """Return what an ampersand means: a character by its name or number, or itself."""
    entity = match["entity"]
    if not entity:
        return "&amp;"
    meant = html.unescape(match[0])
    if meant == match[0]:
        return f"&amp;{entity}"
    return html.escape(NOT_IN_XML.sub("", meant))
