"""How a search went on: a line for each seed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plots.fronts import made_up_front
from xhsim.plots.policies.hypervolume import hypervolume_chart


def test_each_seed_has_a_line_with_its_last_share() -> None:
    front = made_up_front()
    ax = hypervolume_chart(front)
    lines = [line for line in ax.lines if line.get_gid() == "seed"]
    for line, shares in zip(lines, front.shares, strict=True):
        assert np.asarray(line.get_ydata()) == pytest.approx(100 * shares)
    texts = {text.get_text() for text in ax.texts}
    assert {"seed 1: 98.3 %", "seed 2: 96.9 %"} <= texts
