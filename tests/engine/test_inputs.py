"""The inputs of a run: parameters by name, element, array and path, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of
from xhsim.engine.model import Model
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return model_of(
        tmp_path_factory.mktemp("arguments"),
        """
        RD spending = 1
        support[Area] = 1, 2
        table[Area, Kind] = 1, 2; 3, 4;
        computed[Area] = support[Area]*2
        curve((0,0),(1,1))
        order = 2
        level = INTEG(RD spending+curve(Time), 0)
        late = SMOOTH N(level, 3, 0, order)
        """,
        ranges="Area: north, south\nKind: low, high",
        start=2015,
        end=2020,
    )


two = np.array([1.0, 2.0])

PATH = xhsim.Path([2016], [1.0])

WRONG: dict[str, tuple[dict[Any, Any], str]] = {
    "unknown parameter": (
        {"RD spendin": 1},
        'no variable "RD spendin".*did you mean "RD spending"',
    ),
    "nothing alike": ({"zzz": 1}, 'no variable "zzz".*model.variables lists them all'),
    "time": ({"time": 1}, 'no variable "time"'),
    "number as name": ({5: 1}, 'no variable "5"'),
    "empty name": ({"": 1}, 'no variable ""'),
    "text": ({"RD spending": "3"}, "\"RD spending\" needs a number.*not '3'"),
    "none": ({"RD spending": None}, "needs a number"),
    "true": ({"RD spending": True}, "needs a number"),
    "complex": ({"RD spending": 1j}, "needs a number"),
    "mapping": ({"RD spending": {"a": 1}}, "needs a number"),
    "ragged": ({"RD spending": [[1], [1, 2]]}, "needs a number"),
    "nan": ({"RD spending": float("nan")}, "not a finite number"),
    "infinite": ({"RD spending": [1.0, float("inf")]}, "not a finite number"),
    "no draws": ({"RD spending": []}, r"shape \(0,\)"),
    "too many axes": ({"RD spending": [[1.0]]}, r"shape \(1, 1\); it takes one number"),
    "wrong elements": ({"support": [1.0, 2.0, 3.0]}, r"shape \(3,\); it takes \(2,\)"),
    "draws first": ({"support": np.ones((5, 2))}, r"shape \(5, 2\)"),
    "draws disagree": (
        {"RD spending": [1.0, 2.0, 3.0], "level": two},
        'disagree.*"level" has 2, "RD spending" has 3',
    ),
    "draws of elements disagree": (
        {"support[north]": two, "support[south]": [1.0, 2.0, 3.0]},
        "has 3 draws, other elements have 2",
    ),
    "lookup": ({"curve": 1}, '"curve" is a lookup and cannot be given'),
    "order": ({"order": 3}, '"order" determines the order of a delay'),
    "twice": ({"RD spending": 1, "rd_spending": 2}, '"RD spending" is given twice'),
    "element before whole": ({"support[north]": 1, "support": 2}, "given twice"),
    "element and path": ({"support": PATH, "support[north]": 2}, "given twice"),
    "unknown element": ({"support[nort]": 1}, 'no element "nort".*did you mean "north"'),
    "elements of too few": ({"table[north]": 1}, "names 1 elements; table has 2 dimensions"),
    "elements of scalar": ({"RD spending[north]": 1}, "has 0 dimensions"),
    "element of computed": ({"computed[north]": 1}, '"computed" is not a constant'),
    "array for element": ({"support[north]": [[1.0]]}, "one number, or one for each draw"),
    "path for element": ({"support[north]": PATH}, "a path must be given for all elements"),
    "path of wrong shape": (
        {"support": xhsim.Path([2016], [[1.0, 2.0, 3.0]])},
        r"values of shape \(3,\) at each knot",
    ),
    "path and draws disagree": (
        {"level": xhsim.Path([2016], [[1.0, 2.0, 3.0]]), "RD spending": two},
        "disagree",
    ),
    "time step of path": ({"TIME STEP": xhsim.Path([2016], [0.0])}, "TIME STEP must be positive"),
    "start of path": ({"INITIAL TIME": PATH}, "INITIAL TIME must not change during a run"),
    "time step of draws": ({"TIME STEP": two}, "TIME STEP must be the same for all draws"),
    "end before start": ({"FINAL TIME": 2000}, "FINAL TIME 2000 is before INITIAL TIME 2015"),
    "negative saveper": ({"SAVEPER": -1}, "SAVEPER must be positive, not -1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_parameter(model: Model, case: str) -> None:
    params, words = WRONG[case]
    with pytest.raises(InputError, match=words):
        model.run(params)
