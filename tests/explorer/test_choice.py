"""What has been set, as a scenario, a file and code: all three the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xhsim.analysis.policies.live_ensemble import LiveEnsemble
from xhsim.analysis.study import Study
from xhsim.explorer.choice import Choice
from xhsim.study.scenarios.scenario import read_scenario

CHOICE = Choice("plan", 2021, {"RD support": 6.0, "cluster support[Digital]": 2.5})


def test_file_code_and_scenario_give_the_same_numbers(xuhui: Study, tmp_path: Path) -> None:
    draws, seed = 32, 3
    said = LiveEnsemble(xuhui, draws, seed).ask(CHOICE.scenario()).table["probability"]
    path = tmp_path / "mine.yaml"
    path.write_text(CHOICE.file_text("mine"), encoding="utf-8")
    filed = xuhui.with_scenario(read_scenario(path))
    by_file = filed.attainment(filed.ensemble("mine", draws, seed), filed.indicators)
    assert (said == by_file["probability"]).all()
    space: dict[str, object] = {}
    *lines, last = CHOICE.code("mine", draws, seed).strip().splitlines()
    exec("\n".join([*lines, f"table = {last}"]), space)  # noqa: S102 - what a user copies
    assert (space["table"]["probability"] == said).all()  # type: ignore[index]


def test_without_moves_it_is_the_start_bit_for_bit(xuhui: Study, tmp_path: Path) -> None:
    path = tmp_path / "same.yaml"
    path.write_text(Choice("plan", 2021).file_text("same"), encoding="utf-8")
    study = xuhui.with_scenario(read_scenario(path))
    mine, plan = (study.ensemble(name, 16, outputs=["gdp"]) for name in ("same", "plan"))
    assert np.array_equal(mine["gdp"], plan["gdp"])


def read_back(name: str) -> str:
    """Return what a reader of the file takes as the label."""
    import yaml

    label: str = yaml.safe_load(CHOICE.file_text(name))["label"]["en"]
    return label


@pytest.mark.parametrize("name", ["2022", "null", "true", "1e3", "0x1f", "yes"])
def test_names_that_yaml_would_take_for_something_else_stay_text(name: str) -> None:
    assert read_back(name) == name


def test_values_of_sliders_survive_the_file(xuhui: Study) -> None:
    choice = Choice("plan", 2021, {"RD support": 0.1 + 0.2, "programme share": 1e-3})
    values = [shape["ramp"]["to"] for shape in choice.changes.values()]
    assert values == [0.3, 0.001], "no rounding errors of added steps"
