"""Subscript ranges of a Vensim file: lists, numbered lists, mappings, copies, data files."""

from __future__ import annotations

import math
import re
from pathlib import Path

import parsimonious
from msgspec import structs
from pysd.translators.vensim.vensim_element import Element as VensimElement

from xhsim.engine.language import syntax
from xhsim.engine.reading.data_files import DataFiles
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.vensim.definitions import QUOTED, Definition
from xhsim.errors import ModelError, did_you_mean

__all__ = ["Ranges", "is_range"]

MOST_ELEMENTS = 100_000
# A name followed by <-> or by a colon that is neither := nor the start of a :KEYWORD:.
RANGE = re.compile(rf'(?:{QUOTED}\s*+|[^"=(\[<:]++)(?::(?!=|[^":=,(]+:)|<->)')
ARROW = re.compile(rf"({QUOTED}|'[^']*')|->")
MAPPING = re.compile(
    rf"\s*(?:\(\s*({QUOTED}|[^\":,()]+?)\s*:([^()]*)\)|({QUOTED}|[^\",()]+?))\s*(,|$)"
)
ITEM = re.compile(rf"\s*({QUOTED}|[^\",]+?)\s*(?:,|$)")
SPAN = re.compile(r"(\d{1,18})\s*-[^()\-]*?(\d{1,18})\s*\)")
EXTERNAL = re.compile(r"GET[ _](?:XLS|DIRECT)[ _]SUBSCRIPT\s*\(([^()]*)\)", re.IGNORECASE)
TEXTS = re.compile(r"\s*'([^']*)'\s*(?:,|$)")


def is_range(equation: str) -> bool:
    """Tell whether a definition defines a subscript range.

    Examples
    --------
    >>> is_range("Area: north, south"), is_range("A <-> B"), is_range("x :RAW: := 3")
    (True, True, False)
    """
    return bool(RANGE.match(equation))


class Ranges:
    """Collects the ranges of a file, and gives the sizes of subscripts after the last one."""

    def __init__(self, path: Path, files: DataFiles) -> None:
        self._path = path
        self._files = files
        self._found: dict[str, syntax.Range] = {}
        self._every: list[syntax.Range] = []
        self._copies: dict[str, str] = {}

    def read(self, definition: Definition) -> None:
        """Read one definition.

        Raises
        ------
        ModelError
            If the definition is not a range, or names a file that cannot be read.
        """
        shown = shorten(definition.equation)
        try:
            found = self._parse(definition)
        except ModelError:
            raise
        except (parsimonious.ParseError, parsimonious.VisitationError, ValueError, IndexError):
            raise ModelError(
                f"the range `{shown}` cannot be read",
                file=self._path,
                line=definition.line,
                hint="list its elements",
            ) from None
        if math.prod((len(found.elements), max(len(found.mapping), 1))) > MOST_ELEMENTS:
            raise ModelError(
                f"the range `{shown}` has more than {MOST_ELEMENTS:,} elements",
                file=self._path,
                line=definition.line,
            )
        self._every.append(found)
        self._found.setdefault(syntax.match_key(found.name), found)

    def _parse(self, definition: Definition) -> syntax.Range:
        left, mapping = _split_at_arrow(definition.equation)
        self._refuse_wide(left, definition)
        name, copied, other = left.partition("<->")
        if copied and is_range(left):
            if not other.strip():
                raise ValueError("nothing is copied")
            self._copies[syntax.match_key(name)] = other.strip()
            return syntax.Range(_bare(name), (), (_bare(other),), definition.line, ((),))
        external = EXTERNAL.search(left)
        if external:
            name = left[: external.start()].rpartition(":")[0]
            texts = tuple(text[1] for text in TEXTS.finditer(external[1]))
            elements = self._files.subscripts(_bare(name), definition.line, texts)
        else:
            component = VensimElement(left, "", "").parse()
            name, elements = component.name, tuple(component.definition)
        targets, explicit = _mappings(mapping)
        return syntax.Range(_bare(name), elements, targets, definition.line, explicit)

    def _refuse_wide(self, text: str, definition: Definition) -> None:
        for first, last in SPAN.findall(text):
            if int(last) - int(first) > MOST_ELEMENTS:
                raise ModelError(
                    f"a range with more than {MOST_ELEMENTS:,} elements cannot be read",
                    file=self._path,
                    line=definition.line,
                )

    def finish(self) -> tuple[syntax.Range, ...]:
        """Fill in the elements of copies when all ranges are known, and return all ranges.

        Raises
        ------
        ModelError
            If a range copies itself or a range that is not defined.
        """
        self._found = {key: self._filled(item, ()) for key, item in self._found.items()}
        return tuple(self._filled(item, ()) if not item.elements else item for item in self._every)

    def _filled(self, item: syntax.Range, above: tuple[str, ...]) -> syntax.Range:
        key = syntax.match_key(item.name)
        if key not in self._copies or item.elements:
            return item
        other = self._found.get(syntax.match_key(self._copies[key]))
        if other is None or key in above:
            what = "itself" if other else f'"{self._copies[key]}", which the model does not define'
            raise ModelError(
                f'the range "{item.name}" copies {what}',
                file=self._path,
                line=item.line,
                hint=None
                if other
                else did_you_mean(self._copies[key], [r.name for r in self._found.values()]),
            )
        return structs.replace(item, elements=self._filled(other, (*above, key)).elements)

    def size(self, subscript: str, line: int) -> int | None:
        """Return the number of elements of a range, or None if the subscript is an element.

        Raises
        ------
        ModelError
            If a range contains itself.
        """
        if syntax.match_key(subscript) not in self._found:
            return None
        return self._count(syntax.match_key(subscript), line, {})

    def _count(self, key: str, line: int, known: dict[str, int]) -> int:
        if key not in self._found:
            return 1
        if known.get(key) == 0:
            raise ModelError(
                f'the range "{self._found[key].name}" contains itself', file=self._path, line=line
            )
        if key not in known:
            known[key] = 0
            elements = self._found[key].elements
            known[key] = sum(self._count(syntax.match_key(e), line, known) for e in elements)
        return known[key]


def _split_at_arrow(equation: str) -> tuple[str, str]:
    for match in ARROW.finditer(equation):
        if not match[1] and equation[match.start() - 1 : match.start()] != "<":
            return equation[: match.start()].strip(), equation[match.end() :].strip()
    return equation, ""


def _mappings(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    targets: list[str] = []
    explicit: list[tuple[str, ...]] = []
    position = 0
    while position < len(text):
        match = MAPPING.match(text, position)
        if match is None:
            raise ValueError("not a mapping")
        targets.append(_bare(match[1] or match[3]))
        listed = tuple(item[1].strip() for item in ITEM.finditer(match[2] or ""))
        if match[1] and not all(listed or ("",)):
            raise ValueError("an empty mapping")
        explicit.append(listed)
        position = match.end()
    return tuple(targets), tuple(explicit)


def _bare(name: str) -> str:
    return name.strip().strip('"')
