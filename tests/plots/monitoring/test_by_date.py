"""A panel for each target: its probability over dates, before and now in words."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plots.monitored import PATHS, probabilities
from xhsim.errors import InputError
from xhsim.plots import probability_by_date
from xhsim.plots.monitoring.by_date import chosen_targets


def test_there_is_a_panel_for_each_target_with_its_steps() -> None:
    page = probability_by_date(probabilities())
    for ax, chances in zip(page, PATHS.values(), strict=True):
        steps = next(line for line in ax.lines if line.get_gid() == "probability")
        assert np.asarray(steps.get_ydata())[:4] == pytest.approx(
            [100 * chance for chance in chances]
        )


def test_a_panel_tells_the_probability_before_and_now_and_its_word() -> None:
    rd, _, filings, output = probability_by_date(probabilities())
    told = [ax.texts[0].get_text() for ax in (rd, filings, output)]
    assert told == ["65 → 77 %, likely", "61 → 58 % †", "98 → >98 %, very likely"]
    notes = [text.get_text() for text in rd.figure.texts]
    assert "† not assessable without the base" in notes
    assert "2024-12: output of culture, 2023 (floor)" in notes


def test_targets_are_drawn_in_the_order_asked_for() -> None:
    page = probability_by_date(probabilities(), ["culture_growth", "rd_intensity"], lang="en")
    assert [ax.texts[-1].get_text() for ax in page] == [
        "Cultural-creative output growth",
        "R&D expenditure in GDP",
    ]
    assert not any("†" in text.get_text() for text in page.figure.texts)


@pytest.mark.parametrize(
    ("names", "message"),
    [(["rd_intensty"], r"no target 'rd_intensty'.*rd_intensity"), ([], "no targets to draw")],
)
def test_targets_that_are_not_there_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        chosen_targets(probabilities(), names)
