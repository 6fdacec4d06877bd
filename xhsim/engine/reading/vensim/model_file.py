"""Reading a Vensim model into syntax records.

The records have the line on which each equation starts, and its group.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, get_args

from msgspec import structs

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.reading.data_files import DataFiles
from xhsim.engine.reading.encodings import how_to_choose
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.files import decode
from xhsim.engine.reading.vensim import equations
from xhsim.engine.reading.vensim.definitions import (
    MOST_ESCAPES,
    MOST_MACROS,
    Definition,
    Groups,
    body_of,
    cut_macros,
    definitions,
    is_too_large,
    unended,
    with_own_macros,
)
from xhsim.engine.reading.vensim.left_sides import LeftSide, split_definition
from xhsim.engine.reading.vensim.ranges import Ranges, is_range
from xhsim.engine.reading.vensim.settings import method_in
from xhsim.engine.reading.vensim.tables import odd_limits
from xhsim.engine.reading.vensim.tokens import QUOTED, VensimSyntaxError
from xhsim.errors import ModelError

__all__ = ["read_vensim"]

# Far more than people write. Parsing 30,000 characters takes about a second.
LONGEST_EQUATION = 200_000
DEEPEST_BRACKETS = 200
LARGEST_BODY = 10_000_000
MOST_DEFINITIONS = 100_000
TAG = re.compile(r"^30:(\?[^=\n]+)=([^\n]+)", re.MULTILINE)  # a line of the settings
DRAWN = re.compile(r"^10,\d+,(?!Time,)[^,\n]+,", re.MULTILINE)  # a variable in the sketch
CONTROLS = {"initial_time", "final_time", "time_step", "saveper"}
CHECKS = {"the condition", "test input"}  # of a reality check
FROM_RUNS = {"get_vdf_data", "get_vdf_constants"}  # values of another run, which few people have
TABLE = re.compile(r"[^(=]*\(\s*[\[(\d.+-]")  # the beginning of a lookup
TEXT = re.compile(r"\s*'[^']*'\s*")
STRING = re.compile(rf"\s*({QUOTED}|[^\":=\[(]+?)\s*(?::\s*IS\s*:|=)\s*'([^']*)'\s*", re.IGNORECASE)
QUOTES = re.compile(rf"{QUOTED}|'[^']*'")
KEYWORDS: dict[str, syntax.Keyword] = {word: word for word in get_args(syntax.Keyword)}


def read_vensim(path: Path, data: bytes, *, allow_outside: bool = False) -> syntax.ModelText:
    """Read a Vensim model into records.

    Parameters
    ----------
    path : Path
        The file, for messages and to find data files.
    data : bytes
        Its content.
    allow_outside : bool, default False
        Whether data files may be outside the model's folder.

    Returns
    -------
    syntax.ModelText

    Raises
    ------
    ModelError
        If the file cannot be read as a model. The message names the line if it is known.
    """
    text, guessed = decode(path, data)
    remark = f"{path.name} is not UTF-8 and was {how_to_choose(guessed)}" if guessed else ""
    body = body_of(text)
    if len(body) > limits.most(LARGEST_BODY):
        raise ModelError(
            f"the equations have {len(body):,} characters, more than {limits.most(LARGEST_BODY):,}",
            file=path,
            hint=limits.raise_hint(len(body), LARGEST_BODY),
        )
    if is_too_large(body):
        raise ModelError(
            f"the model has more than {MOST_MACROS:,} macros or {MOST_ESCAPES:,} escaped quotes",
            file=path,
            hint="this limit cannot be raised: leave out macros that are not used",
        )
    tags = {match[1]: match[2].strip() for match in TAG.finditer(text, len(body))}
    files = DataFiles(path, allow_outside=allow_outside, tags=tags)
    drawn = len(DRAWN.findall(text, len(body)))
    reader = _VensimReader(path, with_own_macros(body), drawn, files)
    try:
        found = reader.read()
        remarks = (*((remark,) if remark else ()), *found.remarks, *files.remarks)
        return structs.replace(found, method=method_in(text), remarks=remarks)
    except ModelError as error:
        if remark:  # the mistake may be the guess
            error.hint = "; ".join(part for part in (error.hint, remark) if part)
        raise
    except RecursionError:
        raise ModelError(
            "a definition is nested too deeply", file=path, hint=limits.NESTED
        ) from None
    finally:
        reader.files.close()


class _VensimReader:
    def __init__(self, path: Path, body: str, drawn: int, files: DataFiles) -> None:
        self.path = path
        self._drawn = drawn
        self.files = files
        self._body = body
        self._groups = Groups(body)
        self._ranges = Ranges(path, files)
        self._macros: Collection[str] = ()
        self._texts: dict[str, str] = {}

    def read(self) -> syntax.ModelText:
        try:
            main, macros = cut_macros(self._body)
        except ValueError as error:
            raise ModelError(
                "a macro lacks its end, or its name and arguments",
                file=self.path,
                line=int(str(error)),
                hint="write :MACRO: NAME(input, ...) ... :END OF MACRO:",
            ) from None
        self._macros = {syntax.match_key(macro.name) for macro in macros}
        every = list(definitions(main))
        if not every and self._drawn:
            raise self._loop_diagram(self._drawn)
        if not every and not macros:
            raise self._no_list()
        inner = [list(definitions(self._body, macro.start, macro.end)) for macro in macros]
        self._texts = _texts_of((every, *inner))
        sections = [self._formulas(section) for section in (every, *inner)]
        ranges = self._ranges.finish()
        elements, *macro_elements = (self._elements(section) for section in sections)
        own = [e for e in elements if syntax.match_key(e.name) not in CONTROLS]
        open_ends = [e for e in own if all(_is_stub(c) for c in e.components)]
        if own == open_ends and any(
            syntax.is_unfinished(c.expression) for e in own for c in e.components
        ):
            raise self._loop_diagram(len(own))
        if not elements and self._drawn:
            raise self._loop_diagram(self._drawn)
        if not elements:
            raise ModelError(
                "the file contains no equation",
                file=self.path,
                hint="check that it is a Vensim model",
            )
        return syntax.ModelText(
            str(self.path),
            ranges,
            elements,
            self._groups.groups,
            tuple(
                syntax.Macro(
                    syntax.match_key(macro.name),
                    tuple(map(syntax.match_key, macro.inputs)),
                    tuple(map(syntax.match_key, macro.outputs)),
                    found,
                    macro.line,
                )
                for macro, found in zip(macros, macro_elements, strict=True)
            ),
            "vensim",
            tuple(sorted(self.files.used.items())),
        )

    def _no_list(self) -> ModelError:
        """Return an error for a text without entries: of another kind, or without its marks."""
        start = self._body.lstrip()[:2_000].lower()
        if start.startswith("<") and "<xmile" in start:
            return ModelError(
                "the file is not a list of equations but XMILE",
                file=self.path,
                line=1,
                hint=f'name it "{self.path.stem}.xmile"',
            )
        if start.startswith("<"):
            return ModelError(
                "the file is not a list of equations but XML or a web page",
                file=self.path,
                line=1,
                hint="save the model itself, not the page that shows it",
            )
        return ModelError(
            "the file is not a list of equations",
            file=self.path,
            line=unended(self._body),
            hint="each equation must end in `~ unit ~ comment |`",
        )

    def _loop_diagram(self, variables: int) -> ModelError:
        return ModelError(
            f"this is a loop diagram: none of its {variables} variables has an equation",
            file=self.path,
            hint="write the equations in Vensim before you run it",
        )

    def _formulas(self, section: list[Definition]) -> list[Definition]:
        """Read the ranges of a section, and return its equations for when all ranges are known."""
        most = limits.most(MOST_DEFINITIONS)
        if len(section) > most:
            raise ModelError(
                f"the model has {len(section):,} definitions, more than {most:,}",
                file=self.path,
                hint=limits.raise_hint(len(section), MOST_DEFINITIONS),
            )
        formulas = []
        for definition in section:
            self._refuse_huge(definition)
            if is_range(definition.equation):
                self._ranges.read(definition)
            else:
                formulas.append(definition)
        return formulas

    def _refuse_huge(self, definition: Definition) -> None:
        text = definition.equation
        if len(text) > limits.most(LONGEST_EQUATION):
            raise ModelError(
                f"`{shorten(text)}` has {len(text):,} characters, more than "
                f"{limits.most(LONGEST_EQUATION):,}",
                file=self.path,
                line=definition.line,
                hint=limits.advice(
                    "leave out points of its table"
                    if TABLE.match(text)
                    else "split it into several variables",
                    len(text),
                    LONGEST_EQUATION,
                ),
            )
        if equations.depth_of(text) > DEEPEST_BRACKETS:
            raise self._too_deep(definition, f": in more than {DEEPEST_BRACKETS} brackets")

    def _too_deep(self, definition: Definition, how: str = "") -> ModelError:
        return ModelError(
            f"the equation `{shorten(definition.equation)}` is nested too deeply{how}",
            file=self.path,
            line=definition.line,
            hint=limits.NESTED,
        )

    # --- equations -----------------------------------------------------------------------

    def _elements(self, section: list[Definition]) -> tuple[syntax.Element, ...]:
        """Collect the components of each variable in the order of the file."""
        found: dict[str, list[tuple[Definition, str, syntax.Component]]] = {}
        for definition in section:
            read = self._component(definition)
            if read is not None:
                name, component = read
                found.setdefault(syntax.match_key(name), []).append((definition, name, component))
        return tuple(self._element(_without_stubs(parts)) for parts in found.values())

    def _element(self, parts: list[tuple[Definition, str, syntax.Component]]) -> syntax.Element:
        def last(values: list[Any]) -> Any:
            given = [value for value in values if value]
            return given[-1] if given else None

        units = [_unit_and_limits(definition.units) for definition, _, _ in parts]
        return syntax.Element(
            name=" ".join(parts[0][1].strip().strip('"').split()),
            unit=last([unit for unit, _ in units]) or "",
            documentation=last([definition.documentation for definition, _, _ in parts]) or "",
            limits=last([limits for _, limits in units]) or (None, None),
            group=self._groups.at(parts[0][2].line),
            components=tuple(component for _, _, component in parts),
        )

    def _component(self, definition: Definition) -> tuple[str, syntax.Component] | None:
        """Parse one definition: left-hand side, then right-hand side."""
        try:
            left = split_definition(definition.equation)
            if left.word in CHECKS or _is_text(left):
                return None
            return left.name, self._record(left, self._expression(left, definition), definition)
        except RecursionError:
            raise self._too_deep(definition) from None
        except VensimSyntaxError as error:
            raise ModelError(
                f"the equation `{shorten(definition.equation)}` cannot be read",
                file=self.path,
                line=definition.line,
                hint=_syntax_hint(error, definition.equation),
            ) from None

    def _expression(self, left: LeftSide, definition: Definition) -> syntax.Node:
        odd = odd_limits(left.text)
        if odd is not None:
            raise ModelError(
                f"the limits of a lookup must be numbers, not `{shorten(odd)}`",
                file=self.path,
                line=definition.line or None,
                hint="write them as [(0,0)-(10,10)]",
            )
        if left.sign == "()":
            return equations.parse_lookup(left.text)
        if not left.text:
            # Without a sign or with := the values come from a data file.
            return syntax.Call("data" if left.sign in {"", ":="} else syntax.UNFINISHED, ())
        return equations.parse_equation(left.text, self._macros)

    def _record(
        self, left: LeftSide, expression: syntax.Node, definition: Definition
    ) -> syntax.Component:
        keyword = self._keyword(left, definition)
        function = expression.function if isinstance(expression, syntax.Call) else ""
        kind: syntax.ComponentKind = "equation"
        if left.sign == "()" or function == "get_direct_lookups":
            kind = "lookup"
        elif function == "get_direct_data" or (function == "data" and not left.text):
            kind = "data"  # data that := computes from other data are an equation
        elif function in FROM_RUNS:
            kind, expression = "data", syntax.Call("data", ())  # which the caller has to give
        elif left.sign == "==":
            kind = "unchangeable"
        component = syntax.Component(
            subscripts=left.subscripts,
            exceptions=left.exceptions,
            expression=expression,
            kind=kind,
            text=left.text,
            line=definition.line,
            keyword=keyword,
        )
        if "GET" not in component.text.upper():
            return component
        filled = self._with_data_values(expression, left.name, component)
        return component if filled is expression else structs.replace(component, expression=filled)

    def _keyword(self, left: LeftSide, definition: Definition) -> syntax.Keyword:
        known = KEYWORDS.get("_".join(left.word.split()))
        if known is None:
            raise ModelError(
                f'"{left.name}" has the unknown keyword :{left.word.upper()}:',
                file=self.path,
                line=definition.line,
                hint="write :INTERPOLATE:, :LOOK FORWARD:, :HOLD BACKWARD: or :RAW:",
            )
        return known

    # --- data files ----------------------------------------------------------------------

    def _with_data_values(
        self, node: syntax.Node, owner: str, component: syntax.Component
    ) -> syntax.Node:
        """Replace the calls that name data files by the values in these files."""
        if not isinstance(node, syntax.Call):
            return node
        if not node.function.startswith("get_direct_"):
            parts = tuple(self._with_data_values(item, owner, component) for item in node.arguments)
            return syntax.Call(node.function, parts)
        texts = tuple(self._text(item, owner, component) for item in node.arguments)
        sizes = tuple(self._ranges.size(name, component.line) for name in component.subscripts)
        if node.function == "get_direct_constants":
            return self.files.constants(owner, component.line, texts, sizes)
        keyword = component.keyword or "interpolate"
        data = node.function == "get_direct_data"
        return self.files.tables(owner, component.line, texts, sizes, keyword if data else None)

    def _text(self, item: syntax.Node, owner: str, component: syntax.Component) -> str:
        """Return an argument that names a file, a sheet or cells: a text or a string variable."""
        if isinstance(item, syntax.Text):
            return item.value
        if isinstance(item, syntax.Name) and item.name in self._texts:
            return self._texts[item.name]
        raise ModelError(
            f'write the data file, sheet and cells of "{owner}" in single quotes',
            file=self.path,
            line=component.line,
        )


def _without_stubs(
    parts: list[tuple[Definition, str, syntax.Component]],
) -> list[tuple[Definition, str, syntax.Component]]:
    """Leave out repetitions, and what Vensim wrote before a variable had an equation."""
    kept = []
    known: set[tuple[Any, ...]] = set()
    for part in parts:
        component = part[2]
        equation = (component.subscripts, component.exceptions, component.kind, component.text)
        if equation not in known:
            kept.append(part)
        known.add(equation)
    written = [part for part in kept if not _is_stub(part[2])]
    return written or _once(kept)


def _once(
    stubs: list[tuple[Definition, str, syntax.Component]],
) -> list[tuple[Definition, str, syntax.Component]]:
    """Keep one stub for each element: Vensim may write two, of which one says what it depends on.

    A data variable counts before ``A FUNCTION OF``.
    """
    found: dict[tuple[Any, ...], tuple[Definition, str, syntax.Component]] = {}
    for stub in sorted(stubs, key=lambda part: syntax.is_unfinished(part[2].expression)):
        found.setdefault((stub[2].subscripts, stub[2].exceptions), stub)
    return list(found.values())


def _is_stub(component: syntax.Component) -> bool:
    """Tell whether a component says that its variable exists, but not what it is."""
    return not component.text or syntax.is_unfinished(component.expression)


def _is_text(left: LeftSide) -> bool:
    """Tell whether a definition gives a variable a text, such as the name of a file."""
    return left.word == "is" or bool(TEXT.fullmatch(left.text))


def _texts_of(sections: Iterable[list[Definition]]) -> dict[str, str]:
    """Return the string variables of the model by key."""
    found = {}
    for definition in (item for section in sections for item in section):
        match = STRING.fullmatch(definition.equation)
        if match:
            found[syntax.match_key(match[1])] = match[2]
    return found


def _unit_and_limits(text: str) -> tuple[str, tuple[float | None, float | None] | None]:
    """Split ``unit [low, high]``. A text of another form is all unit."""
    unit, bracket, limits = text.rpartition("[")
    if not bracket or not text.endswith("]"):
        return text, None
    try:
        low, high, *_ = (
            None if number.strip() in {"?", ""} else float(number)
            for number in [*limits[:-1].split(","), "?"]
        )
    except ValueError:
        return text, None
    return unit.strip(), (low, high)


def _syntax_hint(error: VensimSyntaxError, text: str) -> str:
    bare = QUOTES.sub("", text)
    if bare.count("(") != bare.count(")"):
        return f"it has {bare.count('(')} opening and {bare.count(')')} closing brackets"
    return str(error)
