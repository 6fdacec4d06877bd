"""Evidence cards in the terminal: the list, cards in full, and JSON."""

from __future__ import annotations

from pathlib import Path

from tests.report.terminal.printing import printed
from tests.study.evidence.test_cards import TWO, written
from xhsim.report.terminal.evidence import card_parts, card_record, list_parts
from xhsim.study.evidence.cards import read_cards


def test_the_list_has_lines_and_links(tmp_path: Path) -> None:
    text = printed(*list_parts(read_cards(written(tmp_path, TWO))))
    assert "Policy lines (1)" in text
    assert "Links of the model (1)" in text
    row = next(line for line in text.splitlines() if line.startswith("policy"))
    assert " ".join(row.split()) == "policy 0.2 0.1 to 0.3 elasticity Somebody 2010 found"
    assert "no evidence cards" in printed(*list_parts([]))


def test_cards_in_full(tmp_path: Path) -> None:
    text = printed(*card_parts(read_cards(written(tmp_path, TWO))))
    for words in (
        *("It helps a little.", "Study: Somebody: A title (2010)", "Setting: somewhere, firms"),
        *("Effect: 0.2, range 0.1 to 0.3 elasticity", "Grade: found", "https://example.org/1"),
        *("Used for zone growth[North]: its range", "Floor to rent (楼面到租金)"),
        "Grade: none found: judgement",
    ):
        assert words in text


def test_json_has_null_for_what_is_not_given(tmp_path: Path) -> None:
    money, rent = map(card_record, read_cards(written(tmp_path, TWO)))
    assert (money["line"], money["link"], money["range"]) == ("policy", None, [0.1, 0.3])
    assert rent["link"] == {"en": "Floor to rent", "zh": "楼面到租金"}
    assert [rent[name] for name in ("size", "range", "study", "year", "source")] == [None] * 5
