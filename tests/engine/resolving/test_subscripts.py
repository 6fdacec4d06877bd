"""Subscript ranges, dimensions of variables, and regions of components."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.engine.resolving.records import ZONE, component, element, model_text
from xhsim.engine.equations import Along, Axis, Fixed
from xhsim.engine.language.syntax import Number, Range
from xhsim.engine.resolving.subscripts import Region, Subscripts
from xhsim.errors import ModelError

FAMILY = Range("Family", ("north", "south", "east"))
COAST = Range("Coast", ("south", "east"))
ONE = Number(1.0)


def subscripts_of(*ranges: Range) -> Subscripts:
    return Subscripts(model_text(ranges=ranges))


def test_a_range_may_list_other_ranges() -> None:
    every = Range("Every", ("west", "Coast"))
    found = subscripts_of(every, COAST)
    assert found.ranges["every"].elements == ("west", "south", "east")
    assert found.elements_of("EVERY", "x", 1) == ("west", "south", "east")
    assert found.elements_of("South", "x", 1) == ("south",)


def test_the_position_of_an_element_counts_in_its_largest_range() -> None:
    found = subscripts_of(COAST, FAMILY)
    assert [found.position_of(name) for name in ("north", "east", "mars")] == [1, 3, None]


def test_a_mapping_works_both_ways() -> None:
    shop = Range("Shop", ("s1", "s2"), ("Coast",), 3, (("east", "south"),))
    found = subscripts_of(shop, COAST)
    assert found.partners("coast", Axis("shop", ("s1", "s2"))) == ("east", "south")
    assert found.partners("shop", Axis("coast", ("south", "east"))) == ("s2", "s1")
    assert found.partners("shop", Axis("other", ("north",))) is None


def test_a_dimension_is_the_smallest_range_with_all_elements() -> None:
    found = subscripts_of(FAMILY, COAST, ZONE)
    apart = element("x", component(ONE, "south"), component(ONE, "east"))
    assert [d.name for d in found.dimensions_of(apart)] == ["Coast"]
    wide = element("x", component(ONE, "Coast"), component(ONE, "north"))
    assert [d.name for d in found.dimensions_of(wide)] == ["Family"]


def test_exceptions_leave_the_other_elements() -> None:
    found = subscripts_of(FAMILY)
    part = structs.replace(component(ONE, "Family"), exceptions=(("south",),))
    variable = element("x", part)
    (region,) = found.regions(variable, part, found.dimensions_of(variable))
    assert region == Region((Axis("family", ("north", "east")),), (Along("family", (0, 2)),))
    one = component(ONE, "east")
    assert found.regions(variable, one, found.dimensions_of(variable)) == [Region((), (Fixed(2),))]


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ((Range("A", ("a", "A "), (), 4),), '"A" contains itself'),
        ((Range("A", ("a1", "A1"), (), 4),), '"A" lists an element twice'),
        ((Range("A", ("a1",)), Range("a", ("a2",), (), 4)), '"a" is defined twice'),
        ((COAST, Range("A", ("a1",), ("Coast",), 4)), '"A" has 1 elements and is mapped to 2'),
    ],
)
def test_ranges_that_cannot_be(ranges: tuple[Range, ...], words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        subscripts_of(*ranges)
    assert caught.value.line == 4


def test_elements_of_no_common_range_are_refused() -> None:
    found = subscripts_of(COAST, Range("Hill", ("top",)))
    apart = element("x", component(ONE, "south"), component(ONE, "top"))
    with pytest.raises(ModelError, match=r'no range contains all elements .* "x".*: south, top'):
        found.dimensions_of(apart)


GRID = [Range(f"D{n}", tuple(f"d{n}e{i}" for i in range(4))) for n in range(3)]
PARTS = [Range(f"P{n}", (f"d{n}e1", f"d{n}e2")) for n in range(3)]


@given(
    st.lists(
        st.tuples(*(st.sampled_from([f"D{n}", f"P{n}", f"d{n}e0", f"d{n}e1"]) for n in range(3))),
        max_size=4,
    )
)
def test_exceptions_leave_every_other_element_once(exceptions: list[tuple[str, ...]]) -> None:
    found = subscripts_of(*GRID, *PARTS)
    part = structs.replace(component(ONE, "D0", "D1", "D2"), exceptions=tuple(exceptions))
    variable = element("x", part)
    regions = found.regions(variable, part, found.dimensions_of(variable))
    filled: list[tuple[int, ...]] = []
    for region in regions:
        along = [index for index in region.indices if isinstance(index, Along)]
        assert [len(axis.elements) for axis in region.axes] == [len(i.positions) for i in along]
        filled += itertools.product(*(index.positions for index in along))
    members = [[found.elements_of(name, "x", 1) for name in group] for group in exceptions]
    every = itertools.product(*(range.elements for range in GRID))
    expected = [
        combination
        for combination in every
        if not any(
            all(e in group for e, group in zip(combination, groups, strict=True))
            for groups in members
        )
    ]
    names = [tuple(f"d{n}e{at}" for n, at in enumerate(place)) for place in filled]
    assert sorted(names) == expected


def test_one_exception_leaves_one_block_for_each_dimension() -> None:
    """Code is written for each block: with one for each element large models would be slow."""
    found = subscripts_of(*GRID)
    exceptions = (("d0e1", "d1e1", "d2e1"), ("d0e1", "D1", "D2"))
    part = structs.replace(component(ONE, "D0", "D1", "D2"), exceptions=exceptions)
    variable = element("x", part)
    (region,) = found.regions(variable, part, found.dimensions_of(variable))
    assert region.indices[0] == Along("d0", (0, 2, 3))
    one = structs.replace(part, exceptions=exceptions[:1])
    assert len(found.regions(variable, one, found.dimensions_of(variable))) == 3
