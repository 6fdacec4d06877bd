"""What is printed of a policy with rules against a fixed one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.analysis.pathways.rules import helped
from xhsim.analysis.study import Study
from xhsim.report.policies.pathways import PathwaysResult, pathways_result


@pytest.fixture(scope="module")
def study() -> Study:
    return helped().with_scenario("late", {"policy": {"step": {"year": 2024.5, "to": 1}}})


def result(study: Study, static: str = "fixed", **options: Any) -> PathwaysResult:
    given: dict[str, Any] = {
        "draws": 64, "seed": 0, "levels": {}, "objective": "mean", "most_money": None,
        "picture": None, "lang": "en", "quiet": True,
    }  # fmt: skip
    return pathways_result(study, static, "helped", **(given | options))


def printed(found: PathwaysResult) -> str:
    console = Console(width=160)
    with console.capture() as captured:
        for part in found.parts(quiet=False):
            console.print(part)
    return captured.get()


def test_policies_targets_and_firings(study: Study) -> None:
    text = printed(result(study))
    assert "fixed, equal money" in text
    assert "of what fixed changes spends as much on average over the draws." in text
    assert "Size" in text
    assert any(line.split()[:2] == ["help", "2023"] for line in text.splitlines())


def test_without_equal_money_it_says_why(study: Study) -> None:
    soon = {"policy": {"step": {"year": 2021, "to": 3}}}
    never = {
        "check": 2023,
        "if": {"variable": "size", "below": 0},
        "then": {"set": {"policy": 1}},
    }
    many = study.with_scenario("helped", soon, replace=True, rules={"help": never})
    text = printed(result(many, "late"))
    assert "late cannot be scaled to equal money: it spends between" in text


def test_thresholds_are_judged_on_other_draws(study: Study) -> None:
    found = result(study, levels={"help": [104.0, 106.0]}, objective="size")
    text = printed(found)
    assert "draws that the search has not used" in text
    record = json.loads(json.dumps(found.as_record(), allow_nan=False))
    assert record["thresholds"]["best"]["help"] in (104.0, 106.0)
    assert record["policies"]["equal"]["money"] == pytest.approx(
        record["policies"]["adaptive"]["money"], rel=1e-3
    )
    assert record["routes"][0]["acting"]["2023"] in ([], ["help"])


def test_the_map_is_written(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "map.svg"
    found = result(study, picture=file)
    assert file.read_text(encoding="utf-8").startswith("<?xml")
    assert f"Written to {file}" in printed(found).replace("\n", "")
