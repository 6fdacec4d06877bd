"""Reliability of sealed forecasts: shares against levels, targets, and how many there are."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.plots.monitored import sealed
from xhsim.errors import InputError
from xhsim.plots import sealed_scores_page


def test_the_share_below_each_level_is_drawn() -> None:
    figures, _, pit = sealed_scores_page(sealed())
    line = next(line for line in figures.lines if line.get_gid() == "observed")
    points = dict(np.asarray(line.get_xydata()).round(6).tolist())
    assert points[50.0] == pytest.approx(500 / 9, abs=1e-5)
    assert points[5.0] == pytest.approx(100 / 9, abs=1e-5)
    assert "% of 9 figures at or below the level; band: 95 %" in [
        t.get_text() for t in figures.texts
    ]
    assert len(pit.patches) == 10


def test_decided_targets_are_drawn_with_their_number() -> None:
    _, targets, _ = sealed_scores_page(sealed())
    dots = next(found for found in targets.collections if found.get_gid() == "attained")
    # Two targets in the lowest bin, none attained; one in the highest, attained.
    assert np.asarray(dots.get_offsets()) == pytest.approx(np.array([[10, 0], [90, 100]]))
    texts = [text.get_text() for text in targets.texts]
    assert "n = 2" in texts
    assert "% attained; 3 of 4 targets are decided" in texts


def test_a_page_says_if_no_target_is_decided() -> None:
    page = sealed_scores_page(sealed(decided=0))
    assert "no target has been decided yet" in [text.get_text() for text in page[1].texts]


def test_figures_that_may_have_been_known_are_told() -> None:
    scores = sealed()
    source = "; 2 of the figures may have been known when the forecast was sealed"
    texts = [text.get_text() for text in sealed_scores_page(scores).figure.texts]
    assert any(text.endswith(source) for text in texts)
    honest = dataclasses.replace(scores, figures=scores.figures.assign(afterwards=False))
    texts = [text.get_text() for text in sealed_scores_page(honest).figure.texts]
    assert "published figures: 9, sealed forecasts: 1" in texts


def test_without_a_figure_there_is_nothing_to_draw() -> None:
    scores = sealed()
    with pytest.raises(InputError, match=r"nothing to draw.*sealed"):
        sealed_scores_page(dataclasses.replace(scores, figures=scores.figures.iloc[:0]))
