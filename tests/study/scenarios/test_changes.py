"""Settings as changes: numbers and shapes, and their unit."""

from __future__ import annotations

import pytest

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.names import Reference
from xhsim.study.scenarios.changes import make_change
from xhsim.study.scenarios.setting_keys import ShapeRecord
from xhsim.study.scenarios.shapes import Constant, Knots, Ramp

HERE = Place("s.yaml", 4)


def test_numbers_and_shapes() -> None:
    change = make_change("cluster support[AI]", 2.0, HERE)
    assert change.reference == Reference("cluster support", ("AI",))
    assert change.shape == Constant(2.0)
    ramp = ShapeRecord.model_validate({"ramp": {"from": 0, "until": 1, "to": "6 CNY"}})
    assert make_change("x", ramp, HERE).shape == Ramp(0, 1, 6.0)
    assert make_change("x", ramp, HERE).unit == "CNY"
    knots = ShapeRecord.model_validate({"knots": {2023: 2, 2021: 1}})
    assert make_change("x", knots, HERE).shape == Knots((2021, 2023), (1, 2))


def test_levels_have_one_unit() -> None:
    knots = ShapeRecord.model_validate({"knots": {2021: "1 CNY", 2023: "2 EUR"}})
    with pytest.raises(InputError, match=r"s.yaml:4: .* is given in CNY and in EUR"):
        make_change("x", knots, HERE)
