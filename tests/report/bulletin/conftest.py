"""A bulletin on the study of straight lines, made once."""

from __future__ import annotations

import pytest

from tests.analysis.monitoring.conftest import SIZE, YIELD, study_with
from xhsim.analysis.monitoring.monitor import Monitoring
from xhsim.report.bulletin.annex import Origin
from xhsim.report.bulletin.content import Bulletin, bulletin_of
from xhsim.report.bulletin.findings import Findings, findings_of

HARMFUL = "<script>alert('&')</script>"
FLOOR = f"south,2022,11,,unit,zone_size[south],level,floor,0.02,,2024-01,{HARMFUL}\n"
LATE = "size,2023,113,,unit,size,level,point,0.005,,2030-01,office\n"


@pytest.fixture(scope="session")
def monitored(tmp_path_factory) -> Monitoring:
    """Three figures count, and one is published too late."""
    folder = tmp_path_factory.mktemp("bulletin") / "study"
    return study_with(folder, SIZE, YIELD, FLOOR, LATE).monitor("2024-06", draws=300)


@pytest.fixture(scope="session")
def findings(monitored: Monitoring) -> Findings:
    return findings_of(monitored, draws=600)


@pytest.fixture(scope="session")
def english(monitored: Monitoring, findings: Findings) -> Bulletin:
    origin = Origin.of("xhsim bulletin", {"a": "1"})
    return bulletin_of(monitored, findings, title=HARMFUL, origin=origin)


@pytest.fixture(scope="session")
def chinese(monitored: Monitoring, findings: Findings) -> Bulletin:
    return bulletin_of(monitored, findings, lang="zh")
