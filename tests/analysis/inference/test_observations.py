"""Observations as arrays: the places of a run that belong to them, their errors and offsets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.inference.observed import PLAN, observed, study_of
from xhsim.analysis.inference.observations import Evidence, gather
from xhsim.analysis.study import Study
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return observed(study_of(tmp_path_factory.mktemp("linear")))


def gathered(study: Study, until: int) -> Evidence:
    plan = study.files.calibration
    assert plan is not None
    return gather(study.model, plan, study.files.observations, until)


def test_each_observation_has_its_place_in_a_run(evidence: Evidence) -> None:
    assert evidence.outputs == ("echo", "size", "zone_size")
    assert evidence.times.tolist() == [2021, 2022, 2023, 2025]
    assert evidence.places == (
        ("echo", 0, 0),
        ("echo", 1, 0),
        ("size", 3, 0),
        ("zone_size", 2, 1),  # South is the second element
    )
    years, size = 10.0 * np.arange(4), 1.0 + np.arange(4)
    run = {
        "echo": years[np.newaxis],
        "size": size[np.newaxis],
        "zone_size": np.stack([years, -years], axis=-1)[np.newaxis],
    }
    assert evidence.of(run).tolist() == [[0, 10, 4, -20]]


def test_values_errors_and_offsets(evidence: Evidence) -> None:
    assert np.exp(evidence.low).tolist() == pytest.approx([1.3, 1.2, 111, 17])
    assert evidence.high.tolist() == evidence.low.tolist()
    assert evidence.errors.tolist() == [0.1, 0.1, 0.02, 0.05]
    assert evidence.offsets.tolist() == [-1, 0, -1, -1]


def test_the_mean_of_a_series_is_weighted_by_precision(evidence: Evidence) -> None:
    rows = np.array([[2.0, 4.0, 5.0, 7.0]])
    assert (rows @ evidence.means).tolist() == [pytest.approx([3, 3, 5, 7])]
    unequal = replace(evidence, errors=np.array([0.1, 0.2, 0.1, 0.1]))
    # Weights 100 and 25: (4 * 2 + 1 * 4) / 5.
    assert (rows @ unequal.means)[0, :2].tolist() == pytest.approx([2.4, 2.4])


MIXED = """\
size,2021,103,unit,size,published,good,made up,,,,
size,2022,2.5,percent,size,published,good,made up,,growth,floor,
size,2022-2025,11,percent,size,published,good,made up,,change,interval,13
size,2023,120,unit,size,published,good,made up,,level,ceiling,
"""
GROWTH = PLAN.split("offsets")[0].replace("estimate: 0.2", "estimate: 0.2\n  growth: 0.4")


def test_growth_and_change_use_two_years(tmp_path: Path) -> None:
    study = study_of(tmp_path, rows=MIXED, plan=GROWTH, columns=",measure,kind,high")
    evidence = gathered(study, 2025)
    assert evidence.times.tolist() == [2021, 2022, 2023, 2025]
    assert evidence.starts.tolist() == [0, 0, 0, 2]
    run = {"size": np.array([[100.0, 104, 110, 112], [100, 100, 110, -1]])}
    found = evidence.of(run)
    assert found[0].tolist() == pytest.approx([100, 4, 12, 110])
    assert np.isnan(found[1, 2])
    logs = np.log([100, 1.12, 110])
    assert evidence.scaled(found)[0].tolist() == pytest.approx([logs[0], 4, *logs[1:]])
    assert evidence.low.tolist() == pytest.approx([np.log(103), 2.5, np.log(1.11), -np.inf])
    assert evidence.high.tolist() == pytest.approx([np.log(103), np.inf, np.log(1.13), np.log(120)])
    assert evidence.errors.tolist() == [0.1, 0.4, 0.1, 0.1]
    assert (np.array([[2.0, 5, 7, 4]]) @ evidence.means).tolist() == [pytest.approx([3, 0, 0, 3])]


def test_bounds_of_levels_say_nothing_when_levels_are_free(tmp_path: Path) -> None:
    study = study_of(tmp_path, rows=MIXED, plan=GROWTH, columns=",measure,kind,high")
    plan = study.files.calibration
    assert plan is not None
    evidence = gather(study.model, plan, study.files.observations, 2025, free_levels=True)
    assert [row.measure for row in evidence.rows] == ["level", "growth", "change"]


def test_growth_needs_the_year_before(tmp_path: Path) -> None:
    rows = "size,2020,3,percent,size,published,good,made up,,growth\n"
    study = study_of(tmp_path, rows=rows, plan=GROWTH, columns=",measure")
    with pytest.raises(InputError, match=r"history.csv:2: .* needs the year 2019, but .* 2020"):
        gathered(study, 2025)


def test_no_observation_up_to_a_year(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no observation up to 2000"):
        gathered(study_of(tmp_path), 2000)


def test_an_element_must_be_named(tmp_path: Path) -> None:
    rows = "zones,2024,17,unit,zone size,published,good,made up,\n"
    with pytest.raises(InputError, match=r'history.csv:2: "zones" does not say which element'):
        gathered(study_of(tmp_path, rows=rows, plan=PLAN.split("offsets")[0]), 2025)
