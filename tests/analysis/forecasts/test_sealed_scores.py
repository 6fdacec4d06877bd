"""Scores of sealed forecasts, on a study with figures that were published after them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from tests.study.forecasts.seals import LEVELS, a_seal, known, sealed_quantity, sealed_target
from xhsim.analysis.forecasts.quantile_scores import crps_of_quantiles, pit_of_quantiles
from xhsim.analysis.forecasts.sealed_scores import SealedScores
from xhsim.analysis.history.naive_forecasts import mean_growth
from xhsim.analysis.history.scores import crps_of_normal
from xhsim.analysis.study import Study
from xhsim.study.forecasts.register import seal_path, write_seal
from xhsim.study.input_hashes import input_hashes

HEADER = "series,year,value,unit,variable,status,grade,source,note,measure,kind,high\n"
LATER = (
    "size,2021,104,unit,size,,,made up,,level,point,\n"
    "size,2021,105,unit,size,,,a later vintage,,level,point,\n"
    "size,2022,5,percent,size,,,made up,,growth,point,\n"
    "south,2023,16,unit,zone size[South],,,made up,,level,floor,\n"
    "size,2021-2023,4,percent,size,,,made up,,growth,point,\n"
    "yield,2021,9,unit/year,yield,,,made up,,level,point,\n"
    "size,2025,118,unit,size,,,made up,,level,point,\n"
)
GROWTH = (0.0, 2.0, 3.0, 4.0, 6.0)
SIZE_2021 = (102.0, 102.6, 103.0, 103.4, 104.0)
SOUTH_2023 = (14.0, 15.0, 15.5, 15.8, 17.0)
QUANTITIES = (
    sealed_quantity(),
    sealed_quantity(year=2022, measure="growth", unit="%/year", quantiles=GROWTH),
    sealed_quantity(year=2025, quantiles=(110.0, 113.0, 115.0, 117.0, 120.0)),
    sealed_quantity(
        variable="zone_size[south]", year=2023, quantiles=(14.0, 15.0, 15.5, 15.8, 17.0)
    ),
)


def _study(folder: Path, rows: str = LATER) -> Study:
    old = (LINEAR / "model" / "history.csv").read_text("utf-8").splitlines()[1:]
    text = HEADER + "".join(f"{line},,,\n" for line in old) + rows
    return xhsim.open_study(copy_of_linear(folder, **{"model/history.csv": text}))


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> SealedScores:
    study = _study(tmp_path_factory.mktemp("scores") / "study")
    folder = study.files.folder
    targets = (sealed_target(), sealed_target(id="base", assessable=False))
    first = a_seal(quantities=QUANTITIES, targets=targets, inputs=input_hashes(folder))
    write_seal(folder, first)
    late = a_seal(
        name="late",
        as_of=date(2022, 6, 30),
        made=datetime(2026, 1, 1, tzinfo=UTC),
        quantities=QUANTITIES[1:3],
        targets=(sealed_target(id="gone", probability=None),),
        known=(*first.known, known(2021, 104.0)),
        earlier={"first": first.hash},
    )
    write_seal(folder, late)
    return study.score()


def _row(scores: SealedScores, seal: str, year: int) -> dict[Any, Any]:
    table = scores.figures
    (row,) = table[(table["seal"] == seal) & (table["year"] == year)].to_dict("records")
    return row


def _target(scores: SealedScores, seal: str, name: str) -> dict[Any, Any]:
    table = scores.targets
    (row,) = table[(table["seal"] == seal) & (table["target_id"] == name)].to_dict("records")
    return row


def test_each_figure_is_scored_once_by_each_seal_before_it(scores: SealedScores) -> None:
    table = scores.figures
    found = {name: group["year"].tolist() for name, group in table.groupby("seal")}
    # The late seal was made when 2021 was known.
    assert found == {"first": [2021, 2022, 2023, 2025], "late": [2022, 2025]}


def test_a_level_is_scored_in_its_unit_and_in_percent(scores: SealedScores) -> None:
    row = _row(scores, "first", 2021)
    assert row["observed"] == 104  # the first vintage
    assert row["crps"] == pytest.approx(crps_of_quantiles(LEVELS, SIZE_2021, 104.0))
    logs = [100 * math.log(value) for value in SIZE_2021]
    assert row["model"] == pytest.approx(crps_of_quantiles(LEVELS, logs, 100 * math.log(104)))
    assert row["pit"] == pytest.approx(0.95)
    assert (row["p05"], row["median"], row["p95"]) == (102, 103, 104)
    assert (row["label"], row["label_zh"], row["horizon"]) == ("size", "规模", 1)


def test_rivals_forecast_from_what_the_seal_knew(scores: SealedScores) -> None:
    row = _row(scores, "first", 2021)
    naive = mean_growth([2019, 2020], [math.log(97), math.log(100)], 2021)
    expected = 100 * float(crps_of_normal(naive.mean, naive.deviation, math.log(104)))
    assert row["mean_growth"] == pytest.approx(expected)
    assert row["last_growth"] == pytest.approx(100 * abs(math.log(104) - naive.mean))


def test_growth_is_scored_by_the_forecast_of_growth(scores: SealedScores) -> None:
    row = _row(scores, "first", 2022)
    assert row["crps"] == pytest.approx(crps_of_quantiles(LEVELS, GROWTH, 5.0))
    assert row["pit"] == pytest.approx(pit_of_quantiles(LEVELS, GROWTH, 5.0))
    assert row["measure"] == "growth"
    assert row["last_growth"] == pytest.approx(100 * abs(math.log(1.05) - math.log(100 / 97)))


def test_a_floor_is_only_inside_or_outside(scores: SealedScores) -> None:
    row = _row(scores, "first", 2023)
    assert math.isnan(row["crps"])
    assert math.isnan(row["pit"])
    place = pit_of_quantiles(LEVELS, SOUTH_2023, 16.0)
    assert row["chance"] == pytest.approx(1 - place)
    assert (row["inside_50"], row["inside_90"]) == (False, True)


def test_figures_without_a_forecast_are_named(scores: SealedScores) -> None:
    left = scores.left_out[scores.left_out["seal"] == "first"]
    assert dict(zip(left["series"] + " " + left["year"], left["why"], strict=True)) == {
        "size 2021-2023": "it covers several years",
        "yield 2021": "it was not forecast",
    }


def test_hindsight_is_marked(scores: SealedScores) -> None:
    table = scores.figures
    assert not table[table["seal"] == "first"]["afterwards"].any()
    assert table[table["seal"] == "late"]["afterwards"].all()


def test_targets_are_scored_when_they_are_decided(scores: SealedScores) -> None:
    size = _target(scores, "first", "size")
    assert size["attained"]
    assert size["brier"] == pytest.approx(0.75**2)
    assert (size["measured"], size["label_zh"]) == (118, "规模")
    assert size["rival_brier"] == pytest.approx(1.0)  # 100 * (100 / 97)^5 is 116.4
    assert math.isnan(_target(scores, "first", "base")["brier"])
    assert math.isnan(_target(scores, "late", "gone")["brier"])
    assert scores.decided["target_id"].tolist() == ["size"]
    summary = scores.target_summary()
    assert summary["brier"].tolist() == pytest.approx([0.5625, 0.5625])
    assert summary["ratio"].tolist() == pytest.approx([0.5625, 0.5625])


RELEASES = """\
series,period,value,unit,variable,measure,published,source
size,2022H1,4,percent,size,growth,2022-07,made up
both,2021,115,unit,size + zone size[South],level,2022-01-20,made up
size,2021,104.5,unit,size,level,2022-01-25,made up
"""


def test_releases_are_scored_from_their_date(tmp_path: Path) -> None:
    study = _study(tmp_path / "study")
    folder = study.files.folder
    (folder / "model" / "releases.csv").write_text(RELEASES, "utf-8")
    total = sealed_quantity(variable="zone_size[south] + size", quantiles=(110, 112, 115, 116, 117))
    made = datetime(2022, 1, 22, tzinfo=UTC)
    write_seal(folder, a_seal(made=made, quantities=(QUANTITIES[0], total)))
    found = xhsim.open_study(folder).score()
    rows = found.figures[found.figures["year"] == 2021]
    # The release of size goes before the rows of history of the same year, which have no date.
    assert rows["observed"].tolist() == [115, 104.5]
    assert rows["published"].tolist() == [date(2022, 1, 20), date(2022, 1, 25)]
    assert rows["afterwards"].tolist() == [True, False]
    assert rows["label_zh"].tolist()[0] == "规模＋zone size（South）"
    assert "it covers a part of a year" in found.left_out["why"].tolist()


def test_a_target_that_was_decided_before_is_no_forecast(tmp_path: Path) -> None:
    study = _study(tmp_path / "study")
    write_seal(study.files.folder, a_seal(as_of=date(2025, 12, 31)))
    found = study.score()
    assert not found.targets["open_then"].any()
    assert len(found.decided) == len(found.target_summary()) == 0
    assert len(found.figures) == 0


def test_summaries_have_ratios_to_the_rivals(scores: SealedScores) -> None:
    summary = scores.summary()
    points = scores.points
    assert summary.loc["all", "observations"] == len(points) == 5
    means = points[["model", "mean_growth"]].mean()
    assert summary.loc["all", "ratio_mean_growth"] == pytest.approx(
        means["model"] / means["mean_growth"]
    )
    assert set(scores.summary("afterwards").index) == {False, True, "all"}


def test_places_across_seals_are_tidy(scores: SealedScores) -> None:
    table = scores.pit_table(bins=4)
    assert table["figures"].sum() == len(scores.points)
    assert table["share"].sum() == pytest.approx(1)
    reliability = scores.reliability()
    places = scores.points["pit"].to_numpy(dtype=float)
    shares = [(places <= level).mean() for level in reliability["level"]]
    assert len(shares) == 19
    assert reliability["observed"].tolist() == pytest.approx(shares)
    assert (reliability["low"] <= reliability["observed"]).all()


def test_probabilities_of_targets_are_binned(scores: SealedScores) -> None:
    (row,) = scores.target_reliability(bins=4).to_dict("records")
    assert (row["low"], row["high"], row["targets"]) == (0.25, 0.5, 1)
    assert (row["probability"], row["attained"]) == (0.25, 1.0)


def test_changed_inputs_are_named(tmp_path: Path) -> None:
    study = _study(tmp_path / "study")
    folder = study.files.folder
    write_seal(folder, a_seal(inputs=input_hashes(folder)))
    assert study.score().seals["changed_inputs"].tolist() == [""]
    with (folder / "model" / "history.csv").open("a") as file:
        file.write("size,2024,110,unit,size,,,made up,,level,point,\n")
    assert study.score().seals["changed_inputs"].tolist() == ["model/history.csv"]


def test_a_changed_seal_is_named_and_not_scored(tmp_path: Path) -> None:
    study = _study(tmp_path / "study")
    folder = study.files.folder
    write_seal(folder, a_seal())
    path = seal_path(folder, "first")
    path.write_text(path.read_text("utf-8").replace("103.0", "104.0", 1), "utf-8")
    found = study.score()
    assert [(one.name, one.what) for one in found.changed] == [
        ("first", "changed since it was sealed: quantities")
    ]
    assert len(found.seals) == len(found.figures) == len(found.targets) == 0
    for table in (found.summary(), found.reliability(), found.target_reliability()):
        assert len(table) == 0


def test_levels_without_logarithms_have_no_rivals(tmp_path: Path) -> None:
    study = _study(tmp_path / "study")
    around_zero = sealed_quantity(quantiles=(-1.0, 0.0, 1.0, 2.0, 3.0))
    write_seal(study.files.folder, a_seal(quantities=(around_zero,)))
    (row,) = study.score().figures.to_dict("records")
    assert row["crps"] > 0
    assert math.isnan(row["model"])
    assert math.isnan(row["mean_growth"])


def test_a_study_without_seals_has_empty_tables(tmp_path: Path) -> None:
    found = _study(tmp_path / "study").score()
    assert found.changed == ()
    assert len(found.summary()) == len(found.decided) == 0
    assert found.pit_table()["figures"].sum() == 0
