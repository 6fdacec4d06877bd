"""The linear study with a few observations."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.inference.observations import Evidence, gather
from xhsim.analysis.study import Study

HEADER = "series,year,value,unit,variable,status,grade,source,note\n"
ROWS = """\
echo,2021,1.3,Dmnl,echo,published,good,made up,
echo,2022,1.2,Dmnl,echo,published,good,made up,
size,2025,111,unit,size,published,poor,made up,
south,2023,17,unit,zone size[South],published,good,made up,
"""
PLAN = """\
until: 2025
parameters: [idle, growth, "zone growth[South]"]
uncertain:
  idle: 90% in [0.5, 2] lognormal
errors:
  by_grade: {good: 0.1, poor: 0.02}
  by_series: {south: 0.05}
  estimate: 0.2
offsets:
  - {series: echo, years: [2022], prior: "90% in [-0.3, 0.3]", why: counted otherwise}
"""


def study_of(folder: Path, *, rows: str = ROWS, plan: str = PLAN, columns: str = "") -> Study:
    """Return the linear study with these observations (and more columns) and this plan."""
    header = HEADER.replace("note", f"note{columns}")
    files = {"model/history.csv": header + rows, "model/calibration.yaml": plan}
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


def observed(study: Study) -> Evidence:
    """Return the observations up to 2025."""
    plan = study.files.calibration
    assert plan is not None
    return gather(study.model, plan, study.files.observations, 2025)
