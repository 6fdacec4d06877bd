"""The study whose front is known."""

from __future__ import annotations

import pytest

from tests.analysis.fronts.returns import returns_study
from xhsim.analysis.study import Study


@pytest.fixture(scope="session")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two levers with decreasing returns."""
    return returns_study(tmp_path_factory.mktemp("returns") / "study")
