"""monitoring.yaml: errors of releases, lights, and every mistake with its line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places import DATA, ROOT
from tests.study.history.test_vintages import release
from xhsim.errors import InputError, InputErrors
from xhsim.study.folder import read_study
from xhsim.study.history.calibration import read_plan
from xhsim.study.history.monitoring import (
    LIGHTS,
    MonitoringPlan,
    check_monitoring,
    read_monitoring,
)
from xhsim.study.history.releases import Release

TEXT = """\
errors:
  levels:
    by_grade:
      press: {error: 0.02, why: it rounds}
    by_series:
      gdp: {error: 0.05, why: a census}
    provisional: {error: 0.04, why: early}
  growth:
    by_grade:
      press: {error: 0.6, why: it rounds}
part_year:
  H1: {error: 0.8, why: half a year}
lights:
  green: {at_least: 0.8, why: strict}
  red: {below: 0.4, why: strict}
as_of: {date: "2023-06", why: the mid-term review}
"""


def read(folder: Path, text: str = TEXT) -> MonitoringPlan:
    path = folder / "monitoring.yaml"
    path.write_text(text, encoding="utf-8")
    return read_monitoring(path)


def with_status(row: Release, status: str, grade: str = "press") -> Release:
    return replace(row, figure=replace(row.figure, status=status, grade=grade))


def test_what_a_plan_means(tmp_path: Path) -> None:
    plan = read(tmp_path)
    jobs = release(series="jobs", variable="jobs")
    growth = release(3.0, measure="growth", series="jobs", variable="jobs")
    assert plan.error_of(release()) == 0.05
    assert plan.error_of(jobs) == 0.02
    assert plan.error_of(with_status(jobs, "provisional")) == 0.04
    assert plan.error_of(with_status(jobs, "", "")) == 0.03
    assert plan.error_of(replace(jobs, error=0.01)) == 0.01
    assert plan.error_of(growth) == 0.6
    assert plan.error_of(replace(growth, part=0.5)) == pytest.approx(1.0)  # 0.6 and 0.8
    assert plan.error_of(replace(growth, part=0.5, error=0.6)) == pytest.approx(1.0)
    assert plan.error_of(replace(growth, part=0.25)) == pytest.approx((0.36 + 16) ** 0.5)
    assert [plan.light(p) for p in (0.8, 0.79, 0.4, 0.39)] == ["green", "amber", "amber", "red"]
    assert plan.default_date([jobs]) == date(2023, 6, 30)
    assert plan.why["lights.green"] == "strict"
    assert plan.why["errors.levels.by_series.gdp"] == "a census"
    assert set(LIGHTS) == {"green", "amber", "red"}


def test_without_a_file(tmp_path: Path) -> None:
    plan = MonitoringPlan()
    assert read(tmp_path, "lights: {}\n") == replace(
        plan, why=read(tmp_path, "lights: {}\n").why, where=read(tmp_path, "lights: {}\n").where
    )
    assert plan.error_of(release()) == 0.03
    assert plan.default_date([]) is None
    assert plan.default_date([release(), release(year=2021)]) == date(2023, 1, 31)
    check_monitoring(plan, [release()], [])  # grades are free where none has an error


def test_calibration_gives_what_is_missing(tmp_path: Path) -> None:
    calibration = read_plan(ROOT / "model" / "calibration.yaml")
    plan = read(tmp_path).with_calibration(calibration)
    jobs = release(series="jobs", variable="jobs")
    assert plan.error_of(with_status(jobs, "", "plan")) == 0.01
    assert plan.error_of(jobs) == 0.02
    growth = release(3.0, measure="growth", series="jobs", variable="jobs")
    assert plan.error_of(with_status(growth, "", "official")) == 1
    assert plan.error_of(growth) == 0.6
    assert plan.with_calibration(None) is plan


@given(error=st.floats(0.01, 20), part=st.sampled_from([0.25, 0.5, 0.75]))
def test_a_part_of_a_year_is_worth_less(error: float, part: float) -> None:
    row = replace(release(3.0, measure="growth"), error=error)
    plan = MonitoringPlan()
    assert plan.error_of(replace(row, part=part)) > plan.error_of(row) == error


MISTAKES = [
    ("error: 0.02", "error: 2", 4, "must be less than 1"),
    ("error: 0.02", "error: 0", 4, "must be more than 0"),
    (", why: it rounds}", "}", 4, '"errors.levels.by_grade.press.why" is missing'),
    ("part_year", "part_yaer", 11, 'did you mean "part_year"'),
    ("H1", "H2", 12, 'unknown key "H2"'),
    ("at_least: 0.8", "at_least: 0.3", 13, "red below 0.4 reaches above green at 0.3"),
    ('"2023-06"', '"2023-16"', 16, '"2023-16" is not a date'),
    ('"2023-06"', "2023", 16, "must be text"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, TEXT.replace(old, new, 1))
    assert not isinstance(caught.value, InputErrors)
    assert message in str(caught.value)
    assert f"monitoring.yaml:{line}" in str(caught.value)


def test_series_and_grades_exist(tmp_path: Path) -> None:
    plan = read(tmp_path)
    check_monitoring(plan, [release()], [])
    with pytest.raises(InputError, match=r'monitoring.yaml:6: there is no series "gdp"'):
        check_monitoring(plan, [], [])
    other = with_status(release(series="jobs", variable="jobs"), "", "pres")
    with pytest.raises(InputError, match=r'has no error\. did you mean "press"'):
        check_monitoring(plan, [release(), other], [])
    check_monitoring(plan, [release(), replace(other, error=0.1)], [])


def test_a_study_reads_both_files(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA / "study" / "good", tmp_path / "study")
    assert read_study(folder).releases == ()
    header = "series,period,value,unit,variable,published,source\n"
    table = folder / "model" / "releases.csv"
    table.write_text(header + "gdp,2022,9,CNY,GDP,2023-01,report\n", encoding="utf-8")
    read(folder / "model")
    files = read_study(folder)
    assert [row.where.line for row in files.releases] == [2]
    assert files.monitoring.error_of(files.releases[0]) == 0.05
    # Mistakes of both are reported together.
    table.write_text(header + "gdp,2022,9,CNY,GDP,2023-13,report\n", encoding="utf-8")
    (folder / "model" / "monitoring.yaml").write_text("light: {}\n", encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_study(folder)
    assert [Path(error.file or "").name for error in caught.value.errors] == [
        *("releases.csv", "monitoring.yaml")
    ]
