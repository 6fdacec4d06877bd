"""The sections of assumptions: settings with their files, priors, the command."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.history.test_hindcast import study_of
from tests.report.page.pages import HTML, Make, rows_of, text_of
from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.report.page.basis import Basis
from xhsim.report.page.grounds import gather_grounds
from xhsim.report.page.page import write_report
from xhsim.report.page.words import Words


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


def test_rules_are_told_in_words(study: Study) -> None:
    rule = {
        "label": {"en": "Help the slow", "zh": "扶持慢者"},
        "check": 2023,
        "if": {"variable": "size", "below": 106},
        "then": {"set": {"policy": 2}},
    }
    helped = study.with_scenario("helped", rules={"help": rule})
    table = helped.importance("helped", draws=16)
    (change,) = gather_grounds(helped, {"helped": "baseline"}, {"helped": table}).changes["helped"]
    assert (change.kind, change.place) == ("rule", 'scenario "helped"')
    for lang, what, text in (
        ("en", "Rule: Help the slow", "Checked in 2023. If size, published 1 year later, is below"),
        ("zh", "规则：扶持慢者", "检查时点：2023。若规模（滞后1年公布）低于106，则政策为2。"),
    ):
        words = Words.of(lang, helped.labels)
        basis = Basis(None, words, helped.scenarios, {}, "", "")  # type: ignore[arg-type]
        assert basis._what(change) == what
        assert basis._after(change).startswith(text)
