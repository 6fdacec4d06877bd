"""What commands share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from xhsim.analysis.opening import open_study
from xhsim.analysis.policies.sweep import SweepRunner
from xhsim.cli import main
from xhsim.study.sweeps.sweep import read_sweep

LONG = """label: {en: Long, zh: 长}
description: A programme of its own draws.
extends: programme
run: {draws: 16, seed: 5}
"""
SWEEP = """label: {en: Grid, zh: 格}
description: A grid.
scenario: long
grid: {policy: [0, 1]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_linear(
        tmp_path_factory.mktemp("commands") / "study", **{"scenarios/long.yaml": LONG}
    )


@pytest.mark.parametrize(
    ("command", "given", "wanted"),
    [
        (["attain", "long"], [], 16),
        (["attain", "baseline", "long"], [], 16),
        (["attain", "long"], ["--draws", "8"], 8),
        (["attain", "baseline"], [], 1000),
        (["parameters", "long"], [], 16),
        (["parameters", "baseline"], ["--draws", "8"], 8),
    ],
)
def test_draws_are_those_given_or_the_scenarios_or_the_commands_own(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    given: list[str],
    wanted: int,
) -> None:
    assert main([*command, *given, "--study", str(folder), "--json", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert f'"draws": {wanted}' in json.dumps(json.loads(told))


@pytest.mark.parametrize("wrong", [["--draws", "0"], ["--seed", "-1"]])
def test_wrong_numbers_are_refused_before_the_study_is_read(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attain", "--study", "no such folder", *wrong]) == 2
    assert "must be a whole number" in capsys.readouterr().err


def test_a_sweep_has_the_draws_of_its_scenario_unless_it_says_otherwise(
    folder: Path, tmp_path: Path
) -> None:
    study = open_study(folder)
    found = []
    for number, more in enumerate(["", "draws: 4\nseed: 1\n"]):
        file = tmp_path / f"sweep{number}.yaml"
        file.write_text(SWEEP + more, encoding="utf-8")
        world = SweepRunner(study, read_sweep(file)).world
        found.append((world.draws, world.seed))
    assert found == [(16, 5), (4, 1)]
