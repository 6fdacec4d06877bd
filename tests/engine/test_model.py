"""The model's own methods: wrong options of a run, defaults and descriptions."""

from __future__ import annotations

from typing import Any

import pytest

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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"params": ["x"]}, "params must map names to values"),
        ({"outputs": ["RD spendin"]}, 'no output "RD spendin".*did you mean'),
        ({"outputs": ["curve"]}, '"curve" is a lookup'),
        ({"outputs": "level"}, r'must be a list of names.*\["level"\]'),
        ({"outputs": 5}, "must be a list of names"),
        ({"method": "rk5"}, 'there is no method "rk5"'),
        ({"method": "Eular"}, 'did you mean "euler"'),
        ({"method": "magic"}, "choose one of euler, rk2, rk4"),
        ({"times": [2014, 2016]}, "time 2014 is before INITIAL TIME 2015"),
        ({"times": []}, "one or more finite numbers"),
        ({"times": [2016, float("nan")]}, "one or more finite numbers"),
        ({"times": [float("inf")]}, "one or more finite numbers"),
        ({"times": "soon"}, "times must be a list of numbers"),
        ({"times": [1e15]}, "time steps"),
        ({"dt": 0}, "dt must be a positive number, not 0"),
        ({"dt": -1}, "dt must be a positive number, not -1"),
        ({"dt": float("nan")}, "dt must be a positive number"),
        ({"dt": float("inf")}, "dt must be a positive number"),
        ({"dt": "0.1"}, "dt must be a positive number"),
        ({"dt": 1e-12}, "time steps"),
    ],
)
def test_wrong_option(model: Model, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        model.run(**options)


def test_default_of_what_is_no_constant(model: Model) -> None:
    assert model.default("table").tolist() == [[1, 2], [3, 4]]
    with pytest.raises(InputError, match='"level" is not a constant'):
        model.default("level")


def test_the_model_describes_itself(model: Model) -> None:
    assert repr(model) == "<Model model.mdl: 1 stocks, 3 auxiliaries, 7 constants>"
    table = model.variables
    assert [table[column]["rd_spending"] for column in ("name", "kind", "dims", "line")] == [
        "RD spending",
        "constant",
        (),
        4,
    ]
    assert table.loc["level", "equation"] == "INTEG(RD spending+curve(Time), 0)"
    assert table.loc["curve", "kind"] == "lookup"
