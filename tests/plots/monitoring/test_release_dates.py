"""Dates of releases on an axis: what lies before, years with room, steps and zones."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tests.plots.monitored import DAYS, probabilities
from xhsim.errors import InputError
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.monitoring.release_dates import (
    ReleaseDates,
    draw_lights,
    draw_steps,
    lights_lines,
    origin_as_of,
    released_lines,
    rows_of,
)
from xhsim.wording.label import Label


def test_the_axis_has_room_before_the_first_release_and_ends_after_the_last_day() -> None:
    dates = ReleaseDates.of(probabilities())
    assert dates.dates == DAYS[1:]
    low, high = dates.limits
    assert low < date(2023, 1, 31).toordinal() - 100
    assert high > date(2025, 1, 31).toordinal()


@pytest.mark.parametrize(
    ("width", "texts"),
    [
        (8.0, ["before", "2023", "2024", "2025"]),
        (1.7, ["before", "2023", "2024"]),
        (0.4, []),
    ],
)
def test_only_what_has_room_is_labelled(width: float, texts: list[str]) -> None:
    ax = new_axes(width, 2, (0, 0.3, 0, 0.3))
    ReleaseDates.of(probabilities()).label(ax, "en", 6)
    assert [text.get_text() for text in ax.get_xticklabels()] == texts


def test_a_table_without_releases_ends_at_its_date() -> None:
    table = probabilities().iloc[:4]
    table.attrs = probabilities().attrs
    dates = ReleaseDates.of(table)
    assert dates.dates == ()
    assert dates.first == date(2025, 1, 31).toordinal()


@pytest.mark.parametrize("table", [pd.DataFrame(), pd.DataFrame({"probability": [0.5]})])
def test_another_table_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"nothing to draw.*Monitoring\.probabilities"):
        ReleaseDates.of(table)


def test_a_table_that_has_no_date_at_all_is_refused() -> None:
    table = probabilities().iloc[:4]
    table.attrs = {}
    with pytest.raises(InputError, match="has no date"):
        ReleaseDates.of(table)


def test_rows_are_in_the_order_of_dates_whatever_the_table_has() -> None:
    table = probabilities().iloc[::-1]
    rows = rows_of(table, "rd_intensity")
    assert pd.isna(rows.index[0])
    assert rows["probability"].tolist() == [0.65, 0.8, 0.82, 0.77]


def test_steps_hold_a_probability_until_the_next_release() -> None:
    table = probabilities()
    dates = ReleaseDates.of(table)
    ax = new_axes()
    draw_steps(ax, rows_of(table, "rd_intensity"), dates, "#000000", 1, 2)
    steps, dots = ax.lines
    assert steps.get_drawstyle() == "steps-post"
    low, high = dates.limits
    days = [day.toordinal() for day in DAYS[1:]]
    assert np.asarray(steps.get_xdata()) == pytest.approx([low, *days, high])
    assert np.asarray(steps.get_ydata()) == pytest.approx([65, 80, 82, 77, 77])
    assert np.asarray(dots.get_xdata()) == pytest.approx(days)


def test_the_background_has_the_borders_of_the_study() -> None:
    ax = new_axes()
    dates = ReleaseDates.of(probabilities())
    draw_lights(ax, {"green": 0.7, "red": 0.2}, dates, "en")
    assert ax.get_yticks() == pytest.approx([0, 20, 70, 100])
    tops = [np.asarray(zone.get_path().vertices)[:, 1].max() for zone in ax.patches]
    heights = [zone.get_y() + zone.get_height() for zone in ax.patches]  # type: ignore[attr-defined]
    assert len(tops) == 3
    assert heights == pytest.approx([20, 70, 110])
    assert sum(line.get_gid() == "release" for line in ax.lines) == 3


def test_without_borders_there_are_no_zones() -> None:
    ax = new_axes()
    draw_lights(ax, {}, ReleaseDates.of(probabilities()), "en")
    assert not ax.patches
    assert lights_lines({}, "en") == []
    assert origin_as_of({}, "zh") == ""


def test_releases_of_a_month_share_a_line() -> None:
    days = {
        date(2024, 3, 31): [Label("B", "乙")],
        date(2024, 3, 29): [Label("A", "甲")],
        date(2023, 1, 31): [Label("C", "丙")],
    }
    assert released_lines(days, "en") == ["2023-01: C", "2024-03: A; B"]
    assert released_lines(days, "zh") == ["2023年1月：丙", "2024年3月：甲；乙"]
