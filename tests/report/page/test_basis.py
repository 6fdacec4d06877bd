"""The sections of assumptions: settings with their files, priors, the command."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.history.test_hindcast import study_of
from tests.report.page.pages import HTML, Make, rows_of, text_of
from xhsim import cli
from xhsim.report.page.page import write_report


def test_what_is_set_stands_with_its_file(make: Make) -> None:
    rows = rows_of(make("programme"), "assumptions")
    assert rows["Programme unit per year"] == [
        "0",
        "2020–2022: 0; 2023–2025: 1",
        "scenarios/programme.yaml:5",
    ]


def test_beliefs_are_the_priors(make: Make) -> None:
    rows = rows_of(make("programme"), "assumptions", 1)
    assert rows["Growth unit per year"][:3] == ["3", "2 to 4", "prior"]
    assert rows["Growth of zones (South) unit per year"][1] == "1.5 to 2.5"


def test_limits_count_the_published_figures(make: Make) -> None:
    text = text_of(make("programme").get_element_by_id("limits"))
    assert "The study contains 5 published figures in 4 series." in text


def test_the_command_makes_the_page_again(make: Make) -> None:
    text = text_of(make("programme").get_element_by_id("manifest"))
    assert "xhsim report programme --draws 200 --seed 0 --lang en --prior" in text


def test_hindcasts_are_quoted_from_the_study(tmp_path: Path) -> None:
    """Without stored ones the page says how to make them; with them what came of them."""
    folder = study_of(tmp_path).files.folder

    def told(lang: str) -> str:
        path = tmp_path / "page.html"
        write_report(xhsim.open_study(folder), ["baseline"], path, draws=8, lang=lang)
        page = HTML.fromstring(path.read_text(encoding="utf-8"))
        return text_of(page.get_element_by_id("assumptions"))

    assert "at the end of each year from 2022 to 2024" in told("en")
    assert cli.main(["hindcast", "--study", str(folder), "--draws", "64", "--store"]) == 0
    assert "the study forecast 4 figures" in told("en")
    assert "Over the 3 figures" in told("en")
    assert "2022—2024年各年末" in told("zh")
