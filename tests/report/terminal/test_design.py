"""A package of levers as it is printed, and names that cannot be given to it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from tests.report.terminal.printing import printed
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.policies.packages import Package
from xhsim.errors import InputError
from xhsim.report.terminal.design import DesignResult, design_package


@pytest.fixture
def result() -> DesignResult:
    study = xhsim.open_study(LINEAR)
    package = SimpleNamespace(levels={"policy": 1.234}, spending=1.234, converged=True, message="")
    before = pd.DataFrame(
        {"label": ["Size"], "rank": [1], "probability": [0.25], "ci_low": [0.2], "ci_high": [0.3]},
        index=["size"],
    )
    after = before.assign(probability=0.5, ci_low=0.45, ci_high=0.55)
    levers = levers_of(study, "baseline", keep=True)
    return DesignResult(cast(Package, package), levers, before, after, "", None)


def test_levers_probabilities_and_the_average_are_printed(result: DesignResult) -> None:
    lines = [line.split() for line in printed(*result.parts(quiet=False)).splitlines()]
    assert ["policy", "0", "1.23"] in lines
    assert ["total", "spending", "0", "1.23"] in lines
    assert ["Size", "25", "50", "45", "55"] in lines
    text = printed(*result.parts(quiet=False))
    assert "Targets met on average, of 1: 0.2 before, 0.5 with the package" in text
    assert "With --out FILE it becomes a scenario file." in text


def test_json_has_the_levels_and_both_probabilities(result: DesignResult) -> None:
    record = result.as_record()
    assert record["levels"] == {"policy": 1.234}
    assert record["probability"] == {"size": {"before": 0.25, "package": 0.5}}
    assert record["file"] is None


def test_a_name_in_use_is_refused_before_the_search(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="baseline"):
        design_package(
            xhsim.open_study(LINEAR),
            "baseline",
            spending=1.0,
            goals={},
            scenario="baseline",
            keep=True,
            draws=8,
            seed=0,
            out=tmp_path / "new.yaml",
            command=[],
            quiet=True,
        )
    assert not (tmp_path / "new.yaml").exists()
