"""Loops of a run: their names, what comes from outside, and what cannot be asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of
from xhsim.engine.insight.loops_in_run import element_of
from xhsim.engine.model import Model
from xhsim.engine.paths import Path as Course
from xhsim.errors import InputError

EQUATIONS = """
pool = INTEG(entry - exit, 10)
entry = 0.2*pool + push
exit = 0.1*pool
push = 1 + Time
after = 2*pool
size = 3
table((0,0),(1,1))
grid[Row, Column] = INTEG(1, 1)
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return model_of(tmp_path, EQUATIONS, ranges="Row: r1, r2\nColumn: c1, c2", step=0.5)


def test_a_variable_behind_a_loop_has_the_loop(model: Model) -> None:
    found = model.loops("after")
    assert set(found["loop"].values) == {"pool → entry", "pool → exit"}
    assert float(found["outside"].min()) > 0
    assert found.attrs == {"variable": "after", "most": 5000, "cut": 0, "apart": 1}
    assert found["time"].values[0] == 1.0  # the first two steps have no scores


def test_a_variable_without_feedback_comes_from_outside(model: Model) -> None:
    found = model.loops("push")
    assert found.sizes["loop"] == 0
    assert found["outside"].values == pytest.approx(np.ones(found.sizes["time"]))


def test_what_is_given_comes_from_outside(model: Model) -> None:
    given = {"entry": Course([0, 10], [1, 9])}
    found = model.loops("pool", given)
    assert found["loop"].values.tolist() == ["pool → exit"]
    assert float(found["outside"].min()) > 0
    with pytest.raises(InputError, match='"entry" is given'):
        model.loops("entry", given)


def test_names_of_elements(model: Model) -> None:
    assert element_of(model.equations, "grid", 2) == "grid[r2, c1]"
    assert element_of(model.equations, "pool", 0) == "pool"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("size", '"size" is a constant'),
        ("table", '"table" is a lookup'),
        ("pol", 'no variable "pol". did you mean "pool"'),
        ("grid[r3, c1]", 'no element "r3"'),
    ],
)
def test_what_has_no_loops(model: Model, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        model.loops(name)


def test_a_run_of_one_step(model: Model) -> None:
    with pytest.raises(InputError, match="less than two steps"):
        model.loops("pool", dt=10)


def test_a_table_within_an_equation_is_no_variable_of_the_run(tmp_path: Path) -> None:
    equations = "pool = INTEG(0.1*pool*share, 10)\nshare = WITH LOOKUP(2, ((0,0),(4,1)))"
    assert model_of(tmp_path, equations).loops("pool")["loop"].values.tolist() == ["pool"]
