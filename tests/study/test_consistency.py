"""What does not add up: each kind of contradiction found, with its figures, and none invented."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.places import DATA
from xhsim.analysis.study import Study
from xhsim.study.consistency import Inconsistency, inconsistencies, read_notes
from xhsim.study.files.mistakes import Place
from xhsim.study.folder import read_study
from xhsim.study.history.observations import Observation
from xhsim.study.measures import MEASURES
from xhsim.study.names import Reference
from xhsim.study.parameters.priors import Prior
from xhsim.study.targets import Target
from xhsim.wording.label import Label

GOOD = DATA / "study" / "good"
PLACE = Place("made", 1)
GROWTH = Target(
    id="growth",
    rank=1,
    label=Label("Growth", "增速"),
    variable=Reference("output", ("AI",)),
    measure=MEASURES["average_growth"],
    direction=">=",
    value=15.0,
    unit="%/year",
    base_year=2020,
    deadline=2025,
    group="clusters",
    base_value=453.2,
    base_source="plan A",
    place="table 8",
    note=None,
    where=PLACE,
)
SCALE = replace(
    GROWTH, id="scale", label=Label("Scale", "增速"), measure=MEASURES["level"],
    value=1000.0, base_value=None, base_source=None, place="chapter 3",
)  # fmt: skip


def row(series: str, year: int | tuple[int, int], value: float, **more: Any) -> Observation:
    """Make a row of history."""
    first, last = year if isinstance(year, tuple) else (year, year)
    cells: dict[str, Any] = {
        "unit": "CNY",
        "variable": "",
        "status": "",
        "grade": "",
        "note": "",
    } | more
    cells.setdefault("source", "report")
    return Observation(series, first, last, value, where=PLACE, **cells)


def only(found: list[Inconsistency]) -> Inconsistency:
    """Give the one finding."""
    assert len(found) == 1, [finding.title.en for finding in found]
    return found[0]


def test_growth_and_level_that_differ() -> None:
    finding = only(inconsistencies([GROWTH, SCALE], []))
    assert finding.title.en == "Growth and Scale ask for different levels of output[AI]"
    assert "(>= 15 %/year) gives 911.5 in 2025" in finding.explanation
    assert "gives 1000.0 (15.00 and 17.15 % a year from 453.2)" in finding.explanation
    assert finding.figures == pytest.approx(
        {"growth gives": 911.547, "scale gives": 1000.0, "base value": 453.2}, rel=1e-5
    )
    assert finding.source == "table 8; chapter 3"
    assert finding.title.zh == "增速与增速对2025年的要求不一致：911.5与1000.0"


@pytest.mark.parametrize(
    ("measure", "value", "level"),
    [
        ("average_growth", 10.0, 729.88),
        ("cumulative_increase", 30.0, 483.2),
        ("cumulative_change", -13.5, 392.018),
        ("level", 500.0, 500.0),
        ("average_flow", 10.0, None),
    ],
)
def test_implied_levels(measure: str, value: float, level: float | None) -> None:
    target = replace(GROWTH, measure=MEASURES[measure], value=value)
    assert target.implied_level() == (None if level is None else pytest.approx(level, rel=1e-4))
    if measure != "level":
        assert replace(target, base_value=None).implied_level() is None


def test_targets_that_agree_or_are_about_something_else() -> None:
    assert inconsistencies([GROWTH, replace(SCALE, value=912.0)], []) == []
    assert inconsistencies([GROWTH, replace(SCALE, variable=Reference("output", ("F",)))], []) == []
    assert inconsistencies([GROWTH, replace(SCALE, deadline=2035)], []) == []
    assert inconsistencies([replace(GROWTH, base_value=None), SCALE], []) == []


def test_levels_without_a_base_are_compared_too() -> None:
    finding = only(inconsistencies([replace(SCALE, value=-5.0), replace(SCALE, id="s2")], []))
    assert finding.explanation.endswith("gives 1000.0.")


def test_base_against_history() -> None:
    rows = [
        row("ai", 2020, 500.0, variable="Output[ai]"),
        row("ai", 2019, 1.0, variable="output[AI]"),
    ]
    finding = only(inconsistencies([GROWTH], rows))
    assert finding.figures == {"base value": 453.2, "observed": 500.0}
    assert finding.source == "plan A; report"
    assert inconsistencies([GROWTH], [row("ai", 2020, 453.3, variable="output[AI]")]) == []


def test_two_bases() -> None:
    other = replace(GROWTH, id="other", base_value=400.0, value=17.888, base_source="plan B")
    finding = only(inconsistencies([GROWTH, other], []))
    assert finding.title.en == "Growth and Growth start from different bases"
    assert finding.figures == {"growth": 453.2, "other": 400.0}


def test_vintages() -> None:
    rows = [row("gdp", 2015, 1330.0), row("gdp", 2015, 1400.0, source="census")]
    finding = only(inconsistencies([], rows))
    assert finding.title.en == "gdp of 2015 is published with different values"
    assert "1330 (report) and 1400 (census) CNY: 5.3 % apart" in finding.explanation
    assert inconsistencies([], [row("gdp", 2015, 1330.0), row("gdp", 2015, 1331.0)]) == []
    only(inconsistencies([], [row("saldo", 2015, -3.0), row("saldo", 2015, 1.0)]))


def test_levels_against_published_growth() -> None:
    growth = [row("gdp_growth_real", year, 6.0, unit="%") for year in range(2016, 2021)]
    rows = [row("gdp", 2015, 1330.0), row("gdp", 2020, 2176.7), *growth]
    finding = only(inconsistencies([], rows))
    assert finding.figures == pytest.approx(
        {"by levels, %/year": 10.3543, "published, %/year": 6.0}, rel=1e-4
    )
    assert "prices rose 4.1 % a year" in finding.explanation
    # One rate for the period says the same; a year without growth says nothing.
    period = row("gdp_growth", (2016, 2020), 6.0, unit="%/year")
    assert only(inconsistencies([], [*rows[:2], period])).figures == pytest.approx(finding.figures)
    total = row("gdp_change", (2016, 2020), 33.82, unit="%")
    assert only(inconsistencies([], [*rows[:2], total])).figures["published, %/year"] == (
        pytest.approx(6.0, rel=1e-3)
    )
    assert inconsistencies([], [*rows[:2], *growth[1:]]) == []
    assert inconsistencies([], [row("gdp", 2015, 1627.0), *rows[1:]]) == []
    assert inconsistencies([], [row("gdp", 2015, -1.0), *rows[1:]]) == []


def test_use_and_intensity_against_real_growth() -> None:
    rows = [
        row("energy_use_change", (2016, 2020), -6.5, unit="%"),
        row("energy_intensity_change", (2016, 2020), -24.3, unit="%"),
        *[row("gdp_growth_real", year, 6.0, unit="%") for year in range(2016, 2021)],
    ]
    finding = only(inconsistencies([], rows))
    assert finding.figures == pytest.approx(
        {"by energy, %": 23.514, "gdp_growth_real, %": 33.823}, rel=1e-4
    )
    assert inconsistencies([], rows[1:]) == []
    assert (
        inconsistencies([], [rows[0], row("energy_intensity_change", 2020, 1.0), *rows[2:]]) == []
    )
    assert inconsistencies([], [replace(rows[0], value=1.31), *rows[1:]]) == []


def test_a_value_outside_its_own_interval() -> None:
    parameters = read_study(GOOD).parameters
    talent, entry = parameters["talent attraction"], parameters["entry rate"]
    assert inconsistencies([], [], [talent, entry, parameters["RD support"]]) == []
    finding = only(inconsistencies([], [], [replace(talent, value=0.95)]))
    assert finding.explanation == "The model has 0.95 Dmnl, the prior says 90% in [0.6, 0.9]."
    narrow = {"AI": Prior(0.9, 0.0, 0.01), "Finance": Prior(0.9, 0.04, 0.06)}
    finding = only(inconsistencies([], [], [replace(entry, prior=narrow)]))
    assert finding.title.en == "The value of entry rate[AI] is outside its own interval"


def test_notes_are_read_and_listed_last() -> None:
    (note,) = read_notes(GOOD / "model" / "inconsistencies.yaml")
    assert note.title.en == "Professional services are not half of modern services"
    assert note.title.zh == "专业服务业并非半壁江山"
    assert note.figures["share in %"] == 31.9
    assert note.source == "plan, chapter 1 (1) 1"
    found = read_study(GOOD).inconsistencies()
    assert found[-1] == note
    assert found[0].title.en.startswith("AI output growth and AI cluster scale")
    assert len(found) == 2


def test_growth_beyond_all_numbers_is_no_finding() -> None:
    assert replace(GROWTH, value=1e300).implied_level() is None
    wild = row("gdp_growth", (2016, 2020), 1e200, unit="%/year")
    yearly = [row("gdp_growth", year, 1e200, unit="%") for year in (2016, 2017)]
    levels = [row("gdp", 2015, 1.0), row("gdp", 2020, 2.0)]
    assert inconsistencies([], [*levels, wild]) == []
    assert inconsistencies([], [levels[0], row("gdp", 2017, 2.0), *yearly]) == []


def test_every_finding_has_a_title_in_chinese(xuhui: Study) -> None:
    found = xuhui.files.inconsistencies()
    assert len(found) > 5
    assert all(re.search(r"[\u4e00-\u9fff]", finding.title.zh) for finding in found)
