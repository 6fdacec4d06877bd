"""Parallel coordinates of packages: rows, and lines through them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plots.fronts import made_up_front
from xhsim.plots.policies.package_lines import package_lines


def test_a_line_passes_each_row_at_its_share_of_the_range() -> None:
    front = made_up_front()
    ax = package_lines(front)
    lines = [line for line in ax.lines if line.get_gid() == "package"]
    assert len(lines) == 8
    by_chance = np.argsort([member.judged[0].value for member in front.members])
    last = np.asarray(lines[-1].get_xdata())
    member = front.members[by_chance[-1]]
    expected = [1, 1, (member.levels["RD support"] - 3) / 5, 3 / 5.5, 1]
    assert last == pytest.approx(expected)


def test_levers_that_nobody_moves_have_no_row() -> None:
    texts = {text.get_text() for text in package_lines(made_up_front()).texts}
    assert {"R&D support", "Talent programme", "Investment promotion"} <= texts
    assert "Night economy" not in texts
