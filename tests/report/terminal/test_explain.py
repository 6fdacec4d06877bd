"""Why a target is likely or not."""

from __future__ import annotations

import json

import pytest

from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.report.terminal.explain import explain_target


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
    assert "outlook institute RD growth" in found.drivers.index[:3]
    assert found.drivers.abs().is_monotonic_decreasing


def test_a_scenario_without_policies(xuhui: Study) -> None:
    found = explain_target(xuhui, "baseline", "retail_sales", draws=64, seed=0, quiet=True)
    assert found.split is None
    assert len(list(found.parts())) >= 6


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["explain", "listing-scheme", "new_listed_firms", "--draws", "128"]
    assert cli.main([*line, "--quiet"]) == 0
    shown = capsys.readouterr().out
    assert "New listed firms, scenario listing-scheme" in shown
    assert "listing window" in shown
    assert "listing scheme" in shown
    assert cli.main([*line, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert set(record["layers"]) == {"parameters", "environment"}
    assert record["policies"]["listing scheme"]["shapley"] > 0
    assert cli.main(["explain", "plan", "listed"]) == 2
    assert "did you mean" in capsys.readouterr().err
