"""A few targets on the same axes: their steps, the IPCC's ranges, the months of releases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.plots.monitored import probabilities
from xhsim.errors import InputError
from xhsim.plots import targets_by_date
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.monitoring.release_dates import ReleaseDates
from xhsim.plots.monitoring.targets_by_date import _months


def test_each_target_has_its_steps_and_its_label() -> None:
    ax = targets_by_date(probabilities(), ["culture_growth", "pct_filings"])
    steps = [line for line in ax.lines if line.get_gid() == "probability"]
    assert [np.asarray(line.get_ydata())[-1] for line in steps] == pytest.approx([12, 58])
    assert len({line.get_color() for line in steps}) == 2
    texts = [text.get_text() for text in ax.texts]
    assert "Cultural-creative output\ngrowth 12 %" in texts
    assert "PCT patent filings by firms † 58 %" in texts


def test_the_words_of_the_ipcc_stand_beside_their_ranges() -> None:
    ax = targets_by_date(probabilities(), ["culture_growth"])
    assert ax.get_yticks() == pytest.approx([0, 10, 33, 66, 90, 100])
    places = {text.get_text(): text.xy[1] for text in ax.texts}  # type: ignore[attr-defined]
    assert places["about as likely as not"] == pytest.approx(49.5)
    assert places["very unlikely"] == pytest.approx(5.5)
    assert "virtually certain" not in places  # no room; told below


@pytest.mark.parametrize(("width", "rows"), [(8.0, [3, 3, 3]), (1.6, [3, 3, 12])])
def test_months_that_would_touch_are_in_two_rows(width: float, rows: list[float]) -> None:
    ax = new_axes(width, 3, (0.2, 0.2, 0.2, 0.6))
    dates = ReleaseDates.of(probabilities())
    dates.label(ax, "en", 7)
    _months(ax, dates, "en")
    assert [text.get_text() for text in ax.texts] == ["2023-01", "2024-03", "2024-12"]
    assert [text.get_position()[1] for text in ax.texts] == rows


def test_too_many_targets_are_refused() -> None:
    names = [
        *("modern_services_growth", "commodity_sales", "retail_sales", "rd_intensity"),
        *("ai_growth", "culture_growth", "pct_filings"),
    ]
    table = probabilities("rd_intensity")
    rows = {name: table.rename(index={"rd_intensity": name}) for name in names}
    with pytest.raises(InputError, match=r"7 targets are too many.*probability_by_date"):
        targets_by_date(pd.concat(rows.values()), names)
