"""The function that opens the explorer in a notebook."""

from __future__ import annotations

import sys

import pytest

import xhsim
from xhsim.analysis.study import Study
from xhsim.errors import InputError

DRAWS = 64


def test_the_name_in_the_package_is_the_function() -> None:
    assert callable(xhsim.explore)


def test_in_a_notebook_it_is_asked_from_python(xuhui: Study) -> None:
    explorer = xhsim.explore(xuhui, draws=DRAWS)
    explorer.move("RD support", 5.0)
    shown = explorer.settle().table["probability"]
    moved = {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 5.0}}}
    mine = xuhui.with_scenario("mine", moved)
    said = mine.attainment(mine.ensemble("mine", DRAWS), mine.indicators)
    assert (shown == said["probability"]).all()
    assert explorer.choice.changes == moved
    explorer.close()


def test_without_ipywidgets_it_says_what_to_install(
    xuhui: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "xhsim.explorer.panel", raising=False)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(InputError, match=r"needs the package ipywidgets.*xhsim\[notebook\]"):
        xhsim.explore(xuhui, draws=8)
