"""outlook.yaml and its figures: what they mean, and every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.errors import InputError, InputErrors
from xhsim.study.files.mistakes import Place
from xhsim.study.history.reference import PlaceFigure, read_figures, read_outlook_plan

FIGURES = """\
place,series,year,value,unit,source
Here,gdp_growth,2019,6.5,%,report
Here,gdp_growth,2011-2015,8,%/year,report
There,gdp_growth,2019 H1,7,%,press
Town,gdp_growth,2019,6,%,press
"""
PLAN = """\
place: Here
until: 2021
years: [2021, 2025]
figures: [figures.csv]
weights: {peer: 1.0, district: 0.8, city: 0.5}
peers: [There]
cities: {Town: [Here, There]}
quantities:
  gdp:
    label: {en: GDP, zh: 地区生产总值}
    prices: constant
    series: [gdp_growth]
  luck:
    label: {en: Luck, zh: 运气}
    series: []
"""


def written(folder: Path, plan: str = PLAN, figures: str = FIGURES) -> Path:
    (folder / "figures.csv").write_text(figures, encoding="utf-8")
    (folder / "outlook.yaml").write_text(plan, encoding="utf-8")
    return folder / "outlook.yaml"


def test_what_a_plan_means(tmp_path: Path) -> None:
    plan = read_outlook_plan(written(tmp_path))
    assert (plan.place, plan.first_year, plan.last_year) == ("Here", 2021, 2025)
    assert [plan.weight_of(place) for place in ("Here", "There", "Town", "X")] == [1, 1, 0.5, 0.8]
    assert (plan.city_of("Here"), plan.city_of("X")) == ("Town", "X")
    gdp, luck = plan.quantities
    assert (gdp.real, gdp.several, luck.real, luck.series) == (True, False, False, ())
    assert [figure.whole_years for figure in plan.figures] == [
        *((2019, 2019), (2011, 2015), None, (2019, 2019))
    ]


MISTAKES = [
    ("place: Here", "place: Hear", 1, 'no figure of "Hear". did you mean "Here"'),
    ("[2021, 2025]", "[2025, 2021]", 3, "end before they begin"),
    ("[2021, 2025]", "[2023, 2025]", 3, "do not continue the figures until 2021"),
    ("[2021, 2025]", "[2021]", 3, "must be a list of two"),
    ("peers: [There]", "peers: [Their]", 6, 'no figure of "Their"'),
    ("[Here, There]}", "[Here], Here: [Here]}", 7, "already a place of Town"),
    ("[gdp_growth]", "[gdp_grow]", 12, 'no series "gdp_grow". did you mean "gdp_growth"'),
    ("series: []", "series: [gdp_growth]", 15, 'already stands for "gdp"'),
    ("constant", "constnat", 11, 'did you mean "constant"'),
    ("figures.csv", "../figures.csv", 4, "is not in the folder of the model"),
    ("city: 0.5", "city: 2", 5, "must be 1 or less"),
    ("peers:", "peerz:", 6, 'did you mean "peers"'),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), MISTAKES)
def test_a_mistake_in_the_plan_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    with pytest.raises((InputError, InputErrors)) as caught:
        read_outlook_plan(written(tmp_path, PLAN.replace(old, new, 1)))
    text = str(caught.value)
    assert message in text
    assert f"outlook.yaml:{line}" in text


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("6.5", "six", 2, 'value "six" is not a number'),
        ("6.5", "nan", 2, "not a finite number"),
        ("2011-2015", "2015-2011", 3, "ends before it begins"),
        ("Here,gdp", ",gdp", 2, '"place" is empty'),
        (",press", "", 4, "has 5 cells, the header 6"),
        ("value", "valu", 1, 'did you mean "value"'),
        (",source", "", 1, "column source is missing"),
    ],
)
def test_a_mistake_in_the_figures_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(FIGURES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((InputError, InputErrors)) as caught:
        read_figures(path)
    assert message in str(caught.value)
    assert f"figures.csv:{line}" in str(caught.value)


@given(st.text(max_size=12))
def test_a_period_is_whole_years_or_none(text: str) -> None:
    found = PlaceFigure("A", "x", text, 1.0, Place("f", 1)).whole_years
    assert found is None or text[:4].isdecimal()
