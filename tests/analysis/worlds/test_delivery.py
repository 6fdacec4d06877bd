"""A lever's change delivered late or in part, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.worlds.delivery import deliver
from xhsim.engine.paths import Path

BEFORE = Path.constant(1.0)
STEP = BEFORE.splice(Path.constant(5.0), 2022.0)
YEARS = [2020.0, 2021.9, 2022.5, 2023.5, 2025.0]


def delivered(before: Path, after: Path, share: list[float], delay: list[float]) -> Path:
    return deliver(before, after, np.array(share), np.array(delay))


def test_share_and_delay_of_each_draw() -> None:
    made = delivered(BEFORE, STEP, [1.0, 0.5, 0.25], [0.0, 1.0, 2.0])
    assert made.at(YEARS).tolist() == [
        [1, 1, 1],
        [1, 1, 1],
        [5, 1, 1],
        [5, 3, 1],
        [5, 3, 2],
    ]


def test_a_change_without_a_date_comes_in_part_but_not_late() -> None:
    made = delivered(BEFORE, Path.constant(3.0), [1.0, 0.5], [0.0, 4.0])
    assert made.at([2000.0, 2030.0]).tolist() == [[3.0, 2.0], [3.0, 2.0]]


def test_a_delayed_ramp_keeps_its_slope() -> None:
    ramp = Path([2022, 2024], [1.0, 5.0])
    made = delivered(BEFORE, ramp, [1.0, 0.5], [1.0, 0.0])
    # 2 a year from 2023 in the first draw; 1 a year from 2022 in the second.
    assert made.at([2022.0, 2023.0, 2024.0, 2026.0]) == pytest.approx(
        np.array([[1, 1], [1, 2], [3, 3], [5, 3]])
    )


def test_elements_come_before_draws() -> None:
    before = Path.constant(np.array([1.0, 2.0]))
    after = before.splice(Path.constant(np.array([3.0, 2.0])), 2022.0)
    made = delivered(before, after, [0.5, 1.0, 0.0], [0.0, 0.0, 0.0])
    assert made.at(2023.0).tolist() == [[2.0, 3.0, 1.0], [2.0, 2.0, 2.0]]
