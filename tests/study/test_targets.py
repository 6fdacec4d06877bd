"""Targets: which values meet an aim, the level it implies, and mistakes in the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.studies import target
from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.measures import MEASURES
from xhsim.study.targets import Target, read_targets


@pytest.mark.parametrize(
    ("direction", "wanted"),
    [
        (">=", [False, True, True, False, True, False]),
        (">", [False, False, True, False, True, False]),
        ("<=", [True, True, False, False, False, True]),
    ],
)
def test_meets_at_equality_and_without_a_number(direction: str, wanted: list[bool]) -> None:
    values = np.array([4.999, 5.0, 5.001, np.nan, np.inf, -np.inf])
    assert target(direction=direction, value=5.0).is_met_by(values).tolist() == wanted


@pytest.mark.parametrize(
    ("measure", "value", "level"),
    [
        ("average_growth", 10.0, 121.0),  # 100 * 1.1 ** 2
        ("cumulative_increase", 30.0, 130.0),
        ("cumulative_change", -13.5, 86.5),
        ("level", 7.0, 7.0),
        ("average_flow", 7.0, None),
    ],
)
def test_the_level_that_a_target_implies(measure: str, value: float, level: float | None) -> None:
    aim = target(measure=MEASURES[measure], value=value, base_value=100.0)
    implied = aim.implied_level()
    assert implied is None if level is None else implied == pytest.approx(level)
    if measure != "average_flow":
        assert aim.needed(100.0) == pytest.approx(level)


def test_a_level_too_large_for_a_number_is_not_implied() -> None:
    assert (
        target(measure=MEASURES["average_growth"], value=1e200, base_value=1.0).implied_level()
        is None
    )


def test_what_is_measured_in_the_years_of_the_target() -> None:
    growth = target(measure=MEASURES["average_growth"])
    assert growth.years == [2020, 2022]
    years = {2020: np.array([100.0, 0.0]), 2022: np.array([121.0, 5.0])}
    assert growth.measured(years) == pytest.approx([10.0, np.nan], nan_ok=True)


def test_two_targets_cannot_have_the_same_rank(tmp_path: Path) -> None:
    text = (DATA / "study" / "good" / "model" / "targets.yaml").read_text(encoding="utf-8")
    path = tmp_path / "targets.yaml"
    path.write_text(text.replace("rank: 2", "rank: 8").replace('unit: "%/year"', "unit: '%'"))
    with pytest.raises(InputError) as caught:
        read_targets(path)
    assert 'rank 8 is already used by "ai_growth"' in str(caught.value)
    assert 'the unit of average_growth is "%/year", not "%"' in str(caught.value)


READINGS = """\
hq:
  label: {en: New headquarters, zh: 新增总部}
  variable: hq
  measure: cumulative_increase
  direction: ">="
  value: 30
  unit: headquarters
  period: [2020, 2025]
  group: headquarters
  base: {value: 90, source: plan}
  place: table 1
  hangs_on: HQ in 2020
  readings:
    net:
      label: {en: Net of losses, zh: 净增}
      variable: hq[Net]
    growth:
      label: {en: As growth, zh: 按增速}
      measure: average_growth
      value: 6
      unit: "%/year"
      period: [2021, 2025]
      base: {value: 100, source: yearbook}
"""


def _read(folder: Path, text: str) -> dict[str, Target]:
    path = folder / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return read_targets(path)


def test_a_reading_differs_in_what_it_says(tmp_path: Path) -> None:
    main = _read(tmp_path, READINGS)["hq"]
    assert (str(main.hangs_on), main.reading) == ("HQ in 2020", "main")
    assert list(main.by_reading) == ["main", "net", "growth"]
    net, growth = main.readings
    assert (net.id, str(net.variable), net.label.zh) == ("hq:net", "hq[Net]", "净增")
    assert (net.measure, net.value, net.unit) == (main.measure, 30, "headquarters")
    assert net.base_value is None  # the published one is that of the target's own variable
    assert (growth.variable, growth.measure.name) == (main.variable, "average_growth")
    assert (growth.value, growth.unit, growth.base_value) == (6, "%/year", 100)
    assert (growth.base_year, growth.deadline, growth.direction) == (2021, 2025, ">=")
    assert growth.where.line == 17
    assert (growth.hangs_on, growth.group) == (main.hangs_on, "headquarters")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    net:", "    main:", r':14:(\d+:)? target "hq": a reading cannot be called "main"'),
        ("      variable: hq[Net]\n", "", r':14:(\d+:)? .*"net" does not differ from the target'),
        ("variable: hq[Net]", "variable: hq[Net, Gross]", r":16:(\d+:)? .*selects 2 elements"),
        (
            "variable: hq[Net]",
            "variables: hq",
            r':16:(\d+:)? .*unknown key "variables"',
        ),
        ('"%/year"', "percent", r':21:(\d+:)? target "hq:growth": the unit of average_growth'),
        (
            '      unit: "%/year"\n',
            "",
            r":19:(\d+:)? .*the unit of average_growth",
        ),
        ("[2021, 2025]", "[2025, 2021]", r":22:(\d+:)? .*deadline 2021 is not after"),
        ("measure: average_growth", "measure: growth", r':19:(\d+:)? .*"measure" cannot be'),
        ("    net:\n      label: {en: Net of losses, zh: 净增}", "    net:", '"readings.net.label'),
        ("HQ in 2020", "HQ[A, B]", r":12:(\d+:)? .*selects 2 elements"),
    ],
)
def test_mistakes_in_readings(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        _read(tmp_path, READINGS.replace(old, new))


def test_a_target_shows_what_it_asks_for() -> None:
    made = replace(target(value=1500.0, unit="CNY100M/year"), note="a < b")
    assert repr(made) == "<Target x: X, ≥ 1,500 × 100 million yuan per year by 2022>"
    html = made._repr_html_()
    for text in ("X · 甲", "≥ 1,500 × 100 million yuan per year", "2020 to 2022", "a &lt; b"):
        assert text in html, text
    assert "unpublished base" not in html
