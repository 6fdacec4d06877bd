"""Reading a Vensim model with PySD's translator.

PySD parses the text; nothing of what it would generate is used. Its tree is copied into the
records of `xhsim.engine.syntax`, together with what PySD does not keep: the line on which each
equation starts, and the group it stands in.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import parsimonious
from pysd.translators.vensim.vensim_element import Component as VensimComponent
from pysd.translators.vensim.vensim_element import Data, Lookup, SubscriptRange
from pysd.translators.vensim.vensim_element import Element as VensimElement
from pysd.translators.vensim.vensim_file import VensimFile
from pysd.translators.vensim.vensim_section import Section, SectionElementsVisitor
from pysd.translators.vensim.vensim_utils import Grammar

from xhsim.engine import syntax
from xhsim.engine.reading.files import decode, read_bytes
from xhsim.engine.reading.lines import Lines, shorten
from xhsim.engine.reading.tree import to_syntax
from xhsim.errors import ModelError

__all__ = ["read_model"]


def read_model(path: Path) -> syntax.ModelText:
    """Read a model file into records.

    Parameters
    ----------
    path : Path
        A Vensim ``.mdl`` file.

    Returns
    -------
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model; the message names the line where it can.
    """
    data = read_bytes(path)
    if path.suffix.lower() != ".mdl":
        raise ModelError(
            f'a model file of kind "{path.suffix}" cannot be read',
            file=path,
            hint="give a Vensim model (.mdl)",
        )
    text = decode(path, data)
    lines = Lines(text)
    with warnings.catch_warnings():
        # PySD warns of encodings and mappings that are handled (or refused) here.
        warnings.simplefilter("ignore")
        section = _main_section(path, text)
        parsed = [_parse_element(path, element, lines) for element in section.elements]
    elements = _merge(path, parsed, lines)
    ranges = tuple(_range(path, item, lines) for item in parsed if isinstance(item, SubscriptRange))
    if not elements:
        raise ModelError("the file holds no equation", file=path, hint="is it a Vensim model?")
    return syntax.ModelText(str(path), ranges, elements, lines.groups)


class _TextFile(VensimFile):
    """PySD's file reader, fed with text that is already decoded (PySD would drop bad bytes)."""

    def __init__(self, path: Path, text: str) -> None:
        self._text = text
        super().__init__(path)

    def _read(self, encoding: str | None) -> str:
        return self._text


def _main_section(path: Path, text: str) -> Section:
    if "\\\\\\---///" not in text:
        text += "\n\\\\\\---/// Sketch"  # PySD tidies white space only when it finds this mark
    file = _TextFile(path, text)
    try:
        file.parse(parse_all=False)
        if len(file.sections) > 1:
            raise ModelError(
                f'the macro "{file.sections[1].name}" is not supported',
                file=path,
                hint="write its equations out",
            )
        section = file.sections[0]
        tree = Grammar.get("section_elements").parse(section.content)
        section.elements = SectionElementsVisitor(tree).entries
    except (parsimonious.ParseError, parsimonious.VisitationError):
        raise ModelError(
            "the file is not a list of equations",
            file=path,
            hint="each equation must end in `~ unit ~ comment |`",
        ) from None
    except RecursionError:
        raise ModelError("an equation is nested too deeply", file=path) from None
    return section


def _parse_element(path: Path, element: VensimElement, lines: Lines) -> Any:
    """Parse one definition: left-hand side, then right-hand side."""
    line = lines.find(element.equation)
    shown = shorten(element.equation)
    try:
        component = element.parse()
        component.line = line
        if isinstance(component, VensimComponent):
            written = component.expression or ""
            _refuse_code_in_limits(path, written, line)
            component.expression = NEGATED_POWER.sub(_keep_sign_apart, written)
            component.parse()
            component.expression = written
    except RecursionError:
        raise ModelError(
            f"the equation `{shown}` is nested too deeply",
            file=path,
            line=line or None,
            hint="split it into several variables",
        ) from None
    except (
        parsimonious.ParseError,
        parsimonious.VisitationError,
        ValueError,
        TypeError,
        SyntaxError,
        IndexError,
        KeyError,
    ) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"the equation `{shown}` cannot be read",
            file=path,
            line=line or None,
            hint=_syntax_hint(error, element.equation),
        ) from None
    return component


def _syntax_hint(error: Exception, text: str) -> str:
    if text.count("(") != text.count(")"):
        return f"it has {text.count('(')} opening and {text.count(')')} closing brackets"
    cause = getattr(error, "original_class", type(error))
    if isinstance(error, parsimonious.ParseError):
        rest = shorten(error.text[error.pos :] if error.pos >= 0 else "", 30)
        return f"reading stopped before `{rest}`" if rest else "its end is missing"
    if issubclass(cause, TypeError):
        return "a function in it has too few or too many arguments"
    return "check its spelling"


QUOTED = r'"(?:\\"|[^"])*"'
BASE = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
# A negated number under a power; the e-2 of 1e-2 is no such thing, and neither is a quoted name.
NEGATED_POWER = re.compile(
    rf"{QUOTED}|(?<![\d.][eE])-[\s\\]*({BASE}|\([\s\\]*{BASE}[\s\\]*\))(?=[\s\\]*\^)"
)


def _keep_sign_apart(match: re.Match[str]) -> str:
    """Rewrite ``-2^2`` for PySD's parser, which takes its 2 for -2 if it is a plain number."""
    return f"-({match[1]}*1)" if match[1] else match[0]


LIMITS = re.compile(r"\([\s\\]*\[([^\]]*)\]")
NUMBER = r"[\s\\]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[\s\\]*"
POINT = rf"[\s\\]*\({NUMBER},{NUMBER}\)[\s\\]*"
PLAIN_LIMITS = re.compile(rf"{POINT}-{POINT}(?:,{POINT})*")


def _refuse_code_in_limits(path: Path, expression: str, line: int) -> None:
    """Let only numbers through where PySD's parser hands text to ``eval``: a lookup's limits."""
    # Quotes are not left out: what is quoted for us need not be quoted for PySD's parser.
    for match in LIMITS.finditer(expression):
        if not PLAIN_LIMITS.fullmatch(match[1]):
            raise ModelError(
                f"the limits of a lookup must be numbers, not `{shorten(match[1])}`",
                file=path,
                line=line or None,
                hint="write them as [(0,0)-(10,10)]",
            )


def _merge(path: Path, parsed: list[Any], lines: Lines) -> tuple[syntax.Element, ...]:
    """Collect the components of each variable, in the order of the file."""
    found: dict[str, list[VensimComponent]] = {}
    for item in parsed:
        if isinstance(item, VensimComponent):
            found.setdefault(syntax.match_key(item.name), []).append(item)
    return tuple(_element(path, components, lines) for components in found.values())


def _element(path: Path, components: list[VensimComponent], lines: Lines) -> syntax.Element:
    def last(attribute: str) -> Any:
        given = [getattr(item, attribute) for item in components if getattr(item, attribute)]
        return given[-1] if given else None

    first = components[0]
    return syntax.Element(
        name=" ".join(first.name.strip().strip('"').split()),
        unit=last("units") or "",
        documentation=" ".join((last("documentation") or "").split()),
        limits=last("limits") or (None, None),
        group=lines.group_at(first.line),
        components=tuple(_component(path, item) for item in components),
    )


def _component(path: Path, item: VensimComponent) -> syntax.Component:
    kind = "equation"
    if isinstance(item, Lookup):
        kind = "lookup"
    elif isinstance(item, Data):
        kind = "data"
    subscripts, exceptions = item.subscripts
    place = {"file": path, "line": item.line or None}
    return syntax.Component(
        subscripts=tuple(subscripts),
        exceptions=tuple(tuple(group) for group in exceptions),
        expression=to_syntax(item.ast, item.name, place),
        kind=kind,
        text=" ".join((item.expression or "").split()),
        line=item.line,
    )


def _range(path: Path, item: SubscriptRange, lines: Lines) -> syntax.Range:
    name = item.name.strip().strip('"')
    if not isinstance(item.definition, list) or item.mapping:
        raise ModelError(
            f'the range "{name}" is defined by a mapping, copy or file, which is not supported',
            file=path,
            line=item.line or None,
            hint="list its elements",
        )
    return syntax.Range(name, tuple(item.definition), tuple(item.mapping), item.line)
