"""Which figures are expected, with which error, and what they are in draws."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.studies import copy_of_linear, ensemble, target
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.unpublished_figures import UnpublishedFigure, unpublished_figures
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.history.observations import Observation
from xhsim.study.history.releases import Release
from xhsim.study.measures import MEASURES
from xhsim.study.names import Reference, parse_reference

NO_NOISE = np.zeros(2)
KINDS = (("level", 0.03), ("growth", 1.5))


def release(variable: str, year: int, part: float = 1, **more: Any) -> Release:
    where = Place("releases.csv", 2)
    cells = (1.0, "unit", variable, "", "official", "made up", "", where)
    figure = Observation("series", year, year, *cells, **more)
    terms = tuple(parse_reference(text) for text in variable.split("+"))
    return Release(figure, date(year + 1, 1, 31), f"{year + 1}-01", part, terms, None, where)


def listed(study: Study, **options: Any) -> list[tuple[str, int, float, str]]:
    figures = unpublished_figures(study, study.targets, **options)
    return [(str(f.variable), f.year, f.error, f.measure) for f in figures]


def test_what_was_published_is_expected_again(linear: Study) -> None:
    names = ("size", "zone size[South]", "yield")
    expected = [(name, year, 0.03, "level") for name in names for year in range(2021, 2025)]
    assert listed(linear) == expected
    later = [each for each in expected if each[1] > 2022]
    assert listed(linear, after=2022) == later


def test_a_release_moves_its_own_series_on(linear: Study) -> None:
    known = [
        release("size", 2022),
        release("size", 2023, 0.5, measure="growth"),  # half of a year
        release("zone_size[south]", 2021, measure="growth"),
        release("yield + size", 2024),
    ]
    found = listed(linear, published=known)
    assert [each[1:] for each in found if each[0] == "size"] == [
        (year, error, measure) for measure, error in KINDS for year in (2023, 2024)
    ]
    south = [each[1:] for each in found if each[0] == "zone size[South]"]
    # A growth rate was published: it is a figure of its own from now on.
    levels, growths = ([(y, error, m) for y in (2022, 2023, 2024)] for m, error in KINDS)
    assert south == levels + growths
    assert [each[1] for each in found if each[0] == "yield"] == [2021, 2022, 2023, 2024]


def test_errors_are_those_of_the_calibration(tmp_path: Path) -> None:
    plan = """
until: 2020
parameters: [growth]
uncertain: {growth: "90% in [2, 4]"}
errors: {by_grade: {official: 0.05}, estimate: 0.03}
"""
    study = open_study(copy_of_linear(tmp_path / "study", **{"model/calibration.yaml": plan}))
    rate = target(variable="echo", measure=MEASURES["average_growth"], unit="%/year", deadline=2025)
    figures = unpublished_figures(study, dict(study.targets) | {"rate": rate})
    found = {(str(each.variable), each.measure): each.error for each in figures}
    assert found == {
        ("size", "level"): 0.05,
        ("zone size[South]", "level"): 0.05,
        ("yield", "level"): 0.05,
        ("echo", "growth"): 1.5,  # of which nobody has published a level
    }


def test_figures_of_the_shipped_study(xuhui: Study) -> None:
    figures = unpublished_figures(xuhui, xuhui.indicators)
    assert {each.year for each in figures} == {2022, 2023, 2024}
    series = {(str(each.variable), each.measure): each.error for each in figures}
    assert series["retail sales", "level"] == 0.03  # the latest is an estimate
    assert series["cluster output[Digital]", "growth"] == 0.8
    assert series["energy intensity", "growth"] == 1.5
    assert series["fiscal revenue", "level"] == 0.015
    assert len(figures) == 3 * len(series)


def test_a_figure_in_draws() -> None:
    run = ensemble(size=[[100, 110, 121], [100, 90, 99]], net=[[1, 2, 3], [1, 2, -3]])
    level, noise = UnpublishedFigure(Reference("size"), 2022, 0.1), np.array([1.0, -1.0])
    assert level.in_draws(run, NO_NOISE) == pytest.approx(np.log([121, 99]))
    assert level.in_draws(run, noise) == pytest.approx(np.log([121, 99]) + 0.1 * noise)
    growth = UnpublishedFigure(Reference("size"), 2022, 0.5, "growth")
    assert growth.in_draws(run, noise) == pytest.approx([10.5, 9.5])
    # Of levels on both sides of zero there is no logarithm: the error is that of their size.
    net = UnpublishedFigure(Reference("net"), 2022, 0.1)
    assert net.in_draws(run, noise) == pytest.approx([3.3, -3.3])
    below = UnpublishedFigure(Reference("net"), 2022, 0.1, "growth")
    assert np.isfinite(below.in_draws(run, noise)).all()


def test_what_cannot_be_a_figure() -> None:
    with pytest.raises(InputError, match="cannot have measure"):
        UnpublishedFigure(Reference("size"), 2022, 0.1, "change")
    with pytest.raises(InputError, match=r"the error of size in 2022 is -1.*0 or more"):
        UnpublishedFigure(Reference("size"), 2022, -1)
    run = ensemble(size=[[100, 110, 121]])
    with pytest.raises(InputError, match=r"size is asked for in 2019.*has 2020 to 2022"):
        UnpublishedFigure(Reference("size"), 2020, 0, "growth").in_draws(run, np.zeros(1))
