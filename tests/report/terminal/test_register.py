"""Sealed forecasts on the screen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from rich.console import Console

from tests.study.forecasts.seals import a_seal, sealed_target
from xhsim.analysis.forecasts.sealed_scores import (
    FIGURE_COLUMNS,
    LEFT_COLUMNS,
    SEAL_COLUMNS,
    TARGET_COLUMNS,
    SealedScores,
)
from xhsim.report.terminal.register import ScoreReport, SealReport
from xhsim.study.forecasts.register import ChangedSeal


def _printed(report: SealReport | ScoreReport, *, quiet: bool = False) -> str:
    console = Console(width=250)
    with console.capture() as captured:
        for part in report.parts(quiet=quiet):
            console.print(part)
    return captured.get()


def test_a_target_without_its_base_is_marked() -> None:
    targets = (
        sealed_target(id="a"),
        sealed_target(id="b", assessable=False),
        sealed_target(id="c", probability=None, ci_low=None, ci_high=None, quantiles=()),
    )
    labels = {"a": "First", "b": "Second", "c": "Third"}
    seal = a_seal(targets=targets, made=datetime(2020, 12, 31, tzinfo=UTC))
    text = _printed(SealReport(seal, Path("one.json"), labels))
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert "25 %" in lines["First"]
    assert "110 to 120" in lines["First"]
    assert "25 % †" in lines["Second"]
    assert "%" not in lines["Third"]
    assert "† not assessable without the base; it is not scored." in text
    assert "The file says so" not in text  # it was made on its day
    assert seal.hash in _printed(SealReport(seal, Path("one.json"), labels), quiet=True)


def test_bounds_and_figures_of_hindsight_are_explained() -> None:
    row = dict.fromkeys(FIGURE_COLUMNS, float("nan")) | {
        "seal": "one",
        "label": "Size",
        "measure": "growth",
        "kind": "interval",
        "year": 2023,
        "published": None,
        "afterwards": True,
        "observed": 3.0,
        "high": 5.0,
        "chance": 0.25,
        "inside_50": True,
        "inside_90": True,
    }
    seal = dict.fromkeys(SEAL_COLUMNS, 1) | {
        "seal": "one",
        "made": datetime(2024, 1, 1, tzinfo=UTC),
        "changed_inputs": "a, b, c",
    }
    scores = SealedScores(
        pd.DataFrame([seal]),
        (ChangedSeal("two", "missing"),),
        pd.DataFrame([row]),
        pd.DataFrame(columns=list(TARGET_COLUMNS)),
        pd.DataFrame(columns=list(LEFT_COLUMNS)),
    )
    text = _printed(ScoreReport(scores))
    assert "Size, growth" in text
    assert "3 to 5" in text
    assert "25 %" in text
    assert "changed: a and 2 more" in text
    assert 'The seal "two" is not scored: missing' in text
    assert "only inside or outside the bands" in text
    assert "published before the seal was made" in text
