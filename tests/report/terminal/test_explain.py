"""Why a target is likely or not."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

import xhsim
from tests.analysis.hanging import hanging_study
from tests.analysis.studies import LINEAR, STRUCTURES
from xhsim.analysis.study import Study
from xhsim.report.terminal.explain import Explanation, explain_target


def test_it_says_what_the_questions_say(xuhui: Study) -> None:
    found = explain_target(xuhui, "rd-push", "rd_intensity", draws=256, seed=1, quiet=True)
    ensemble = xuhui.ensemble("rd-push", 256, 1)
    row = xuhui.attainment(ensemble).loc["rd_intensity"]
    assert found.row["probability"] == row["probability"]
    shares = [v for key, v in found.crossing.items() if key == "never" or isinstance(key, int)]
    assert sum(shares) == pytest.approx(1)
    assert sum(found.layers.values()) == pytest.approx(1)
    assert found.split is not None
    effect = found.split.after - found.split.before
    assert found.split.table["shapley"].sum() == pytest.approx(effect)
    assert "outlook growth[ResearchSpending]" in found.drivers.index[:3]
    assert found.drivers.abs().is_monotonic_decreasing


def test_a_scenario_without_policies(xuhui: Study) -> None:
    found = explain_target(xuhui, "baseline", "retail_sales", draws=64, seed=0, quiet=True)
    assert found.split is None
    assert len(list(found.parts())) >= 6


def test_an_unpublished_base_is_marked(tmp_path: Path) -> None:
    study = hanging_study(tmp_path / "study")
    found = explain_target(study, "baseline", "total", draws=64, seed=0, quiet=True)
    console = Console(width=120, file=io.StringIO())
    for part in found.parts():
        console.print(part)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "growth (unpublished base)" in shown
    assert "not assessable without the base" in shown
    assert found.as_record()["unpublished_bases"] == ["growth"]


def said(found: Explanation) -> str:
    console = Console(width=160, file=io.StringIO())
    for part in found.parts():
        console.print(part)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_nothing_is_above_chance_and_shares_near_zero() -> None:
    linear = xhsim.open_study(LINEAR)
    found = explain_target(linear, "programme", "size", draws=64, seed=0, quiet=True)
    assert "are not above what irrelevant parameters would show" in said(found)
    layers = {"structure": -0.02, "parameters": 1.02}
    none = replace(found, drivers=found.drivers.iloc[:0], layers=layers)
    assert "structure 0 %, parameters 102 % (estimates)" in said(none)
    assert "No single parameter is above what irrelevant" in said(none)


def test_policies_that_are_not_shown_and_what_is_no_policy() -> None:
    linear = xhsim.open_study(LINEAR)
    found = explain_target(linear, "programme", "size", draws=64, seed=0, quiet=True)
    assert found.split is not None
    rows = [found.split.table.iloc[0]] * 10
    many = pd.DataFrame(rows, index=[f"lever {number}" for number in range(10)])
    many["alone"], many["shapley"] = -0.0001, [0.1] * 8 + [0.02, -0.01]
    text = said(replace(found, split=replace(found.split, table=many)))
    assert "2 more are not shown: +1.0 points on average, all together." in text
    assert "lever 7" in text
    assert "lever 8" not in text
    assert "-0.0" not in text
    assert "What each policy adds" in text
    holding = replace(found.split.scenario, paths=found.split.scenario.changes[:1])
    text = said(replace(found, split=replace(found.split, scenario=holding)))
    assert "What each change adds" in text
    assert "interaction between changes" in text
    assert "policies" not in text


def test_structures_of_a_target() -> None:
    study = xhsim.open_study(STRUCTURES)
    found = explain_target(study, "baseline", "size", draws=64, seed=0, quiet=True)
    assert found.as_record()["structures"]["exact"]["probability"] == 0
    assert "By structure: steady " in "".join(map(str, found.parts()))
    assert next(iter(found.layers)) == "structure"


def test_the_policies_end_at_the_headline() -> None:
    """Both ends of the division are the probabilities of the same draws."""
    linear = xhsim.open_study(LINEAR)
    found = explain_target(linear, "programme", "size", draws=200, seed=3, quiet=True)
    assert found.split is not None
    for name, end in (("baseline", found.split.before), ("programme", found.split.after)):
        table = linear.attainment(linear.ensemble(name, 200, 3))
        assert table.loc["size", "probability"] == end
    assert found.row["probability"] == found.split.after
    last = linear.by_year(linear.ensemble("programme", 200, 3)).xs("size")["probability"]
    assert found.row["probability"] == last.loc[found.target.deadline]


def test_one_structure() -> None:
    study = xhsim.open_study(STRUCTURES)
    found = explain_target(
        study, "programme", "size", draws=64, seed=0, quiet=True, structure="exact"
    )
    ensemble = study.ensemble("programme", 64, structure="exact")
    row = study.attainment(ensemble).loc["size"]
    assert found.split is not None
    assert found.row["probability"] == row["probability"] == found.split.after
    assert "structure" not in found.layers
    assert "Structure of all draws: exact." in "".join(map(str, found.parts()))
