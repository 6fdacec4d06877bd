"""Choosing a variable, or elements of it, from what a run gave."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from xhsim.analysis.worlds.select import element_places, select_one, select_total
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.names import Reference

RUN = xr.Dataset(
    {
        "size": ("time", [1.0, 2.0]),
        "zone_size": (("draw", "time", "zone"), np.arange(12.0).reshape(2, 2, 3)),
        "flow": (("time", "zone", "kind"), np.arange(12.0).reshape(2, 3, 2)),
        "Raw Name": ("time", [5.0, 6.0]),
    },
    {"time": [2020.0, 2021.0], "zone": ["North", "South", "Far East"], "kind": ["old", "new"]},
)


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        ("size", [1, 2]),
        ("Zone Size[far east]", [[2, 5], [8, 11]]),
        (Reference("zone_size", ("South",)), [[1, 4], [7, 10]]),
        ("flow[South, NEW]", [3, 9]),
        ("raw name", [5, 6]),
    ],
)
def test_one_element(wanted: str | Reference, values: list[float]) -> None:
    found = select_one(RUN, wanted)
    assert found.values.tolist() == values
    assert set(found.dims) <= {"draw", "time"}


def test_a_dimension_with_one_element_need_not_be_named() -> None:
    assert select_one(RUN.isel(zone=[1]), "zone size").values.tolist() == [[1, 4], [7, 10]]


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        ("size", [1, 2]),
        ("zone size", [[3, 12], [21, 30]]),
        ("zone size[North, far east]", [[2, 8], [14, 20]]),
        ("flow", [15, 51]),
        ("flow[South]", [5, 17]),
    ],
)
def test_a_total(wanted: str, values: list[float]) -> None:
    assert select_total(RUN, wanted).values.tolist() == values


def test_a_total_with_a_hole_is_not_a_number() -> None:
    holed = RUN.where(RUN["zone"] != "South")
    assert np.isnan(select_total(holed, "zone size").values).all()
    assert select_total(holed, "zone size[North]").values.tolist() == [[0, 3], [6, 9]]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("sise", r'yaml:7: it needs "sise", which the ensemble lacks. did you mean "size"'),
        ("zone size", r'yaml:7: it does not say which element of "zone size".*\[North\]'),
        ("zone size[North, South]", "it does not say which element"),
        ("flow[North]", r'it does not say which.*write "flow\[North, old\]"'),
        ("zone size[Sout]", 'unknown element of "zone size" "Sout".*did you mean "South"'),
        ("size[North]", '"size" has no elements to select'),
    ],
)
def test_mistakes(wanted: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        select_one(RUN, wanted, who="it", place=Place("study.yaml", 7))


def test_what_is_asked_names_itself() -> None:
    with pytest.raises(InputError, match=r'^"zone size" does not say'):
        select_one(RUN, "zone size")
    with pytest.raises(InputError, match="has no elements"):
        select_total(RUN, "size[North]")


def test_places_are_numbers_along_each_dimension() -> None:
    dimensions = [("North", "South"), ("old", "new")]
    assert element_places(Reference("flow", ("south", "old")), dimensions) == (1, 0)
    assert element_places(Reference("flow"), []) == ()
