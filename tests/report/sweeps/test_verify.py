"""The verification of a sweep: damage, changed numbers and changed inputs are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import zarr

from tests.report.sweeps.jobs import run
from xhsim import cli
from xhsim.report.sweeps import run as sweeping
from xhsim.report.sweeps.run import Job


def verify(job: Job, out: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    sweeping.runner_of.cache_clear()
    status = cli.main(["verify", str(out), job.sweep, "--study", str(job.study), *more])
    return status, capsys.readouterr().out


def test_verifying(job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    run(job, out)
    assert verify(job, out, capsys) == (
        0,
        "3 of 6 blocks computed again: the stored results match\n",
    )
    assert verify(job, out, capsys, "--all")[1].startswith("6 of 6")
    chunk = out / "results.zarr" / "measure" / "c" / "2" / "0" / "0"
    content = chunk.read_bytes()
    chunk.write_bytes(b"damaged" + content[7:])
    status, told = verify(job, out, capsys)
    assert status == 1
    assert "chunk 2 (points from 8)" in told
    chunk.write_bytes(content)
    assert verify(job, out, capsys)[0] == 0
    model = Path(str(job.study)) / "model" / "linear.mdl"
    model.write_text(model.read_text(encoding="utf-8").replace(", 100)", ", 101)"), "utf-8")
    status, told = verify(job, out, capsys)
    assert status == 1
    assert "changed: model/linear.mdl" in told


def test_numbers_that_were_changed_are_found(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A chunk that is sound by itself but says something else."""
    out = tmp_path / "out"
    run(job, out)
    root: Any = zarr.open_group(out / "results.zarr", mode="r+")
    root["met"][9, 0] = 1999
    status, told = verify(job, out, capsys, "--all")
    assert status == 1
    assert "chunk 2 (points from 8) has changed since it was written" in told
