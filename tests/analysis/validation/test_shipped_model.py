"""What the model that ships must show: links that carry weight, and odds that were tested."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from xhsim.analysis.history.hindcast import HindcastResult
from xhsim.analysis.history.stored_hindcast import fitting_hindcast
from xhsim.analysis.study import Study
from xhsim.analysis.validation import Validation, validate

KNOWLEDGE = "cluster output[Digital] + cluster output[LifeHealth]"
NO_PROJECTS = "none of the plan's projects"
RESEARCH, HOMES = "research +10 %", "rental homes +10,000"
LAST_YEAR = 2021  # of whatever was published before the model


@pytest.fixture(scope="module")
def battery(xuhui: Study) -> Validation:
    return validate(xuhui)


@pytest.fixture(scope="module")
def changes(battery: Validation) -> dict[tuple[str, str, int], float]:
    """The responses in per cent or points: by shock, variable and year."""
    return {(row.shock, row.variable, row.year): row.change for row in battery.responses}


Changes = Mapping[tuple[str, str, int], float]


# --- the battery ---------------------------------------------------------------------------


def test_the_battery_passes(battery: Validation) -> None:
    assert not battery.failed, [line for one in battery.failed for line in one.details]
    assert len(battery.findings) > 150
    skipped = {(f.part, f.name) for f in battery.findings if f.passed is None}
    # What the model was scaled by says nothing about its fit.
    others = {name for part, name in skipped if part != "fit to history"}
    assert others <= {"pysimlin", "none"}
    assert battery.loops
    assert all(row.passed for row in battery.responses)


def test_without_the_plans_projects_clusters_lack_floor(changes: Changes, xuhui: Study) -> None:
    output = changes[NO_PROJECTS, "total cluster output", 2030]
    assert -20 <= output <= -4
    assert changes[NO_PROJECTS, "building tax", 2030] < output
    zones = len(xuhui.parameters["business pipeline"].elements)
    never = {name: np.zeros(zones) for name in ("business pipeline", "commercial pipeline")}
    world = xuhui.central_world("baseline", until=2030)
    built, bare = (
        each.run(["occupancy rate"])["occupancy_rate"].sel(time=2030)
        for each in (world, world.with_values(never))
    )
    bound = 100 * (1 - float(xuhui.parameters["frictional vacancy"].array))
    assert float(built) < float(bare) - 5
    assert bound - 3 < float(bare) <= bound


def test_research_reaches_output_late(changes: Changes) -> None:
    assert 0.1 <= changes[RESEARCH, KNOWLEDGE, 2030] <= 1
    assert changes[RESEARCH, KNOWLEDGE, 2025] < changes[RESEARCH, KNOWLEDGE, 2030]
    assert changes[RESEARCH, KNOWLEDGE, 2035] > changes[RESEARCH, KNOWLEDGE, 2030]


def test_homes_hold_people(changes: Changes) -> None:
    for year in (2025, 2030):
        assert changes[HOMES, "population", year] > 0
        assert changes[HOMES, "skilled workers", year] > 0
    assert min(changes[HOMES, "GDP", year] for year in (2025, 2030, 2035)) >= 0


# --- the start -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ensemble(xuhui: Study) -> xr.Dataset:
    return xuhui.ensemble("baseline", 2000, outputs=["real GDP", "institutions brought in"])


def quartiles(values: xr.DataArray) -> tuple[float, float]:
    low, high = np.quantile(values, [0.25, 0.75])
    return float(low), float(high)


def published(study: Study, variable: str, year: int) -> float:
    return next(
        row.value
        for row in study.files.observations
        if (row.variable, row.first_year, row.measure) == (variable, year, "level")
    )


def test_growth_of_2021_is_in_the_middle_of_the_draws(xuhui: Study, ensemble: xr.Dataset) -> None:
    real = ensemble["real_gdp"]
    growth = 100 * (real.sel(time=2021) / real.sel(time=2020) - 1)
    low, high = quartiles(growth)
    index = [published(xuhui, "real GDP index", year) for year in (2020, 2021)]
    assert low <= 100 * (index[1] / index[0] - 1) <= high


def test_headquarters_of_2021_are_in_the_middle_of_the_draws(
    xuhui: Study, ensemble: xr.Dataset
) -> None:
    came = ensemble["institutions_brought_in"].sel(institution="ForeignHQ", time=2021)
    low, high = quartiles(came)
    assert low <= published(xuhui, "institutions brought in[ForeignHQ]", 2021) <= high


def test_every_run_passes_through_the_last_published_figures(xuhui: Study) -> None:
    run = xuhui.run("baseline")["model_figure"]
    of_2020, of_2021, last = (
        np.asarray(xuhui.parameters[name].array)
        for name in ("figure in 2020", "figure in 2021", "last figure year")
    )
    figures = [of_2020, np.where(last == LAST_YEAR, of_2021, np.nan)]
    # Growth of real product is published for 2021, its level in the prices of 2020 follows.
    series = list(xuhui.parameters["figure in 2020"].elements)
    figures[1][series.index("LocalServices")] = of_2021[series.index("LocalServices")]
    for year, wanted in zip((2020, 2021), figures, strict=True):
        met = run.sel(time=year, series=series).values
        known = np.isfinite(wanted)
        assert met[known] == pytest.approx(wanted[known], rel=0.02), year
    assert np.isfinite(figures[1]).sum() == 4


@pytest.mark.parametrize(
    ("series", "variable", "year"),
    [
        ("Digital", "cluster output[Digital]", 2020),
        ("LifeHealth", "cluster output[LifeHealth]", 2020),
        ("Culture", "cluster output[Culture]", 2020),
        ("Finance", "cluster output[Finance]", 2020),
        ("BusinessServices", "modern services revenue", 2020),
        ("Trade", "commodity sales", 2020),
        ("LocalServices", "GDP", 2020),
        ("Retail", "retail sales", 2021),
        ("Industry", "industrial output", 2021),
        ("TaxRates", "fiscal revenue", 2021),
    ],
)
def test_the_figures_that_runs_pass_through_are_those_of_history(
    xuhui: Study, series: str, variable: str, year: int
) -> None:
    figure = xuhui.parameters[f"figure in {year}"]
    value = np.asarray(figure.array)[figure.elements.index(series)]
    assert value == pytest.approx(published(xuhui, variable, year), rel=1e-3)


# --- what is stored ------------------------------------------------------------------------


def test_the_stored_posterior_fits_and_has_converged(xuhui: Study, root: Path) -> None:
    assert xuhui.beliefs == "posterior"
    record = json.loads((root / "model" / "posterior.json").read_text(encoding="utf-8"))
    assert record["until"] == LAST_YEAR
    assert record["convergence"]["largest_r_hat"] <= 1.01
    assert record["convergence"]["smallest_sample_size"] >= 400


@pytest.fixture(scope="module")
def hindcasts(xuhui: Study) -> HindcastResult:
    found = fitting_hindcast(xuhui)
    assert found is not None, "the stored hindcasts are of another model"
    return found


def test_hindcasts_cover_as_they_say(hindcasts: HindcastResult) -> None:
    assert list(hindcasts.origins) == [2016, 2017, 2018, 2019, 2020]
    total = hindcasts.by_series().loc["all"]
    assert total["observations"] > 70
    assert 0.40 <= total["inside_50"] <= 0.60
    assert 0.85 <= total["inside_90"] <= 0.97
    assert len(hindcasts.weights) >= 4
    assert min(hindcasts.weights.values()) > 0.1


def test_hindcasts_score_better_than_growth_carried_on(hindcasts: HindcastResult) -> None:
    table = hindcasts.comparison()
    assert list(table.index) == ["all", "without"], "with industry and without it"
    for rival in ("last_growth", "last_growth_spread", "mean_growth"):
        assert (table["model"] < table[rival]).all(), rival
        assert (table[f"ahead_of_{rival}"] > table["series"] / 2).all(), rival


# --- nothing later -------------------------------------------------------------------------


def test_no_figure_of_history_is_later(xuhui: Study) -> None:
    """What the plan says about floor to come is not compared with anything."""
    rows = xuhui.files.observations
    assert max(row.last_year for row in rows if row.status != "plan") == LAST_YEAR
    assert max(row.last_year for row in rows if row.can_be_compared) == LAST_YEAR


def test_no_figure_of_other_places_is_later(xuhui: Study, root: Path) -> None:
    """What a plan of 2021 says of later years is not a figure."""
    folder = root / "model" / "reference"
    assert xuhui.files.outlook_plan.until == LAST_YEAR
    later = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                period = row.get("year", row.get("plan", ""))
                years = [int(year) for year in re.findall(r"\d{4}", period)]
                if max(years, default=0) > LAST_YEAR and row.get("status") != "plan":
                    later.append((path.name, row))
    assert later == []


def test_no_study_of_the_evidence_is_later(xuhui: Study) -> None:
    years = [card.year for card in xuhui.files.evidence if card.year is not None]
    assert len(years) > 30
    assert max(years) <= LAST_YEAR
