"""Twin experiments on the screen, in files and in JSON, and what was stored before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.analysis.monitoring.conftest import SIZE, study_with
from tests.report.terminal.printing import printed
from xhsim.analysis.opening import open_study
from xhsim.errors import InputError
from xhsim.report.terminal.twins import stored_report, twins_study
from xhsim.study.history.stored_twins import TWINS_FILE, TWINS_RECORD


def _make(study, twins=3, store=True):
    about: dict[str, Any] = {"draws": 64, "seed": 0, "command": ["xhsim", "twins"], "quiet": True}
    return twins_study(study, twins=twins, store=store, **about)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Three twins, which are stored in the study's folder."""
    folder = tmp_path_factory.mktemp("twins") / "study"
    return folder, _make(study_with(folder, SIZE))


def test_tables_say_rates_and_calibration(stored):
    _, report = stored
    text = printed(*report.parts(quiet=False))
    assert "Lights of all targets after the figures of a year, 3 twins" in text
    assert "missed: amber or red" in text
    assert "Size" in text
    assert "growth" in text
    assert "all of them" in text
    assert "Figures of each year: size." in text
    record = json.loads(json.dumps(report.as_record(), allow_nan=False))
    assert (record["twins"], record["years"]) == (3, [2022, 2023, 2024])
    assert {row["target_id"] for row in record["rates"]} == {"size", "modest", "south", "all"}


def test_what_is_stored_is_shown_again(stored):
    folder, report = stored
    again = stored_report(open_study(folder))
    assert [row.name for row in again.twins.rows] == [row.name for row in report.twins.rows]
    assert again.rates.round(2).equals(report.rates.round(2))
    record = json.loads((folder / "model" / TWINS_RECORD).read_text())
    assert record["made"]["command"] == ["xhsim", "twins"]


def test_the_same_command_goes_on(stored):
    folder, report = stored
    table = folder / "model" / TWINS_FILE
    before = table.read_text()
    more = _make(open_study(folder), twins=4)
    assert more.twins.twins == 4
    assert table.read_text().startswith(before)
    assert more.twins.fingerprint == report.twins.fingerprint
    table.write_text(before)


def test_stale_twins_are_refused(stored):
    folder, _ = stored
    releases = folder / "model" / "releases.csv"
    text = releases.read_text()
    releases.write_text(text.replace("0.005", "0.05"))
    with pytest.raises(InputError, match="the series of releases or their errors changed since"):
        stored_report(open_study(folder))
    releases.write_text(text)


def test_a_study_without_stored_twins(tmp_path):
    study = study_with(tmp_path / "study", SIZE)
    with pytest.raises(InputError, match="no stored twins"):
        stored_report(study)
    with pytest.raises(InputError, match="at least 1, not 0"):
        _make(study, twins=0)
