"""Subscript ranges of a Vensim file: lists, numbered lists, mappings, copies, data files."""

from __future__ import annotations

import math
import re
from pathlib import Path

from msgspec import structs

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.reading.data_files import DataFiles
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.vensim.definitions import QUOTED, Definition
from xhsim.errors import ModelError, did_you_mean

__all__ = ["Ranges", "is_range"]

# A name followed by <-> or by a colon that is neither := nor the start of a :KEYWORD:.
RANGE = re.compile(rf'(?:{QUOTED}\s*+|[^"=(\[<:]++)(?::(?!=|[^":=,(]+:)|<->)')
ARROW = re.compile(rf"({QUOTED}|'[^']*')|->")
MAPPING = re.compile(
    rf"\s*(?:\(\s*({QUOTED}|[^\":,()]+?)\s*:([^()]*)\)|({QUOTED}|[^\",()]+?))\s*(,|$)"
)
ITEM = re.compile(rf"\s*({QUOTED}|[^\",]+?)\s*(?:,|$)")
HEAD = re.compile(rf"\s*({QUOTED}|[^\":,()]+?)\s*:")
ELEMENT = re.compile(rf"\s*(?:\(\s*([^()\-,]+)-([^()\-,]+)\)|({QUOTED}|[^\",()\[\]=]+?))\s*(?:,|$)")
NUMBERED = re.compile(r"(.*\D)(\d{1,18})")
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
        except ValueError as error:
            raise ModelError(
                f"the range `{shown}` cannot be read",
                file=self._path,
                line=definition.line,
                hint=str(error),
            ) from None
        size = math.prod((len(found.elements), max(len(found.mapping), 1)))
        if size > limits.most(limits.RANGE):
            raise ModelError(
                f"the range `{shown}` has more than {limits.most(limits.RANGE):,} elements",
                file=self._path,
                line=definition.line,
                hint=limits.raise_hint(size, limits.RANGE),
            )
        self._every.append(found)
        self._found.setdefault(syntax.match_key(found.name), found)

    def _parse(self, definition: Definition) -> syntax.Range:
        left, mapping = _split_at_arrow(definition.equation)
        self._refuse_wide(left, definition)
        name, copied, other = left.partition("<->")
        if copied and is_range(left):
            if not other.strip():
                raise ValueError("write the name of the range that it copies after <->")
            self._copies[syntax.match_key(name)] = other.strip()
            return syntax.Range(_bare(name), (), (_bare(other),), definition.line, ((),))
        external = EXTERNAL.search(left)
        if external:
            name = left[: external.start()].rpartition(":")[0]
            texts = tuple(text[1] for text in TEXTS.finditer(external[1]))
            elements = self._files.subscripts(_bare(name), definition.line, texts)
        else:
            name, elements = _name_and_elements(left)
        targets, explicit = _mappings(mapping)
        return syntax.Range(_bare(name), elements, targets, definition.line, explicit)

    def _refuse_wide(self, text: str, definition: Definition) -> None:
        for first, last in SPAN.findall(text):
            size = int(last) - int(first)
            if size > limits.most(limits.RANGE):
                raise ModelError(
                    f"a range with more than {limits.most(limits.RANGE):,} elements cannot be read",
                    file=self._path,
                    line=definition.line,
                    hint=limits.raise_hint(size, limits.RANGE),
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
            found = self._found[key]
            # A range with a mapping may repeat elements.
            elements = dict.fromkeys(found.elements) if found.mapping else found.elements
            known[key] = sum(self._count(syntax.match_key(e), line, known) for e in elements)
        return known[key]


def _split_at_arrow(equation: str) -> tuple[str, str]:
    for match in ARROW.finditer(equation):
        if not match[1] and equation[match.start() - 1 : match.start()] != "<":
            return equation[: match.start()].strip(), equation[match.end() :].strip()
    return equation, ""


def _name_and_elements(text: str) -> tuple[str, tuple[str, ...]]:
    """Split ``name: element, (e1-e9), range``."""
    match = HEAD.match(text)
    if match is None:
        raise ValueError("write its name, a colon and its elements")
    found: list[str] = []
    position = match.end()
    while position < len(text):
        item = ELEMENT.match(text, position)
        if item is None:
            rest = text[position : position + 30].strip()
            raise ValueError(f"`{rest}` is not a list of elements")
        found += _numbered(item[1], item[2]) if item[1] else [item[3].strip()]
        position = item.end()
    if not found:
        raise ValueError("list its elements")
    return match[1].strip(), tuple(found)


def _numbered(first: str, last: str) -> list[str]:
    """Return the elements of ``(first-last)``, two names that differ in their last number."""
    ends = [NUMBERED.fullmatch(name.strip()) for name in (first, last)]
    if ends[0] is None or ends[1] is None or ends[0][1] != ends[1][1]:
        raise ValueError("write a numbered range as (Area1-Area9)")
    prefix, low, high = ends[0][1], int(ends[0][2]), int(ends[1][2])
    if low >= high:
        raise ValueError("its first number must be smaller than its last number")
    return [f"{prefix}{number}" for number in range(low, high + 1)]


def _mappings(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    targets: list[str] = []
    explicit: list[tuple[str, ...]] = []
    position = 0
    while position < len(text):
        match = MAPPING.match(text, position)
        if match is None:
            raise ValueError("write a mapping as -> Range, or -> (Range: element, element)")
        targets.append(_bare(match[1] or match[3]))
        listed = tuple(item[1].strip() for item in ITEM.finditer(match[2] or ""))
        if match[1] and not all(listed or ("",)):
            raise ValueError("list the elements of the mapping")
        explicit.append(listed)
        position = match.end()
    return tuple(targets), tuple(explicit)


def _bare(name: str) -> str:
    return name.strip().strip('"')
