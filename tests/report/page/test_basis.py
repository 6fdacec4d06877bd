"""The sections of assumptions: settings with their files, priors, the command."""

from __future__ import annotations

from tests.report.page.pages import Make, rows_of, text_of


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
