"""Loops of a study's file are recognised on longer paths, and only in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.analysis.loops.naming import name_of_path
from xhsim.study.files.mistakes import Place
from xhsim.study.loops import Loop
from xhsim.wording.label import Label


def loop(name: str, *through: str) -> Loop:
    return Loop(name, Label(name), "balancing", through, Place(str(Path("loops.yaml")), 1))


SHORT, LONG = loop("B1", "Rent level", "starts"), loop("B2", "rent level", "starts", "floor")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (["rent_level", "starts"], "B1"),
        (["starts", "rent_level"], "B1"),
        (["starts", "between", "rent_level", "more"], "B1"),
        (["floor", "rent_level", "starts", "between"], "B2"),  # the one that names more of it
        (["starts", "floor", "rent_level"], "B2"),
        (["floor", "starts", "rent_level"], "B1"),  # in the other direction it is not B2
        (["rent_level", "floor"], None),
        ([], None),
    ],
)
def test_names(path: list[str], name: str | None) -> None:
    found = name_of_path(path, [SHORT, LONG])
    assert (found and found.id) == name
