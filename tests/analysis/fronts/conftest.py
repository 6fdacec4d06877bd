"""A study whose front is known, and the front that a search finds."""

from __future__ import annotations

import pytest

from tests.analysis.fronts.returns import returns_study
from xhsim.analysis.fronts.find import find_front
from xhsim.analysis.fronts.front import PolicyFront
from xhsim.analysis.fronts.question import front_question
from xhsim.analysis.fronts.seeds import Effort
from xhsim.analysis.study import Study


@pytest.fixture(scope="session")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two levers with decreasing returns."""
    return returns_study(tmp_path_factory.mktemp("returns") / "study")


@pytest.fixture(scope="session")
def known_front(returns: Study) -> PolicyFront:
    """What each unit of money buys there."""
    asked = front_question(returns, ["far", "money"], money=5.0, draws=64)
    return find_front(asked, Effort(seeds=1, generations=25, population=40), members=12)
