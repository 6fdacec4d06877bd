"""Rules on straight lines, whose firings and money are known.

Size is 100 in 2020 and grows by growth, normal around 3 with 90 % in [2, 4], and by the programme.
A check in 2023 sees the size of 2022, 100 + 2 growth: it is below 106 in half of the draws.
"""

from __future__ import annotations

from typing import Any

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.study import Study

__all__ = ["HELP", "helped"]

HELP: dict[str, Any] = {
    "label": {"en": "Help the slow", "zh": "扶持慢者"},
    "check": [2023, 2024],
    "if": {"variable": "size", "below": 106.0},
    "then": {"set": {"policy": 2}},
    "release": "never",
}


def helped(**rules: Any) -> Study:
    """Return the linear study with a fixed programme and one with rules."""
    study = xhsim.open_study(LINEAR)
    study = study.with_scenario("fixed", {"policy": {"step": {"year": 2021, "to": 1}}})
    return study.with_scenario("helped", rules={"help": HELP} | rules)
