"""The studies that the tests of this folder ask."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR, STRUCTURES
from xhsim.analysis.study import Study


@pytest.fixture(scope="session")
def linear() -> Study:
    """Straight lines with normal slopes: every answer is known in closed form."""
    return xhsim.open_study(LINEAR)


@pytest.fixture(scope="session")
def structured() -> Study:
    """The linear study with three structures, of which one doubles the growth of size."""
    return xhsim.open_study(STRUCTURES)
