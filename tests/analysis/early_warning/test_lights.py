"""Lights on probabilities, with measured rates beside them if these fit the study."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.analysis.early_warning.toy_twins import jobs, toy_twins
from tests.analysis.monitoring.conftest import SIZE, YIELD, study_with
from xhsim.analysis.early_warning.lights import fitting_twins, lights, stale_twins
from xhsim.analysis.inference.fingerprint import twins_fingerprint
from xhsim.analysis.judging.probability import chance
from xhsim.study.history.stored_twins import write_twins


@pytest.fixture(scope="module")
def monitored(tmp_path_factory):
    study = study_with(tmp_path_factory.mktemp("lights") / "study", SIZE, YIELD)
    return study.monitor(draws=500)


def test_lights_with_the_time_since_when(monitored) -> None:
    table = lights(monitored)
    plan = monitored.study.files.monitoring
    assert table["light"].tolist() == [plan.light(share) for share in table["probability"]]
    before, after, later = (table.loc[day] for day in monitored.dates)
    assert before["since"].tolist() == [None] * 3
    # Size at 3 a year: 25 % at first, and nearly certain after it grew by 4.
    assert [part.loc["size", "light"] for part in (before, after, later)] == [
        "red",
        "green",
        "green",
    ]
    assert later.loc["size", "since"] == date(2023, 1, 31)
    assert after.loc["size", "sure"]
    assert table["missed"].isna().all()  # no twins are stored


def test_measured_rates_stand_beside_the_lights(tmp_path) -> None:
    study = study_with(tmp_path / "study", SIZE, YIELD)
    fitting = twins_fingerprint(study.files_read, "baseline")
    twins = toy_twins(*jobs("size"), fingerprint=fitting)
    model = study.files.folder / "model"
    write_twins(model, twins, {})
    assert fitting_twins(study) == twins
    found: Any = lights(study.monitor("2023-12", draws=256), ["size"])
    row = found.loc[(date(2023, 1, 31), "size")]
    assert row[["light", "year", "alike"]].tolist() == ["green", 2022, 2]
    assert row[["missed", "warned", "false_alarm"]].tolist() == [1 / 2, 3 / 4, 2 / 3]
    assert (row["missed_low"], row["missed_high"]) == chance(1, 2)[1:3]
    assert found.loc[None, "missed"].isna().all()  # before the figures of any year


def test_stale_rates_are_named_and_not_shown(tmp_path) -> None:
    study = study_with(tmp_path / "study", SIZE)
    fitting = twins_fingerprint(study.files_read, "baseline")
    twins = toy_twins(*jobs("size"), fingerprint=fitting | {"targets": "old"})
    write_twins(study.files.folder / "model", twins, {})
    assert stale_twins(study) == ("the targets",)
    assert fitting_twins(study) is None
    found = lights(study.monitor(draws=64), ["size"])
    assert found["missed"].isna().all()


def test_what_twins_depend_on(tmp_path) -> None:
    files = study_with(tmp_path / "study", SIZE).files_read
    before = twins_fingerprint(files, "baseline")

    def changed(**parts: Any) -> set[str]:
        after = twins_fingerprint(replace(files, **parts), "baseline")
        return {name for name in before if before[name] != after[name]}

    (release,) = files.releases
    higher = replace(release, figure=replace(release.figure, value=120.0))
    assert changed(releases=(higher,)) == set()
    assert changed(monitoring=replace(files.monitoring, green=0.9)) == set()
    assert changed(releases=(replace(release, error=0.3),)) == {"releases"}
    assert changed(releases=()) == {"releases"}
    size = replace(files.targets["size"], value=118.0)
    assert changed(targets={**files.targets, "size": size}) == {"targets"}
    assert changed(observations=()) == set()
    programme = replace(files.scenarios["programme"], name="baseline", extends=None)
    assert changed(scenarios={**files.scenarios, "baseline": programme}) == {"scenario"}


def test_a_target_that_cannot_be_assessed_has_no_light(monitored):
    study = monitored.study
    size = replace(study.targets["size"], hangs_on=study.targets["size"].variable)
    other = copy(study)
    other.files = replace(study.files, targets={**study.targets, "size": size})
    found = lights(replace(monitored, study=other), ["size"])
    assert found["light"].isna().all()
    assert not found["sure"].any()
