"""What a target asks for."""

from __future__ import annotations

import pytest

from xhsim.errors import InputError
from xhsim.wording.target_text import target_text


def test_growth_and_flow_say_a_year_in_both_languages() -> None:
    assert target_text(">=", 10, "average_flow", "stores/year") == "≥ 10 a year"
    assert target_text(">=", 15, "average_growth", "%/year", "zh") == "年均 ≥ 15%"
    assert target_text("<=", -13.5, "cumulative_change", "%", "zh") == "累计 ≤ −13.5%"
    assert target_text(">=", 30, "cumulative_increase", "firms", "zh") == "累计 ≥ 30"


def test_unknown_direction_or_measure_is_refused() -> None:
    with pytest.raises(InputError, match=r"'=>'\. known are >=, >, <=, <"):
        target_text("=>", 1, "level", "%")
    with pytest.raises(InputError, match=r"'levl'\. did you mean \"level\""):
        target_text(">=", 1, "levl", "%")
