"""What a front is asked about: what it depends on, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from xhsim.analysis.fronts.question import front_question
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_everything_that_numbers_depend_on_is_in_the_identity(returns: Study) -> None:
    plain = front_question(returns).identity()
    assert json.loads(json.dumps(plain)) == plain
    changes: list[dict[str, Any]] = [
        {"money": 4.0},
        {"limits": {"far": 0.1}},
        {"scenario": "nothing"},
        {"under": ["nothing"]},
        {"bounds": {"policy": (0, 2)}},
        {"draws": 7},
        {"seed": 7},
        {"objectives": ["far", "money"]},
    ]
    for change in changes:
        assert front_question(returns, **change).identity() != plain, change


def test_what_cannot_be_searched_is_refused(returns: Study) -> None:
    with pytest.raises(InputError, match="no lever may move"):
        front_question(returns, bounds={"policy": (0, 0), "second policy": (0, 0)})
    with pytest.raises(InputError, match="is less than the 1 already spent"):
        front_question(returns, money=0.5, bounds={"policy": (1, 2)})
    with pytest.raises(InputError, match="the money of 2035: runs end in 2025"):
        front_question(returns, money={2035: 4.0})
