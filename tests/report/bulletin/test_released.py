"""Published figures as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.monitoring.conftest import HEADER
from xhsim.report.bulletin.released import (
    error_text,
    how_it_came,
    release_name,
    release_value,
    watched_name,
)
from xhsim.report.bulletin.words import BulletinWords
from xhsim.study.history.releases import Release, read_releases
from xhsim.study.labels import Labels

ENGLISH, CHINESE = BulletinWords("en", Labels()), BulletinWords("zh", Labels())
ROWS = (
    "gdp,2022,2557.91,,CNY100M/year,GDP,level,point,,,2023-01,office\n"
    "growth,2022H1,4.5,,percent,GDP,growth,point,,,2022-07,office\n"
    "culture,2023,1000,,CNY100M/year,output[Culture],level,floor,,,2024,office\n"
    "jobs,2023,10,12,person,jobs,level,interval,,,2024,office\n"
    "index_of_mood,2023,3,,index,,level,ceiling,,,2024,office\n"
)


@pytest.fixture(scope="module")
def releases(tmp_path_factory) -> tuple[Release, ...]:
    file: Path = tmp_path_factory.mktemp("released") / "releases.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8")
    return tuple(read_releases(file))


def test_names(releases) -> None:
    assert [release_name(one, ENGLISH) for one in releases] == [
        "GDP, 2022",
        "Growth of GDP, first half of 2022",
        "Output (Culture), 2023 (floor)",
        "Jobs, 2023 (range)",
        "Index of mood, 2023 (ceiling)",
    ]
    assert release_name(releases[1], CHINESE) == "2022年上半年GDP增速"


def test_values(releases) -> None:
    assert [release_value(one, ENGLISH) for one in releases] == [
        "2,557.91 × 100 million yuan per year",
        "4.5 %",
        "over 1,000 × 100 million yuan per year",
        "10 to 12 people",
        "under 3 index",
    ]
    assert release_value(releases[2], CHINESE) == "超过1,000亿元/年"


def test_errors(releases) -> None:
    assert error_text(releases[0], 0.05, ENGLISH) == "5 %"
    assert error_text(releases[1], 2.5, CHINESE) == "2.5个百分点"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.05, "well below what was expected"),
        (0.2, "somewhat below what was expected"),
        (0.5, "as expected"),
        (0.8, "somewhat above what was expected"),
        (0.97, "well above what was expected"),
    ],
)
def test_a_point_is_compared_with_the_forecast(releases, share: float, text: str) -> None:
    assert how_it_came(releases[0], share, ENGLISH) == text


def test_of_a_bound_the_probability_is_told(releases) -> None:
    assert how_it_came(releases[2], 0.79, ENGLISH).replace("\N{NO-BREAK SPACE}", " ") == (
        "which was expected with 79 %"
    )


def test_watched_figures() -> None:
    row = {"series": "GDP", "label": "", "label_zh": "", "year": 2023, "measure": "growth"}
    assert watched_name(row, ENGLISH) == "Growth of GDP, 2023"
