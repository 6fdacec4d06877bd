"""A study of straight lines, with figures whose effect is known in closed form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from xhsim.analysis.monitoring.monitor import Monitoring
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study

HEADER = "series,period,value,high,unit,variable,measure,kind,error,grade,published,source\n"
SIZE = "size,2022,108,,unit,size,level,point,0.005,,2023-01,office\n"
YIELD = "yield,2023,11.5,,unit/year,yield,level,point,0.02,,2024-01,office\n"


def study_with(folder: Path, *rows: str) -> Study:
    """Open a copy of the linear study with releases."""
    files = {"model/releases.csv": HEADER + "".join(rows)}
    return open_study(copy_of_linear(folder, **files))


@pytest.fixture(scope="session")
def monitored(tmp_path_factory) -> Monitoring:
    """Size was 108 in 2022 (106 expected), and the yield of 2023 11.5 (10 expected)."""
    study = study_with(tmp_path_factory.mktemp("monitored") / "study", SIZE, YIELD)
    return study.monitor(draws=2000)
