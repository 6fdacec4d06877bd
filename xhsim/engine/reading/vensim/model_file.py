"""Reading a Vensim model with PySD's translator.

PySD's grammars parse the definitions. The code that PySD could generate is not used. Its trees are
converted into the records of `xhsim.engine.language.syntax`. The records also have two facts that
PySD does not keep: the line on which each equation starts, and its group.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any, get_args

import parsimonious
from msgspec import structs
from pysd.translators.structures import abstract_expressions as pysd_tree
from pysd.translators.vensim.vensim_element import Component as VensimComponent
from pysd.translators.vensim.vensim_element import Data, Lookup, UnchangeableConstant
from pysd.translators.vensim.vensim_element import Element as VensimElement

from xhsim.engine.language import syntax
from xhsim.engine.reading.data_files import DataFiles
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.files import decode
from xhsim.engine.reading.pysd_trees import to_syntax
from xhsim.engine.reading.vensim import equations
from xhsim.engine.reading.vensim.definitions import (
    Definition,
    Groups,
    body_of,
    cut_macros,
    definitions,
    is_too_large,
)
from xhsim.engine.reading.vensim.ranges import Ranges, is_range
from xhsim.errors import ModelError

__all__ = ["read_vensim"]

# Far more than people write. Parsing 30,000 characters takes about a second.
LONGEST_EQUATION = 200_000
DEEPEST_BRACKETS = 200
LARGEST_BODY = 10_000_000
MOST_DEFINITIONS = 100_000
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
    body = body_of(decode(path, data))
    if len(body) > LARGEST_BODY or is_too_large(body):
        raise ModelError("the model has too much text", file=path)
    reader = _VensimReader(path, body, DataFiles(path, allow_outside=allow_outside))
    try:
        with warnings.catch_warnings():
            # PySD warns about mappings and reality checks, which are handled here.
            warnings.simplefilter("ignore")
            return reader.read()
    except RecursionError:
        raise ModelError("a definition is nested too deeply", file=path) from None
    finally:
        reader.files.close()


class _VensimReader:
    def __init__(self, path: Path, body: str, files: DataFiles) -> None:
        self.path = path
        self.files = files
        self._body = body
        self._groups = Groups(body)
        self._ranges = Ranges(path, files)
        self._macros: Collection[str] = ()

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
        if not every and not macros:
            raise ModelError(
                "the file is not a list of equations",
                file=self.path,
                hint="each equation must end in `~ unit ~ comment |`",
            )
        inner = [list(definitions(self._body, macro.start, macro.end)) for macro in macros]
        sections = [self._formulas(section) for section in (every, *inner)]
        ranges = self._ranges.finish()
        elements, *macro_elements = (self._elements(section) for section in sections)
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

    def _formulas(self, section: list[Definition]) -> list[Definition]:
        """Read the ranges of a section, and return its equations for when all ranges are known."""
        if len(section) > MOST_DEFINITIONS:
            raise ModelError(
                f"the model has more than {MOST_DEFINITIONS:,} definitions", file=self.path
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
        if len(text) > LONGEST_EQUATION:
            raise ModelError(
                f"the equation `{shorten(text)}` has more than {LONGEST_EQUATION:,} characters",
                file=self.path,
                line=definition.line,
                hint="split it into several variables",
            )
        if equations.depth_of(text) > DEEPEST_BRACKETS:
            raise self._too_deep(definition)

    def _too_deep(self, definition: Definition) -> ModelError:
        return ModelError(
            f"the equation `{shorten(definition.equation)}` is nested too deeply",
            file=self.path,
            line=definition.line,
            hint="split it into several variables",
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
        return tuple(self._element(parts) for parts in found.values())

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
            parsed = VensimElement(definition.equation, "", "").parse()
            if not isinstance(parsed, VensimComponent):
                return None  # a reality check
            tree = self._tree(parsed, definition)
            return parsed.name, self._record(parsed, tree, definition)
        except RecursionError:
            raise self._too_deep(definition) from None
        except (
            parsimonious.ParseError,
            parsimonious.VisitationError,
            ValueError,
            TypeError,
            IndexError,
            KeyError,
        ) as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(
                f"the equation `{shorten(definition.equation)}` cannot be read",
                file=self.path,
                line=definition.line,
                hint=_syntax_hint(error, definition.equation),
            ) from None

    def _tree(self, parsed: VensimComponent, definition: Definition) -> Any:
        written = parsed.expression or ""
        odd = equations.odd_limits(written)
        if odd is not None:
            raise ModelError(
                f"the limits of a lookup must be numbers, not `{shorten(odd)}`",
                file=self.path,
                line=definition.line or None,
                hint="write them as [(0,0)-(10,10)]",
            )
        if isinstance(parsed, Lookup):
            return equations.parse_lookup(written)
        if isinstance(parsed, Data) and not written:
            return pysd_tree.DataStructure()
        return equations.parse_equation(written, self._macros)

    def _record(
        self, parsed: VensimComponent, tree: Any, definition: Definition
    ) -> syntax.Component:
        subscripts, exceptions = parsed.subscripts
        keyword = self._keyword(parsed, definition) if isinstance(parsed, Data) else ""
        kind: syntax.ComponentKind = "equation"
        if isinstance(parsed, Lookup) or isinstance(tree, pysd_tree.GetLookupsStructure):
            kind = "lookup"
        elif isinstance(tree, pysd_tree.GetDataStructure | pysd_tree.DataStructure):
            kind = "data"  # data that := computes from other data are an equation
        elif isinstance(parsed, UnchangeableConstant):
            kind = "unchangeable"
        place = {"file": self.path, "line": definition.line or None}
        component = syntax.Component(
            subscripts=tuple(subscripts),
            exceptions=tuple(tuple(group) for group in exceptions),
            expression=to_syntax(tree, parsed.name, place),
            kind=kind,
            text=" ".join((parsed.expression or "").split()),
            line=definition.line,
            keyword=keyword,
        )
        if "GET" not in component.text.upper():
            return component
        filled = self._with_data_values(component.expression, parsed.name, component)
        return (
            component
            if filled is component.expression
            else structs.replace(component, expression=filled)
        )

    def _keyword(self, parsed: Data, definition: Definition) -> syntax.Keyword:
        keyword = "_".join((parsed.keyword or "").split())
        known = KEYWORDS.get(keyword)
        if known is None:
            raise ModelError(
                f'"{parsed.name}" has the unknown keyword :{keyword.upper()}:',
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
        texts = tuple(item.value for item in node.arguments if isinstance(item, syntax.Text))
        if len(texts) != len(node.arguments):
            raise ModelError(
                f'write the data file, sheet and cells of "{owner}" in single quotes',
                file=self.path,
                line=component.line,
            )
        sizes = tuple(self._ranges.size(name, component.line) for name in component.subscripts)
        if node.function == "get_direct_constants":
            return self.files.constants(owner, component.line, texts, sizes)
        keyword = component.keyword if node.function == "get_direct_data" else None
        return self.files.tables(owner, component.line, texts, sizes, keyword)


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
