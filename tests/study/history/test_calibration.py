"""Reading calibration.yaml, and what is said of each mistake in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.history.calibration import read_plan
from xhsim.study.history.observations import Observation

GOOD = """\
until: 2025
parameters: [growth]
uncertain:
  idle: 90% in [0.5, 2] lognormal
errors:
  by_grade: {official: 0.1}
  by_series: {yield: 0.3}
  estimate: 0.2
left_out:
  - {series: south, why: far away}
scaled_by:
  - {series: yield}
offsets:
  - series: size
    years: [2020]
    prior: 90% in [-0.1, 0.1]
    why: another count
hindcast:
  until: 2022
  parameters: [growth, idle]
  unknown:
    weather: {2021: 0, 2022: 1}
"""


def test_plan(tmp_path: Path) -> None:
    path = tmp_path / "calibration.yaml"
    path.write_text(GOOD, encoding="utf-8")
    plan = read_plan(path)
    assert plan.until == 2025
    assert [str(reference) for reference in plan.parameters] == ["growth"]
    assert [str(belief.prior) for belief in plan.beliefs] == ["90% in [0.5, 2] lognormal"]
    assert plan.left_out[0].why == "far away"
    assert plan.offsets[0].where.line == 14
    assert plan.hindcast is not None
    assert plan.hindcast.unknown == {"weather": {2021.0: 0.0, 2022.0: 1.0}}
    assert plan.hindcast.origins == (2022,)
    assert (plan.hindcast.lasting, plan.hindcast.apart) == ((), ())


def test_held(tmp_path: Path) -> None:
    text = GOOD.replace("errors:", "held: {Policy: 2}\nerrors:")
    folder = copy_of_linear(tmp_path / "study", **{"model/calibration.yaml": text})
    files = xhsim.open_study(folder).files
    assert files.calibration is not None
    assert files.calibration.held == {"Policy": 2}
    assert files.calibration.held_values(files.parameters) == {"policy": 2}
    path = tmp_path / "calibration.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_plan(path).held == {}


def test_several_origins(tmp_path: Path) -> None:
    path = tmp_path / "calibration.yaml"
    more = "until: [2023, 2021, 2022]\n  lasting: [Weather]\n  apart: [size]"
    path.write_text(GOOD.replace("until: 2022", more), encoding="utf-8")
    hindcast = read_plan(path).hindcast
    assert hindcast is not None
    assert hindcast.origins == (2021, 2022, 2023)
    assert hindcast.apart == ("size",)
    # What lasts counts from its level at the origin, which is 1 from 2022 on.
    assert hindcast.removed("weather", 2021) == {2021: 0, 2022: 1}
    assert hindcast.removed("weather", 2023) == {2023: 0, 2024: 0}
    passing = replace(hindcast, lasting=())
    assert passing.removed("weather", 2023) == {2023: 0, 2024: 1}
    assert passing.removed("weather", 2018) == {2018: 0, 2019: 0, 2020: 0, 2021: 0, 2022: 1}


def test_observations_used_and_their_errors(tmp_path: Path) -> None:
    folder = copy_of_linear(tmp_path / "study", **{"model/calibration.yaml": GOOD})
    files = xhsim.open_study(folder).files
    plan = files.calibration
    assert plan is not None
    used = plan.used(files.observations)
    assert [(row.series, row.first_year) for row in used] == [
        ("size", 2020),
        ("yield", 2020),
        ("size", 2019),
    ]
    assert [plan.error_of(row) for row in used] == [0.1, 0.3, 0.1]
    assert [plan.scales(row) for row in used] == [False, True, False]
    assert [plan.offset_of(row) for row in used] == [0, None, None]


@pytest.mark.parametrize(
    ("growth", "errors"),
    [
        ("0.5", (0.5, 0.5)),
        ("{by_grade: {press: 0.6}, by_series: {gdp: 0.2}, others: 0.5}", (0.2, 0.6)),
        ("{others: 0.5}", (0.5, 0.5)),
    ],
)
def test_errors_of_growth(tmp_path: Path, growth: str, errors: tuple[float, float]) -> None:
    path = tmp_path / "calibration.yaml"
    text = GOOD.replace("  estimate: 0.2", f"  estimate: 0.2\n  growth: {growth}")
    path.write_text(text, encoding="utf-8")
    plan = read_plan(path)
    row = Observation(
        *("gdp", 2020, 2020, 8.0, "percent", "GDP", "", "press", "report", ""),
        Place("history.csv", 2),
        measure="growth",
    )
    assert (plan.error_of(row), plan.error_of(replace(row, series="other"))) == errors


def test_growth_needs_an_error_and_no_offset(tmp_path: Path) -> None:
    rows = "series,year,value,unit,variable,grade,source,measure\n" + "".join(
        f"{series},{year},8,{unit},size,official,report,{measure}\n"
        for series, year, unit, measure in [
            ("size", 2020, "unit", ""),
            ("size", 2021, "percent", "growth"),
            ("south", 2021, "unit", ""),
        ]
    )
    files = {"model/history.csv": rows, "model/calibration.yaml": GOOD}
    with pytest.raises(InputError, match=r':3: .* growth rate.* no error.*"growth: 0.5"'):
        xhsim.open_study(copy_of_linear(tmp_path / "one", **files))
    plan = GOOD.replace("  estimate: 0.2", "  estimate: 0.2\n  growth: 0.5").replace("[2020]", "[]")
    files["model/calibration.yaml"] = plan
    with pytest.raises(InputError, match=r'history.csv:3: an offset .* "size" of 2021 is a growth'):
        xhsim.open_study(copy_of_linear(tmp_path / "two", **files))


WRONG = {
    "no origin": (("until: 2022", "until: []"), "hindcast.until", "one or more"),
    "origin": (("until: 2022", "until: [soon]"), "hindcast.until", "whole number"),
    "nothing that lasts": (
        ("until: 2022", "until: 2022\n  lasting: [wether]"),
        'unknown name under "unknown" "wether"',
        "weather",
    ),
    "nothing apart": (
        ("until: 2022", "until: 2022\n  apart: [sise]"),
        'unknown series "sise"',
        "size",
    ),
    "parameter": (("[growth]\nun", "[grwth]\nun"), 'unknown parameter "grwth"', "growth"),
    "nothing believed": (
        ("[growth]\nun", "[policy]\nun"),
        '"policy" cannot be calibrated',
        "prior",
    ),
    "belief": (("  idle: 90%", "  idel: 90%"), ':4: unknown parameter "idel"', "idle"),
    "prior": (("90% in [0.5, 2] log", "90% of [0.5, 2] log"), ":4:", 'expected "in"'),
    "series": (("series: south", "series: soth"), ':10: unknown series "soth"', "south"),
    "scaling series": (
        ("{series: yield", "{series: yeild"),
        ':12: unknown series "yeild"',
        "yield",
    ),
    "year": (("years: [2020]", "years: [2014]"), ':14: "size" has no observation in 2014', ""),
    "grade": (("official: 0.1", "offical: 0.1"), "history.csv:2:", 'did you mean "offical"?'),
    "error": (("official: 0.1", "official: 0"), ":6:", "must be more than 0"),
    "key": (("until: 2025", "untill: 2025"), ':1:9: calibration: unknown key "untill"', "until"),
    "no parameter": (("parameters: [growth]\nun", "parameters: []\nun"), ":2:", "one or more"),
    "no shock": (("weather: {", "growth: {"), '"growth" has no yearly shock', ""),
    "held name": (
        ("errors:", "held: {polcy: 1}\nerrors:"),
        ':1: unknown parameter "polcy"',
        "policy",
    ),
    "held elements": (
        ("errors:", "held: {zone growth: 1}\nerrors:"),
        '"zone growth" cannot be held at one number: it has elements',
        "name a parameter without elements",
    ),
    "held and estimated": (
        ("errors:", "held: {Growth: 1}\nerrors:"),
        '"Growth" cannot be held at one number: it is estimated',
        "not under parameters",
    ),
    "held and estimated in a hindcast": (
        ("errors:", "held: {idle: 1}\nerrors:"),
        '"idle" cannot be held at one number: it is estimated',
        "",
    ),
    "held outside its range": (
        ("errors:", "held: {policy: 9}\nerrors:"),
        '"policy" cannot be held at one number: 9 is outside its range',
        "",
    ),
    "held at no number": (("errors:", "held: {policy: low}\nerrors:"), ":5:", "number"),
    "element": (("[growth]\nun", '["growth[A]"]\nun'), "has no elements", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes(tmp_path: Path, name: str) -> None:
    (old, new), message, hint = WRONG[name]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    folder = copy_of_linear(tmp_path / "study", **{"model/calibration.yaml": text})
    with pytest.raises(InputError) as caught:
        xhsim.open_study(folder)
    assert message in str(caught.value)
    assert hint in str(caught.value)
