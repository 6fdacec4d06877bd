"""The words of a report: numbers, intervals and dates as text."""

from __future__ import annotations

import math

import pytest

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.page.grounds import Interval, ValueInYears
from xhsim.report.page.words import Words


def test_how_figures_are_written(study: Study) -> None:
    english, chinese = Words.of("en", study.labels), Words.of("zh", study.labels)
    assert english.points(0.305, 0.2714, 0.334) == "+31 points (27 to 34)"
    assert chinese.points(-0.04, -0.051, -0.029) == "−4个百分点（−6至−2）"
    assert english.point(-0.001) == "0"
    assert english.gap(0.0077, 9.01) == "+0.01"
    assert english.gap(-0.026, 14.97) == "0"
    assert english.date("2026-01-09T10:00:00+00:00") == "9 January 2026"
    assert chinese.date("2026-01-09T10:00:00+00:00") == "2026年1月9日"
    assert english.amount(5.0, "CNY100M/year") == "5 × 100 million yuan per year"
    assert english.share(-0.001).replace("\N{NO-BREAK SPACE}", " ") == "0 %"


def test_numbers_that_do_not_exist_are_dashes(study: Study) -> None:
    words = Words.of("en", study.labels)
    assert words.figure(math.nan) == words.gap(1.0, math.nan) == words.span(math.nan, 1.0) == "–"
    assert words.levels(None) == "–"
    assert words.chance(math.nan, math.nan, math.nan) == "no data"


def test_values_by_year(study: Study) -> None:
    words = Words.of("en", study.labels)
    levels = (ValueInYears(2020, 2022, 0.0), ValueInYears(2023, 2023, 1.5))
    assert words.levels(levels).replace("\N{NO-BREAK SPACE}", " ") == "2020–2022: 0; 2023: 1.5"
    assert words.levels(levels[1:]) == "1.5"
    assert words.levels(Interval(2.0, 4.0)) == "2 to 4"


def test_an_unknown_language_is_bad_input(study: Study) -> None:
    with pytest.raises(InputError, match="'fr'"):
        Words.of("fr", study.labels)
