"""A hindcast: what was known, the forecast from there, and what happened."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from xhsim.analysis.history.hindcast import HindcastResult
from xhsim.plots import hindcast_page
from xhsim.plots.canvas.pictures import Page

QUANTILES = {"p05": 8.0, "p25": 9.0, "median": 10.0, "p75": 11.0, "p95": 12.0}
HISTORY = pd.DataFrame(
    [
        (2016, 2016, 5.0), (2018, 2018, 6.0), (2018, 2018, 6.5), (2016, 2020, 7.0),
        (2019, 2019, 9.5), (2020, 2020, 10.5),
    ],
    columns=["first_year", "last_year", "value"],
).assign(series="size", unit="CNY100M")  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Page:
    seen = pd.DataFrame({"year": [2019, 2020], "observed": [9.5, 10.5]})
    result = HindcastResult(
        calibration=cast("Any", SimpleNamespace(until=2018)),
        table=seen.assign(series="size", variable="how large", known=2018, anchor=6.5),
        fans=pd.DataFrame({"year": [2019, 2020]}).assign(series="size", **QUANTILES),
        draws=100,
        seed=3,
        failed=0,
    )
    return hindcast_page(result, HISTORY)


def test_what_was_known_ends_where_the_forecast_begins(page: Page) -> None:
    lines = {line.get_gid(): np.asarray(line.get_xydata()).tolist() for line in page[0].lines}
    assert lines["known"] == [[2016, 5], [2018, 6.5]]  # the last figure of a year
    assert lines["median"] == [[2018, 6.5], [2019, 10], [2020, 10]]
    assert lines["came"] == [[2019, 9.5], [2020, 10.5]]


def test_the_bands_open_from_the_last_figure(page: Page) -> None:
    outer = np.asarray(page[0].collections[0].get_paths()[0].vertices)
    corners = set(map(tuple, outer.tolist()))
    assert {(2018, 6.5), (2019, 8), (2019, 12), (2020, 8), (2020, 12)} <= corners


def test_series_and_origin_are_written(page: Page) -> None:
    assert "How large" in [text.get_text() for text in page[0].texts]
    title, source = (text.get_text() for text in page.figure.texts)
    assert "2018" in title
    assert source == "100 draws, seed 3"
