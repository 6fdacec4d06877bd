"""Importance: whole where one number decides, nothing where none does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.analysis.studies import LINEAR, copy_of_linear, target
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.importance import _averaged
from xhsim.study.parameters.priors import Prior, Shock

DRAWS = 2048
CHANCE = 5 / np.sqrt(DRAWS)


def test_a_target_that_one_number_decides_goes_with_it_alone(linear: Study) -> None:
    asked = {
        "size": target(id="size", variable="size", deadline=2025),
        "south": target(id="south", variable="zone size[South]", deadline=2025),
    }
    table = linear.importance(draws=DRAWS, targets=asked)
    assert table.loc["growth", "size"] == pytest.approx(1)
    assert table.loc["zone growth[South]", "south"] == pytest.approx(1)
    others = table.drop(index=["growth", "zone growth[South]"])
    assert (others.abs() < CHANCE).all(axis=None)
    assert abs(float(table.loc["growth", "south"])) < CHANCE  # type: ignore[arg-type]
    assert set(table.index[:2]) == {"growth", "zone growth[South]"}
    assert "policy" not in table.index  # a lever at rest does not vary
    assert "idle" not in table.index
    above = {"size": ["growth"], "south": ["zone growth[South]"]}
    about = {"scenario": "baseline", "draws": DRAWS, "seed": 0, "beliefs": "prior"}
    assert table.attrs == about | {"above_chance": above}


def test_a_yearly_shock_counts_with_its_average(linear: Study) -> None:
    asked = {"yield": target(id="yield", variable="yield", deadline=2022)}
    first = linear.importance(draws=DRAWS, targets=asked)
    assert first.loc["weather", "yield"] == pytest.approx(1)  # the only year there is
    later = {"yield": target(id="yield", variable="yield", deadline=2024)}
    share = float(linear.importance(draws=DRAWS, targets=later).loc["weather", "yield"])  # type: ignore[arg-type]
    # Three years with correlations of 0.6 and 0.36: the last against their average.
    assert share == pytest.approx((1 + 0.6 + 0.36) / np.sqrt(3 + 4 * 0.6 + 2 * 0.36), abs=0.02)


def test_a_shock_over_a_year_counts_up_to_the_end_of_the_last_year() -> None:
    shock = Shock(2022, Prior(0.9, -1, 1), 0.0, over_year=True)
    path = shock.path_around(0.0, np.array([[1.0, -1.0], [2.0, 0.5], [9.0, 9.5]]))
    wanted = shock.paths(np.array([[1.0, -1.0], [2.0, 0.5]])).mean(axis=0)
    assert _averaged(path, 2023) == pytest.approx(wanted)


def test_what_a_scenario_doubts_varies_there(linear: Study) -> None:
    asked = {"echo": target(id="echo", variable="echo", deadline=2025)}
    table = linear.importance("doubt", draws=DRAWS, targets=asked)
    assert table.loc["idle", "echo"] == pytest.approx(1)


def test_shares_of_the_plans_targets_add_up(xuhui: Study) -> None:
    """Where numbers act one way, squared correlations share out the spread.

    Structures act in several ways, so a part is missing; numbers without effect add chance.
    """
    table = xuhui.importance(draws=DRAWS // 2)
    total = (table**2).sum() - len(table) / (DRAWS // 2)
    assert total.between(0.65, 1.1).all(), total


def test_where_nothing_is_uncertain_nothing_is_listed(tmp_path: Path) -> None:
    text = (LINEAR / "model" / "parameters.yaml").read_text(encoding="utf-8")
    records = yaml.safe_load(text)
    for record in records.values():
        record.pop("prior", None)
        record.pop("shock", None)
        record["role"] = "fixed" if record["role"] == "uncertain" else record["role"]
    known = {"model/parameters.yaml": yaml.safe_dump(records), "scenarios/doubt.yaml": None}
    table = open_study(copy_of_linear(tmp_path / "study", **known)).importance(draws=8)
    assert (len(table), list(table.columns)) == (0, ["size", "modest", "south"])


def test_an_ensemble_that_is_given_is_not_run_again(linear: Study) -> None:
    ensemble = linear.ensemble("programme", 64, 2)
    given = linear.importance("programme", 64, 2, ensemble=ensemble)
    assert given.equals(linear.importance("programme", 64, 2))
