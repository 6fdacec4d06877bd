"""Fans before any release and now: figures as levels, with their errors and bounds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from tests.plots.examples import ensemble, history, targets
from tests.plots.monitored import counted, widened
from xhsim.analysis.monitoring.counterparts import Counterparts
from xhsim.plots import revised_fan

RD = next(target for target in targets() if target.id == "rd_intensity")


def _lines(ax: Axes, gid: str) -> list[Line2D]:
    return [line for line in ax.lines if line.get_gid() == gid]


@pytest.fixture
def drawn() -> Axes:
    return revised_fan(
        widened(), ensemble(200), "rd intensity", figures=counted(), target=RD, history=history()
    )


def test_both_medians_are_drawn(drawn: Axes) -> None:
    (before,), (now,) = _lines(drawn, "median before"), _lines(drawn, "median")
    for line, made in ((before, widened()), (now, ensemble(200))):
        assert np.asarray(line.get_ydata()) == pytest.approx(
            made["rd_intensity"].median("draw").to_numpy()
        )


def test_the_figures_of_the_variable_are_drawn_and_no_others(drawn: Axes) -> None:
    point, interval = _lines(drawn, "figure")
    assert np.asarray(point.get_xydata()).tolist() == [[2021, pytest.approx(8.6)]]
    assert np.asarray(interval.get_ydata()).tolist() == pytest.approx([8.5, 8.9])
    (floor,) = _lines(drawn, "floor")
    assert np.asarray(floor.get_xydata()).tolist() == [[2023, pytest.approx(8.4)]]
    spans = [np.asarray(p.vertices)[:, 1] for c in drawn.collections for p in c.get_paths()]
    errors = [span.tolist() for span in spans if len(span) == 2]
    # Levels have errors of 2 %: 90 % lie within 1.645 of them.
    factor = np.exp(1.645 * 0.02)
    assert errors[0] == pytest.approx([8.6 / factor, 8.6 * factor])
    assert errors[1] == pytest.approx([8.5 / factor, 8.9 * factor])
    source = next(text for text in drawn.texts if text.get_gid() == "source").get_text()
    assert "diamonds" in source
    assert "floor or ceiling" in source


def test_growth_is_drawn_as_the_level_that_it_leads_to() -> None:
    releases = counted()
    one = releases.releases[1]
    figure = dataclasses.replace(one.figure, measure="growth", kind="ceiling", value=5.0, high=None)
    growth = Counterparts((dataclasses.replace(one, figure=figure),), (0.5,))
    ax = revised_fan(widened(), ensemble(200), "rd intensity", figures=growth)
    (mark,) = _lines(ax, "ceiling")
    before = float(ensemble(200)["rd_intensity"].sel(time=2021).median("draw"))
    assert np.asarray(mark.get_xydata()).tolist() == [[2022, pytest.approx(1.05 * before)]]


def test_without_figures_there_is_no_word_of_them() -> None:
    ax = revised_fan(widened(), ensemble(200), "rd intensity")
    source = next(text for text in ax.texts if text.get_gid() == "source").get_text()
    assert "published" not in source
    assert "5–95 % before any release" in source
