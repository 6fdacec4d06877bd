"""Releases are called by what they measure, their period, and the side that a bound leaves open."""

from __future__ import annotations

import pytest

from tests.analysis.monitoring.conftest import HEADER
from xhsim.study.history.release_label import release_label
from xhsim.study.history.releases import read_releases
from xhsim.study.labels import Labels
from xhsim.wording.label import Label

ROWS = {
    "size,2022,108,,unit,size,level,point,0.005,,2023-01,office\n": (
        "floor space, 2022",
        "2022年面积",
    ),
    "size,2022H1,3,,percent,size,growth,floor,0.5,,2022-07,office\n": (
        "growth of floor space, first half of 2022 (floor)",
        "2022年上半年面积增速下限",
    ),
    "size,2022,100,110,unit,size + yards,level,interval,0.5,,2023-01,office\n": (
        "floor space + yards, 2022 (range)",
        "2022年面积＋yards区间",
    ),
    "shops,2022,100,,unit,,level,point,,,2023-01,office\n": ("shops, 2022", "2022年shops"),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_release_has_a_label_in_both_languages(row: str, tmp_path) -> None:
    file = tmp_path / "releases.csv"
    file.write_text(HEADER + row, encoding="utf-8")
    (release,) = read_releases(file)
    labels = Labels(variables={"size": Label("floor space", "面积")})
    assert release_label(release, labels) == Label(*ROWS[row])
