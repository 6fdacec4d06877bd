"""The sweep that tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.sweeps.jobs import job_of
from xhsim.report.sweeps.run import Job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return job_of(tmp_path)
