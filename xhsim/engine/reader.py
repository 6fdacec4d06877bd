"""Reading a model file with PySD's translators (the only module that imports PySD).

PySD parses the text; nothing of what it would generate is used. Its tree is copied into the
records of `xhsim.engine.syntax`, together with what PySD does not keep: the line on which each
equation starts, and the group it stands in.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np
import parsimonious
from pysd.translators.structures import abstract_expressions as pysd_tree
from pysd.translators.vensim.vensim_element import Component as VensimComponent
from pysd.translators.vensim.vensim_element import Data, Lookup, SubscriptRange
from pysd.translators.vensim.vensim_element import Element as VensimElement
from pysd.translators.vensim.vensim_file import VensimFile
from pysd.translators.vensim.vensim_section import Section, SectionElementsVisitor
from pysd.translators.vensim.vensim_utils import Grammar

from xhsim.engine import syntax
from xhsim.errors import ModelError

__all__ = ["read_model"]

LARGEST_FILE = 50_000_000  # bytes; the largest public Vensim models are under 5 MB
OPERATORS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "^": "power",
    "negative": "negative",
    "=": "equal",
    "<>": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    ":AND:": "and",
    ":OR:": "or",
    ":NOT:": "not",
}


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
    text = _decode(path, data)
    lines = _Lines(text)
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


def read_bytes(path: Path) -> bytes:
    """Read a model file's bytes, or say why that cannot be done.

    Raises
    ------
    ModelError
        If the file is missing, a folder, empty, unreadable or larger than `LARGEST_FILE`.
    """
    try:
        if path.is_dir():
            raise ModelError("this is a folder, not a model file", file=path)
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"the file is larger than {LARGEST_FILE:,} bytes", file=path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(
            "there is no such model file", file=path, hint="check the path"
        ) from None
    except OSError as error:
        raise ModelError(f"the file cannot be read: {error.strerror}", file=path) from None
    except ValueError:
        if "\0" not in str(path):
            raise
        raise ModelError("there is no such model file", hint="check the path") from None
    if not data.strip():
        raise ModelError("the file is empty", file=path, hint="give a Vensim model")
    return data


def _decode(path: Path, data: bytes) -> str:
    if b"\x00" in data[:4096]:
        raise ModelError("this is a binary file", file=path, hint="give a Vensim text model (.mdl)")
    named = re.match(rb"(?:\xef\xbb\xbf)?\s*\{([A-Za-z0-9_-]+)\}", data)
    encoding = named[1].decode("ascii") if named else "utf-8"
    try:
        return data.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
    except LookupError:
        raise ModelError(
            f'unknown text encoding "{encoding}"', file=path, line=1, hint="write {UTF-8}"
        ) from None
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data[:start].count(b"\n") + 1
        raise ModelError(
            f"the text is not {encoding}", file=path, line=line, hint="save the file as UTF-8"
        ) from None


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


def _parse_element(path: Path, element: VensimElement, lines: _Lines) -> Any:
    """Parse one definition: left-hand side, then right-hand side."""
    line = lines.find(element.equation)
    shown = _shorten(element.equation)
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
        rest = _shorten(error.text[error.pos :] if error.pos >= 0 else "", 30)
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
                f"the limits of a lookup must be numbers, not `{_shorten(match[1])}`",
                file=path,
                line=line or None,
                hint="write them as [(0,0)-(10,10)]",
            )


def _merge(path: Path, parsed: list[Any], lines: _Lines) -> tuple[syntax.Element, ...]:
    """Collect the components of each variable, in the order of the file."""
    found: dict[str, list[VensimComponent]] = {}
    for item in parsed:
        if isinstance(item, VensimComponent):
            found.setdefault(syntax.match_key(item.name), []).append(item)
    return tuple(_element(path, components, lines) for components in found.values())


def _element(path: Path, components: list[VensimComponent], lines: _Lines) -> syntax.Element:
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
        expression=_node(item.ast, item.name, place),
        kind=kind,
        text=" ".join((item.expression or "").split()),
        line=item.line,
    )


def _range(path: Path, item: SubscriptRange, lines: _Lines) -> syntax.Range:
    name = item.name.strip().strip('"')
    if not isinstance(item.definition, list) or item.mapping:
        raise ModelError(
            f'the range "{name}" is defined by a mapping, copy or file, which is not supported',
            file=path,
            line=item.line or None,
            hint="list its elements",
        )
    return syntax.Range(name, tuple(item.definition), tuple(item.mapping), item.line)


def _node(tree: Any, owner: str, place: dict[str, Any]) -> syntax.Node:
    """Copy a PySD tree into our own nodes."""
    if isinstance(tree, int | float | np.integer | np.floating):
        return syntax.Number(float(tree))
    if isinstance(tree, np.ndarray):
        return syntax.NumberArray(tuple(float(x) for x in tree.ravel()), tree.shape)
    if isinstance(tree, str):
        return syntax.Text(tree)
    if isinstance(tree, pysd_tree.ReferenceStructure):
        subscripts = tuple(tree.subscripts.subscripts) if tree.subscripts else ()
        return syntax.Name(syntax.match_key(tree.reference), subscripts)
    if isinstance(tree, pysd_tree.LookupsStructure):
        return syntax.Table(_floats(tree.x), _floats(tree.y), tree.type)
    if isinstance(tree, pysd_tree.ArithmeticStructure | pysd_tree.LogicStructure):
        return _operators(tree.operators, [_node(a, owner, place) for a in tree.arguments])
    if isinstance(tree, pysd_tree.CallStructure):
        arguments = tuple(_node(argument, owner, place) for argument in tree.arguments)
        if tree.function.subscripts:
            return syntax.Call("look_up", (_node(tree.function, owner, place), *arguments))
        return syntax.Call(syntax.match_key(tree.function.reference), arguments)
    return _structure(tree, owner, place)


# PySD has a class of its own for each of these; the fields are named in our argument order.
STRUCTURES: dict[type, tuple[str, tuple[str, ...]]] = {
    pysd_tree.InlineLookupsStructure: ("with_lookup", ("argument", "lookups")),
    pysd_tree.IntegStructure: ("integ", ("flow", "initial")),
    pysd_tree.InitialStructure: ("initial", ("initial",)),
    pysd_tree.SmoothStructure: ("smooth", ("input", "smooth_time", "initial", "order")),
    pysd_tree.SmoothNStructure: ("smooth_n", ("input", "smooth_time", "initial", "order")),
    pysd_tree.DelayStructure: ("delay", ("input", "delay_time", "initial", "order")),
    pysd_tree.DelayNStructure: ("delay_n", ("input", "delay_time", "initial", "order")),
    pysd_tree.DelayFixedStructure: ("delay_fixed", ("input", "delay_time", "initial")),
    pysd_tree.TrendStructure: ("trend", ("input", "average_time", "initial_trend")),
    pysd_tree.ForecastStructure: (
        "forecast",
        ("input", "average_time", "horizon", "initial_trend"),
    ),
    pysd_tree.SampleIfTrueStructure: ("sample_if_true", ("condition", "input", "initial")),
    pysd_tree.GameStructure: ("game", ("expression",)),
    pysd_tree.AllocateAvailableStructure: ("allocate_available", ("request", "pp", "avail")),
    pysd_tree.AllocateByPriorityStructure: (
        "allocate_by_priority",
        ("request", "priority", "size", "width", "supply"),
    ),
    pysd_tree.DataStructure: ("data", ()),
    pysd_tree.GetDataStructure: ("get_direct_data", ("file", "tab", "time_row_or_col", "cell")),
    pysd_tree.GetLookupsStructure: ("get_direct_lookups", ("file", "tab", "x_row_or_col", "cell")),
    pysd_tree.GetConstantsStructure: ("get_direct_constants", ("file", "tab", "cell")),
}


def _structure(tree: Any, owner: str, place: dict[str, Any]) -> syntax.Node:
    try:
        name, fields = STRUCTURES[type(tree)]
    except KeyError:
        raise ModelError(
            f'the equation of "{owner}" uses a form that is not known ({type(tree).__name__})',
            **place,
        ) from None
    return syntax.Call(name, tuple(_node(getattr(tree, key), owner, place) for key in fields))


def _operators(operators: list[str], arguments: list[syntax.Node]) -> syntax.Node:
    """Nest a flat operator list: ``^`` from the right, everything else from the left."""
    names = [OPERATORS[operator.strip().upper() if operator != "negative" else operator]
             for operator in operators]
    if len(arguments) == 1:
        return syntax.Call(names[0], tuple(arguments))
    if "or" in names and "and" in names:
        return _either(names, arguments)
    if names[0] == "power":
        nested = arguments[-1]
        for name, argument in zip(reversed(names), reversed(arguments[:-1]), strict=True):
            nested = syntax.Call(name, (argument, nested))
        return nested
    nested = arguments[0]
    for name, argument in zip(names, arguments[1:], strict=True):
        nested = syntax.Call(name, (nested, argument))
    return nested


def _either(names: list[str], arguments: list[syntax.Node]) -> syntax.Node:
    """Nest a mixed list of conditions; ``:AND:`` binds tighter than ``:OR:``."""
    groups = [[arguments[0]]]
    for name, argument in zip(names, arguments[1:], strict=True):
        if name == "or":
            groups.append([argument])
        else:
            groups[-1].append(argument)
    every = [
        _operators([":AND:"] * (len(group) - 1), group) if group[1:] else group[0]
        for group in groups
    ]
    return _operators([":OR:"] * (len(every) - 1), every)


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _shorten(text: str, length: int = 60) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"


class _Lines:
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

