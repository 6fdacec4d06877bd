"""Evidence cards: reading, the check against levers, selection, and the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.errors import InputError, InputErrors
from xhsim.study.bundled import bundled_folder
from xhsim.study.evidence.cards import (
    EvidenceCard,
    check_cards,
    evidence_frame,
    read_cards,
    select_cards,
)
from xhsim.study.files.mistakes import Place
from xhsim.study.names import Reference
from xhsim.study.parameters.parameter import Parameter, read_parameters
from xhsim.wording.label import Label

TWO = """money:
  line: policy
  effect: It helps a little.
  study: "Somebody: A title"
  year: 2010
  setting: somewhere, firms
  size: 0.2
  range: [0.1, 0.3]
  unit: elasticity
  grade: found
  source: "https://example.org/1"
  used: {growth: its centre, "zone growth[North]": its range}
rent:
  link: {en: Floor to rent, zh: 楼面到租金}
  effect: Nothing was found.
  grade: none
  used: {growth: judgement}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "evidence.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def linear() -> dict[str, Parameter]:
    return read_parameters(LINEAR / "model" / "parameters.yaml")


def card(line: str | None, **used: str) -> EvidenceCard:
    reference = Reference(line) if line is not None else None
    link = None if line is not None else Label("Floor to rent", "楼面到租金")
    names = {Reference(name): how for name, how in used.items()}
    none = (None,) * 6
    return EvidenceCard("c", reference, link, "e", *none, "none", None, names, Place("e.yaml", 1))


def test_cards_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    money, rent = read_cards(path)
    assert (money.id, money.line, money.link) == ("money", Reference("policy"), None)
    assert (money.size, money.range, money.unit) == (0.2, (0.1, 0.3), "elasticity")
    assert money.used[Reference("zone growth", ("North",))] == "its range"
    assert (rent.line, rent.about) == (None, Label("Floor to rent", "楼面到租金"))
    assert (rent.study, rent.range, rent.where) == (None, None, Place(str(path), 13))


def test_all_mistakes_of_the_file_are_reported(tmp_path: Path) -> None:
    text = TWO.replace("grade: found", "grade: fond").replace("line: policy", "line: policy[")
    text = text.replace("effect: Nothing was found.", "efect: Nothing.")
    with pytest.raises(InputErrors) as caught:
        read_cards(written(tmp_path, text))
    messages = str(caught.value)
    assert 'card "money": "grade" cannot be the text "fond". did you mean "found"?' in messages
    assert 'did you mean "effect"?' in messages
    assert [error.line for error in caught.value.errors] == [10, 15], (
        "what the misspelt key should have been is not missing as well"
    )


def test_a_reference_that_is_not_a_name(tmp_path: Path) -> None:
    text = TWO.replace("line: policy", "line: policy[").replace("growth: its", '"growth[": its')
    with pytest.raises(InputErrors) as caught:
        read_cards(written(tmp_path, text))
    assert [error.line for error in caught.value.errors] == [2, 12]


def test_every_lever_needs_a_card(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    check_cards(read_cards(path), linear(), path)
    with pytest.raises(InputError, match='the lever "policy" has no evidence card'):
        check_cards(read_cards(path)[1:], linear(), path)


def test_names_that_do_not_exist(tmp_path: Path) -> None:
    text = TWO.replace("line: policy", "line: growth").replace(
        "used: {growth: j", "used: {grwth: j"
    )
    text = text.replace("zone growth[North]", "zone growth[East]")
    path = written(tmp_path, text)
    with pytest.raises(InputErrors) as caught:
        check_cards(read_cards(path), linear(), path)
    messages = str(caught.value)
    assert '"growth" is not a lever' in messages
    assert 'did you mean "growth"?' in messages
    assert "East" in messages
    assert 'the lever "policy" has no evidence card' in messages


def test_elements_of_a_lever_need_a_card_each(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text(
        "help:\n  unit: money\n  value: {A: 1, B: 2}\n  role: lever\n  range: [0, 5]\n"
        "  source: none\n  label: {en: Help, zh: 扶持}\n",
        encoding="utf-8",
    )
    parameters = read_parameters(path)
    cards = [card("help", help="x")]
    check_cards(cards, parameters, path)
    one = [EvidenceCard(**{**vars(cards[0]), "line": Reference("help", ("B",))})]
    with pytest.raises(InputError, match=r'"help\[A\]" has no evidence card'):
        check_cards(one, parameters, path)


def test_selection_by_line_link_name_and_parameter(tmp_path: Path) -> None:
    cards = read_cards(written(tmp_path, TWO))
    money, rent = cards
    assert select_cards(cards, "Policy") == [money]
    assert select_cards(cards, "floor to rent") == select_cards(cards, "楼面到租金") == [rent]
    assert select_cards(cards, "rent") == [rent]
    assert select_cards(cards, "growth") == [money, rent]
    assert select_cards(cards, "zone growth[North]") == [money]
    with pytest.raises(InputError, match=r'no evidence card is about "zone growth\[South\]"'):
        select_cards(cards, "zone growth[South]")
    with pytest.raises(InputError, match='did you mean "policy"'):
        select_cards(cards, "polcy")


@given(lines=st.lists(st.sampled_from(["a", "b", None]), max_size=6), wanted=st.sampled_from("ab"))
def test_a_selection_is_complete_and_in_order(lines: list[str | None], wanted: str) -> None:
    cards = [card(line, used="x") for line in lines]
    expected = [one for one in cards if one.line is not None and one.line.name == wanted]
    if expected:
        assert select_cards(cards, wanted) == expected
    else:
        with pytest.raises(InputError):
            select_cards(cards, wanted)


def test_the_table(tmp_path: Path) -> None:
    frame = evidence_frame(read_cards(written(tmp_path, TWO)))
    assert frame.index.tolist() == ["money", "rent"]
    money = frame.to_dict("records")[0]
    assert (money["line"], money["low"], money["high"], money["year"]) == ("policy", 0.1, 0.3, 2010)
    assert frame["size"].isna().tolist() == [False, True]
    assert frame.loc["money", "used"] == "growth: its centre; zone growth[North]: its range"
    assert evidence_frame([]).empty


def test_the_cards_that_ship_are_of_their_time() -> None:
    """Nothing published after the plan is used."""
    cards = read_cards(bundled_folder() / "model" / "evidence.yaml")
    assert [one.id for one in cards if one.year is not None and one.year > 2021] == []


def test_a_study_shows_its_cards() -> None:
    assert xhsim.open_study(LINEAR).evidence.empty
