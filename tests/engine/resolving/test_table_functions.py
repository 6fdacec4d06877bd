"""Functions of lookups, data variables and numbered elements: what they refuse.

Their values are in `tests/engine/test_vensim_files.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of, value
from xhsim.errors import InputError, ModelError

RANGES = "Area: north, south\nKind: low, high"
GIVEN = "x[Area] = 1, 2\nm[Area, Kind] = 1, 2; 3, 4;\ncurve((0,0),(1,1),(2,0))\nrain\ny = 3\n"
REFUSED = {
    "LOOKUP FORWARD(y, 1)": 'takes a lookup, which "y" is not',
    "LOOKUP FORWARD(2*y, 1)": "takes the name of a variable as its first argument",
    "LOOKUP INVERT(curve, 1)": 'only rises or only falls, unlike "curve"',
    "GET DATA AT TIME(curve, 1)": 'takes a data variable, which "curve" is not',
    "GET DATA BETWEEN TIMES(rain, 1)": "has 2 arguments; it takes 3",
    "VECTOR ELM MAP(y, 1)": "takes an element of a variable with subscripts",
    "VECTOR LOOKUP(y, 1, 0, 1, 0)": "takes the first element of a variable",
    "VECTOR LOOKUP(x[north], 1, 0, 1, SIN(y))": "takes a number or constants as its mode",
    "VECTOR LOOKUP(x[north], 1, 0, 1, 10)": "has the mode 10. use a mode from 0",
    "RANDOM LOOKUP(y, 0, 1, 0, 1, 0)": 'takes a lookup, which "y" is not',
    "TIME SHIFT(curve, 1)": 'takes a data variable, which "curve" is not',
}


@pytest.mark.parametrize("call", REFUSED)
def test_refused(tmp_path: Path, call: str) -> None:
    with pytest.raises(ModelError, match=REFUSED[call]) as error:
        model_of(tmp_path, f"{GIVEN}z = {call}", ranges=RANGES)
    assert '"z"' in str(error.value)
    assert error.value.line == 9


def test_data_without_values_are_named(tmp_path: Path) -> None:
    model = model_of(tmp_path, f"{GIVEN}z = GET DATA AT TIME(rain, 1)", ranges=RANGES)
    with pytest.raises(InputError, match='the data variable "rain" has no values'):
        model.run(outputs=["z"])


def test_an_offset_may_differ_by_draw(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, f"{GIVEN}far = 1\nz = VECTOR ELM MAP(m[north, low], far)", ranges=RANGES
    )
    run = model.run({"far": np.array([0.0, 1.0, 2.0, 3.0])}, outputs=["z"])
    assert value(run, "z")[:, 0].tolist() == [1, 2, 3, 4]


def test_elements_at_a_fixed_distance_are_no_circle(tmp_path: Path) -> None:
    """A chain: what leaves one stage enters the next."""
    model = model_of(
        tmp_path,
        "in[Stage] = IF THEN ELSE(Stage = s1, 8, VECTOR ELM MAP(in[Stage], -1)/2)",
        ranges="Stage: (s1-s4)",
    )
    assert value(model.run(), "in")[0].tolist() == [8, 4, 2, 1]
