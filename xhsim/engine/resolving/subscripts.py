"""Subscript ranges, the dimensions of variables, and the regions that components define."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import structs

from xhsim.engine import limits
from xhsim.engine.equations import Along, Axis, Dimension, Fixed, Index
from xhsim.engine.language import syntax
from xhsim.errors import ModelError, did_you_mean

__all__ = ["Region", "Subscripts"]


@dataclass(frozen=True)
class Region:
    """The part of a variable's array that one component defines."""

    axes: tuple[Axis, ...]
    indices: tuple[Index, ...]


class Subscripts:
    """The ranges of a model, found by any spelling of their names.

    Parameters
    ----------
    model : syntax.ModelText
        The syntax records of the model.

    Raises
    ------
    ModelError
        If a range is defined twice, lists an element twice, or contains itself.
    """

    def __init__(self, model: syntax.ModelText) -> None:
        self._path = model.path
        self.ranges: dict[str, Dimension] = {}
        self._spelling: dict[str, str] = {}  # ranges may spell an element in different ways
        self._listed: dict[str, tuple[str, ...]] = {}  # as written, with repetitions
        every = {syntax.match_key(declared.name): declared for declared in model.ranges}
        self._canonicals = {"time", "draw"}
        for declared in model.ranges:
            self._declare(declared, every)
        self._elements = {
            syntax.match_key(element): element
            for dimension in self.ranges.values()
            for element in dimension.elements
        }
        self._containing: dict[str, list[Dimension]] = {}  # the ranges that contain an element
        for dimension in self.ranges.values():
            for text in dimension.elements:
                self._containing.setdefault(text, []).append(dimension)
        # For each pair of mapped ranges: the element of the second for each element of the first.
        self._maps: dict[tuple[str, str], dict[str, str]] = {}
        for declared in model.ranges:
            self._map(declared)

    def _declare(self, declared: syntax.Range, every: dict[str, syntax.Range]) -> None:
        key = syntax.match_key(declared.name)
        most = limits.most(limits.RANGE)
        listed = tuple(
            self._spelling.setdefault(syntax.match_key(element), element)
            for element in itertools.islice(self._spread(declared, every, ()), most + 1)
        )
        if len(listed) > most:
            raise ModelError(
                f'the range "{declared.name}" has more than {most:,} elements',
                file=self._path,
                line=declared.line or None,
                hint=limits.raise_hint(len(listed), limits.RANGE),
            )
        self._listed.setdefault(key, listed)
        # A range with a mapping may repeat an element, which then belongs to several others.
        elements = tuple(dict.fromkeys(listed)) if declared.mapping else listed
        if key in self.ranges and self.ranges[key].elements != elements:
            raise ModelError(
                f'the range "{declared.name}" is defined twice',
                file=self._path,
                line=declared.line or None,
            )
        if len({syntax.match_key(element) for element in elements}) != len(elements):
            raise ModelError(
                f'the range "{declared.name}" lists an element twice',
                file=self._path,
                line=declared.line or None,
            )
        if key in self.ranges:
            return
        name = syntax.canonical(declared.name) or "range"
        while name in self._canonicals:
            name += "_"
        self._canonicals.add(name)
        self.ranges[key] = Dimension(declared.name, name, elements)

    def _spread(
        self, declared: syntax.Range, every: dict[str, syntax.Range], above: tuple[str, ...]
    ) -> Iterable[str]:
        """Yield the elements of a range, which may list other ranges, as Vensim allows."""
        key = syntax.match_key(declared.name)
        if key in above:
            raise ModelError(
                f'the range "{declared.name}" contains itself',
                file=self._path,
                line=declared.line or None,
            )
        for element in declared.elements:
            inner = every.get(syntax.match_key(element))
            if inner is None:
                yield element.strip().strip('"')
            else:
                yield from self._spread(inner, every, (*above, key))

    def _map(self, declared: syntax.Range) -> None:
        explicit = declared.mapped_elements or ((),) * len(declared.mapping)
        source = syntax.match_key(declared.name)
        own = self._listed[source]
        for name, elements in zip(declared.mapping, explicit, strict=True):
            target = syntax.match_key(name)
            if target not in self.ranges:
                continue  # Vensim allows a mapping to a range that the model does not define
            partners = [self._members(element) for element in elements or self._listed[target]]
            if len(partners) != len(own):  # a subrange may also stand for its elements, in order
                partners = [(one,) for group in partners for one in group]
            if len(partners) != len(own):
                raise ModelError(
                    f'the range "{declared.name}" has {len(own)} elements '
                    f'and is mapped to {len(partners)} of "{name}"',
                    file=self._path,
                    line=declared.line or None,
                )
            pairs = [(a, b) for a, group in zip(own, partners, strict=True) for b in group]
            self._maps[source, target] = _unambiguous(pairs)
            self._maps.setdefault((target, source), _unambiguous([(b, a) for a, b in pairs]))

    def _members(self, name: str) -> tuple[str, ...]:
        """Return the elements of a range, or the element itself in its first spelling."""
        key = syntax.match_key(name)
        if key in self.ranges:
            return self.ranges[key].elements
        return (self._elements.get(key, name),)

    def partners(self, key: str, axis: Axis) -> tuple[str, ...] | None:
        """Return the elements of a range that are mapped to those of an axis, or None."""
        for source, target in self._maps:
            pairs = self._maps[source, target]
            if target == key and all(element in pairs for element in axis.elements):
                return tuple(pairs[element] for element in axis.elements)
        return None

    def position_of(self, name: str) -> int | None:
        """Return the position (from 1) of an element in the largest range that contains it."""
        element = self._elements.get(syntax.match_key(name))
        families = self._containing.get(element or "")
        if element is None or not families:
            return None
        family = max(families, key=lambda dimension: len(dimension.elements))
        return family.places[element] + 1

    def is_range(self, name: str) -> bool:
        """Tell whether a name is a subscript range."""
        return syntax.match_key(name) in self.ranges

    def elements_of(self, name: str, owner: str, line: int) -> tuple[str, ...]:
        """Return the elements of a subscript: all elements of a range, or one element."""
        key = syntax.match_key(name)
        if key in self.ranges:
            return self.ranges[key].elements
        if key in self._elements:
            return (self._elements[key],)
        known = [d.name for d in self.ranges.values()] + list(self._elements.values())
        raise ModelError(
            f'"{owner}" has the subscript "{name}", which the model does not define',
            file=self._path,
            line=line or None,
            hint=did_you_mean(name, known),
        )

    def dimensions_of(self, element: syntax.Element) -> tuple[Dimension, ...]:
        """Return the dimensions of a variable, one for each position of its subscripts.

        A dimension is the smallest range that contains all elements that the components use at
        this position. A range that they name comes first among equals.
        """
        first = element.components[0]
        for component in element.components:
            if len(component.subscripts) != len(first.subscripts):
                raise ModelError(
                    f'"{element.name}" is defined with different numbers of subscripts',
                    file=self._path,
                    line=component.line or None,
                )
        found: list[Dimension] = []
        for position in range(len(first.subscripts)):
            used: dict[str, None] = {}
            named: list[Dimension] = []
            for component in element.components:
                subscript = component.subscripts[position]
                used |= dict.fromkeys(self.elements_of(subscript, element.name, component.line))
                if self.is_range(subscript):
                    named.append(self.ranges[syntax.match_key(subscript)])
            found.append(self._smallest(used, named, element, found))
        self._refuse_large(element, found)
        return tuple(found)

    def _refuse_large(self, element: syntax.Element, dimensions: list[Dimension]) -> None:
        """Refuse a variable with too many subscripts or elements."""
        size = math.prod(len(dimension.elements) for dimension in dimensions)
        line = element.components[0].line or None
        if len(dimensions) > limits.DIMENSIONS:
            raise ModelError(
                f'"{element.name}" has {len(dimensions)} subscripts; at most {limits.DIMENSIONS} '
                "are possible, because NumPy's arrays have at most 64 axes",
                file=self._path,
                line=line,
                hint="this limit cannot be raised: combine subscripts into one range",
            )
        hint = limits.raise_hint(size, limits.ELEMENTS)
        if hint:
            sizes = " x ".join(str(len(dimension.elements)) for dimension in dimensions[:8])
            sizes += " x ..." if len(dimensions) > 8 else ""
            raise ModelError(
                f'"{element.name}" has {sizes} = {limits.shown(size)} elements, more than '
                f"{limits.most(limits.ELEMENTS):,}",
                file=self._path,
                line=line,
                hint=hint,
            )

    def _smallest(
        self,
        used: dict[str, None],
        named: list[Dimension],
        element: syntax.Element,
        before: list[Dimension],
    ) -> Dimension:
        near = self._containing.get(next(iter(used), ""), [])
        candidates = [
            dimension
            for dimension in (*named, *near)
            if used.keys() <= dimension.places.keys() and dimension not in before
        ]
        if candidates:
            return min(candidates, key=lambda dimension: len(dimension.elements))
        again = [dimension for dimension in before if used.keys() <= dimension.places.keys()]
        if not again:
            raise ModelError(
                f'no range contains all elements for which "{element.name}" is defined: '
                + ", ".join(used),
                file=self._path,
                line=element.components[0].line or None,
                hint="define a range that lists them",
            )
        # One range at two positions, one of which lists elements: results need a second name.
        name, number = again[0].canonical, 2
        taken = {"time", "draw", *(d.canonical for d in (*before, *self.ranges.values()))}
        while f"{name}_{number}" in taken:
            number += 1
        return structs.replace(again[0], canonical=f"{name}_{number}")

    def regions(
        self,
        element: syntax.Element,
        component: syntax.Component,
        dimensions: tuple[Dimension, ...],
    ) -> list[Region]:
        """Return the regions that a component defines: one, or several after ``:EXCEPT:``."""
        spans = [
            self.elements_of(subscript, element.name, component.line)
            for subscript in component.subscripts
        ]
        names = [
            syntax.match_key(subscript) if self.is_range(subscript) else None
            for subscript in component.subscripts
        ]
        if len(set(filter(None, names))) != len([name for name in names if name]):
            raise ModelError(
                f'"{element.name}" has the same range twice on its left-hand side',
                file=self._path,
                line=component.line or None,
                hint="define a second range with the same elements",
            )
        return [
            _region(kept, names, dimensions) for kept in self._remaining(element, component, spans)
        ]

    def _remaining(
        self,
        element: syntax.Element,
        component: syntax.Component,
        spans: list[tuple[str, ...]],
    ) -> list[tuple[tuple[str, ...], ...]]:
        """Remove the exceptions from a block of elements, and return the remaining blocks."""
        blocks = [
            [self.elements_of(name, element.name, component.line) for name in group]
            for group in component.exceptions
        ]
        kept = _without(tuple(spans), [list(map(frozenset, block)) for block in blocks])
        found = list(itertools.islice(kept, limits.most(limits.EXCEPTIONS) + 1))
        if len(found) > limits.most(limits.EXCEPTIONS):
            raise ModelError(
                f'"{element.name}" with :EXCEPT: falls into more than '
                f"{limits.most(limits.EXCEPTIONS):,} blocks of elements",
                file=self._path,
                line=component.line or None,
                hint=limits.raise_hint(len(found), limits.EXCEPTIONS),
            )
        return found


def _without(
    spans: tuple[tuple[str, ...], ...], exceptions: list[list[frozenset[str]]]
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield blocks that together are a block without its exceptions.

    They are as few as possible, because code is written for each: elements of the first dimension
    that the same exceptions name stay together.
    """
    if not exceptions:
        yield spans
        return
    if not spans:
        return  # an exception names all subscripts of this place
    together: dict[tuple[int, ...], list[str]] = {}
    for name in spans[0]:
        named = tuple(n for n, exception in enumerate(exceptions) if name in exception[0])
        together.setdefault(named, []).append(name)
    for numbers, names in together.items():
        rest = [exceptions[number][1:] for number in numbers]
        yield from ((tuple(names), *block) for block in _without(spans[1:], rest))


def _unambiguous(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the partner of each element that has only one."""
    partners: dict[str, set[str]] = {}
    for one, other in pairs:
        partners.setdefault(one, set()).add(other)
    return {one: next(iter(others)) for one, others in partners.items() if len(others) == 1}


def _region(
    kept: tuple[tuple[str, ...], ...],
    names: list[str | None],
    dimensions: tuple[Dimension, ...],
) -> Region:
    axes: list[Axis] = []
    indices: list[Index] = []
    for elements, name, dimension in zip(kept, names, dimensions, strict=True):
        positions = dimension.positions(elements)
        if name is None:
            indices.append(Fixed(positions[0]))
        else:
            axes.append(Axis(name, elements))
            indices.append(Along(name, positions))
    return Region(tuple(axes), tuple(indices))
