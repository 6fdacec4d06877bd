"""Keys of settings: dates, levels and shapes."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from xhsim.study.scenarios.setting_keys import ShapeRecord


def test_dates_and_units_are_converted() -> None:
    shape = ShapeRecord.model_validate({"step": {"year": "2022-07-02", "to": "6 CNY"}})
    assert shape.step is not None
    assert shape.step.year == pytest.approx(2022 + 182 / 365)
    assert (float(shape.step.to), getattr(shape.step.to, "unit", None)) == (6.0, "CNY")
    knots = ShapeRecord.model_validate({"knots": {"2022-01": 1, 2023: 2}}).knots
    assert knots == {2022.0: 1.0, 2023.0: 2.0}


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({}, "a change has exactly one shape"),
        (
            {"step": {"year": 2022, "to": 1}, "knots": {2022: 1}},
            "exactly one shape, not step and knots",
        ),
        (
            {"s-curve": {"from": 2023, "until": 2022, "to": 1}},
            '"until" 2022 is not after "from" 2023',
        ),
        ({"step": {"year": "soon", "to": 1}}, "valid number"),
    ],
)
def test_shapes_that_are_refused(shape: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ShapeRecord.model_validate(shape)
    assert words in str(caught.value)
