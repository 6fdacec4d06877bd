"""A hindcast: what was known, the forecast from there, and what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xhsim.analysis.history.hindcast import HindcastResult
from xhsim.errors import InputError
from xhsim.plots import hindcast_page
from xhsim.plots.canvas.pictures import Page

QUANTILES = {"p05": 8.0, "p25": 9.0, "median": 10.0, "p75": 11.0, "p95": 12.0}
HISTORY = pd.DataFrame(
    [
        (2016, 2016, 5.0), (2018, 2018, 6.0), (2018, 2018, 6.5), (2016, 2020, 7.0),
        (2019, 2019, 9.5), (2020, 2020, 10.5),
    ],
    columns=["first_year", "last_year", "value"],
).assign(series="size", unit="CNY100M", measure="level", kind="point")  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Page:
    return hindcast_page(result(), HISTORY)


def result() -> HindcastResult:
    seen = pd.DataFrame({"year": [2019, 2020], "observed": [9.5, 10.5]})
    made: dict[str, Any] = {"structure": "model", "origin": 2018, "series": "size"}
    return HindcastResult(
        table=seen.assign(**made, variable="how large", measure="level", known=2018, anchor=6.5),
        fans=pd.DataFrame({"year": [2019, 2020]}).assign(**made, **QUANTILES),
        runs=pd.DataFrame([made | {"failed": 0}]),
        weights={"model": 1.0},
        apart=(),
        draws=100,
        seed=3,
    )


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


def test_a_year_without_a_forecast_and_a_stored_result_cannot_be_drawn() -> None:
    with pytest.raises(InputError, match="no forecast from 2017") as caught:
        hindcast_page(result(), HISTORY, origin=2017)
    assert "2018" in str(caught.value)
    with pytest.raises(InputError, match="stored forecasts have no fans"):
        hindcast_page(replace(result(), fans=pd.DataFrame()), HISTORY)
