"""The unknowns that matter most, with the range of their draws."""

from __future__ import annotations

import pytest

from xhsim.analysis.study import Study
from xhsim.explorer.unknowns import unknowns_of


def test_what_targets_depend_on_comes_first(linear: Study) -> None:
    targets = list(linear.indicators.values())
    found = {unknown.name: unknown for unknown in unknowns_of(linear, "baseline", targets)}
    assert list(found)[:2] == ["growth", "zone growth[South]"]
    growth = found["growth"]
    assert (growth.low, growth.middle, growth.high) == pytest.approx((2, 3, 4), abs=0.06)
    assert growth.since is None
    assert "policy" not in found, "levers are no unknowns"


def test_a_shock_is_held_from_its_first_year(linear: Study) -> None:
    targets = [linear.targets["yields"]]
    (first, *_) = unknowns_of(linear, "baseline", targets)
    assert (first.name, first.since) == ("weather", 2022)
    assert "held from 2022 on" in first.told("en")
    assert "2022年" in first.told("zh")


def test_an_element_is_named(linear: Study) -> None:
    targets = [linear.targets["south"]]
    (first, *_) = unknowns_of(linear, "baseline", targets)
    assert (first.name, first.key, first.element) == ("zone growth[South]", "zone_growth", 1)
