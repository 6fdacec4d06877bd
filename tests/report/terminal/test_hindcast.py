"""Hindcasts printed, written and stored, and the page that shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import xhsim
from tests.analysis.history.test_hindcast import STRUCTURES, study_of
from tests.places import ROOT
from xhsim import cli
from xhsim.analysis.history.hindcast import hindcast
from xhsim.analysis.history.stored_hindcast import check_stored, stored_hindcast
from xhsim.errors import InputError
from xhsim.report.terminal.hindcast import HindcastReport, stored_report

PAGE = ROOT / "docs" / "hindcast.md"
FILES = {
    *("hindcast.csv", "hindcast_series.csv", "hindcast.png", "hindcast_scores.png"),
    "manifest.json",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return study_of(tmp_path_factory.mktemp("two"), structures=STRUCTURES).files.folder


def test_tables(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["hindcast", "--study", str(folder), "--draws", "256"]
    assert cli.main([*line, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    for heading in ("By series", "By year of the forecast", "By years ahead", "By structure"):
        assert heading in shown
    assert "4 figures forecast from 2022 to 2024" in shown
    assert "would be right for independent figures" in shown
    assert "Single forecasts" not in shown
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES


def test_one_origin_shows_each_forecast(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["hindcast", "--study", str(folder), "--draws", "64", "--origin", "2022"]
    assert cli.main([*line, "--structure", "flat", "--markdown"]) == 0
    shown = capsys.readouterr().out
    assert "Single forecasts" in shown
    assert "| size | 2022 | 2025 | 2022 |" in shown
    assert "By structure" not in shown
    assert "all series but size" in shown
    assert cli.main([*line, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["origins"] == [2022]
    assert set(record["weights"]) == {"drawn", "flat"}
    assert [row["series"] for row in record["by_series"]] == ["size", "yield", "all"]
    assert record["runs"][1]["k_hat"] is None  # nothing was calibrated
    assert {row["structure"] for row in record["forecasts"]} == {"drawn", "flat", "together"}


def test_storing_and_showing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = study_of(tmp_path).files.folder
    line = ["hindcast", "--study", str(folder)]
    assert cli.main([*line, "--stored"]) == 2
    assert "xhsim hindcast --store" in capsys.readouterr().err
    assert cli.main([*line, "--store", "--origin", "2022"]) == 2
    assert "a part of the hindcasts cannot be stored" in capsys.readouterr().err
    assert cli.main([*line, "--store", "--draws", "64", "--markdown"]) == 0
    made = capsys.readouterr().out
    assert "Stored in" in made
    names = {path.name for path in (folder / "model").iterdir()}
    assert {"hindcasts.csv", "hindcasts.json"} <= names
    assert "structures.json" not in names  # there is only one
    assert cli.main([*line, "--stored", "--markdown"]) == 0
    assert capsys.readouterr().out.strip() in made
    history = folder / "model" / "history.csv"
    history.write_text(history.read_text().replace("95.5", "95.6"))
    with pytest.raises(InputError, match="do not fit the study"):
        stored_report(xhsim.open_study(folder))


def test_calibrations_that_cannot_be_trusted_are_named(folder: Path) -> None:
    result = hindcast(xhsim.open_study(folder), origins=[2024], draws=64)
    assert "cannot be trusted" not in HindcastReport(result).markdown()
    result.runs["k_hat"] = 0.9
    result.runs["failed"] = 3
    shown = HindcastReport(result).markdown()
    assert "cannot be trusted" in shown
    assert "6 draws failed" in shown


def test_the_page_shows_what_is_stored() -> None:
    """Its tables are the output of `xhsim hindcast --stored --markdown`."""
    report = stored_report(xhsim.open_study())
    assert report.markdown() in PAGE.read_text(encoding="utf-8")


def test_what_is_stored_fits_the_study_and_can_be_made_again() -> None:
    """One origin and structure are enough: the others are made in the same way."""
    study = xhsim.open_study()
    assert check_stored(study) == ()
    found = stored_hindcast(study)
    assert found is not None
    first = found.runs.iloc[-1]
    origin, structure = int(first["origin"]), str(first["structure"])
    structures = None if len(found.weights) == 1 else [structure]
    alone = hindcast(
        study, origins=[origin], structures=structures, draws=found.draws, seed=found.seed
    )
    table = found.table
    rows = table[(table["origin"] == origin) & (table["structure"] == structure)]
    # Searches end at slightly different points on other machines.
    for name in ("p05", "median", "p95", "pit", "log_score", "model"):
        expected = alone.table[name].to_numpy()
        assert rows[name].to_numpy() == pytest.approx(expected, rel=0.01, abs=0.01), name
