"""A small sweep of the linear study, for tests."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.studies import copy_of_linear
from xhsim.report.sweeps.run import Job, SweepResult, run_sweep

__all__ = ["job_of", "run"]

SWEEP = """label: {en: Try, zh: 试}
description: A try.
since: 2022
grid: {policy: {range: [0, 5], steps: %d}, growth: [2, 3, 4]}
draws: %d
keep: {quantiles: [size]}
"""


def job_of(folder: Path, steps: int = 8, draws: int = 2000) -> Job:
    study = copy_of_linear(folder / "study")
    (study / "scenarios" / "sweeps").mkdir()
    file = study / "scenarios" / "sweeps" / "try.yaml"
    file.write_text(SWEEP % (steps, draws), encoding="utf-8")
    return Job(str(study), str(file))


def run(job: Job, out: Path, **options: object) -> SweepResult:
    return run_sweep(job, out, command=["xhsim", "sweep"], quiet=True, **options)  # type: ignore[arg-type]
