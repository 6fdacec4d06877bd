"""Growth figures: whole years, each once, and the matrix that averages years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.analysis.outlook.classes import WHERE, made_plan
from xhsim.analysis.outlook.growth import averaging, cells_of, growth_figures, known_until
from xhsim.study.history.reference import PlaceFigure


def test_parts_of_years_and_late_figures_are_left_out() -> None:
    extra = [("size", "2015 H1"), ("other", "2015"), ("size", "2021"), ("size", "2016-2021")]
    plan = made_plan(years=range(2015, 2017))
    more = [PlaceFigure("Here", series, year, 1.0, WHERE) for series, year in extra]
    assert growth_figures(replace(plan, figures=plan.figures + tuple(more))) == growth_figures(plan)


def test_two_figures_of_the_same_growth_are_averaged() -> None:
    plan = made_plan()
    twice = [PlaceFigure("Here", "size", "2030", value, WHERE) for value in (4.0, 6.0)]
    found = growth_figures(replace(plan, figures=tuple(twice), until=2030))
    assert [(figure.value, figure.first_year) for figure in found] == [(5.0, 2030)]


def test_an_average_is_known_when_it_ends() -> None:
    plan = made_plan()
    rows = [PlaceFigure("Here", "size", year, 1.0, WHERE) for year in ("2011-2015", "2012")]
    figures = growth_figures(replace(plan, figures=tuple(rows)))
    assert [figure.last_year for figure in known_until(figures, 2014)] == [2012]
    cells, matrix = averaging(figures, plan)
    assert cells.year.tolist() == [2011, 2012, 2013, 2014, 2015]
    assert np.allclose(matrix.sum(axis=1), 1)
    assert matrix.tolist() == [[0.2] * 5, [0, 1, 0, 0, 0]]


def test_cells_know_city_and_weight() -> None:
    cells = cells_of([("East", 1, 2010), ("Abroad", 0, 2011)], made_plan())
    assert cells.city.tolist() == ["City", "Abroad"]
    assert cells.weight.tolist() == [1, 1]
    assert cells.quantity.tolist() == [1, 0]
