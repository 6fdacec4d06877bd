"""STEP, PULSE, RAMP and their relatives: their values before, at and after their times."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.language.functions.forms import by_numpy, by_python

TIMES = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
VALUES = {
    ("step", (7.0, 3.0)): [0, 0, 0, 7, 7, 7, 7],
    ("pulse", (2.0, 3.0)): [0, 0, 1, 1, 1, 0, 0],
    ("pulse_train", (1.0, 3.0, 1.0, 5.0)): [0, 1, 0, 0, 1, 0, 0],
    ("ramp", (2.0, 1.0, 4.0)): [0, 0, 2, 4, 6, 6, 6],
    ("xpulse", (2.0, 5.0)): [0, 0, 5, 0, 0, 0, 0],
    ("xpulse_train", (1.0, 3.0, 5.0)): [0, 5, 0, 0, 5, 0, 0],
    ("xramp", (2.0, 1.0)): [0, 0, 2, 4, 6, 8, 10],
}


@pytest.mark.parametrize(("function", "arguments"), VALUES)
def test_values_over_time(function: str, arguments: tuple[float, ...]) -> None:
    expected = VALUES[function, arguments]
    by_array = [
        float(by_numpy(function, *arguments, time=now, clock=now, time_step=1.0)) for now in TIMES
    ]
    assert by_array == expected
    assert [by_python(function, *arguments, now=now) for now in TIMES] == expected


def test_a_pulse_of_xmile_delivers_its_amount_within_one_step_of_any_size() -> None:
    steps = np.arange(0.0, 6.0, 0.25)
    rates = [float(by_numpy("xpulse", 2.0, 5.0, clock=now, time_step=0.25)) for now in steps]
    assert sum(rates) * 0.25 == pytest.approx(5.0)


def test_time_with_an_offset() -> None:
    assert by_numpy("get_time_value", 0.0, 2.5, 0.0, time=2020.0) == 2022.5
