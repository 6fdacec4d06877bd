"""A text in both languages."""

from __future__ import annotations

import pytest

from xhsim.errors import InputError
from xhsim.wording.label import Label, check_language


def test_english_stands_in_where_there_is_no_chinese() -> None:
    assert Label("R&D", "研发").in_("zh") == "研发"
    assert Label("R&D").in_("zh") == "R&D"
    # Not the other way round: an English reader is better served by the name.
    assert Label("", "研发").in_("en") == ""


def test_a_table_holds_a_label_in_two_columns() -> None:
    label = Label("R&D", "研发")
    assert Label.of_row({"rank": 1, **label.columns()}) == label
    assert Label.of_row(label.columns("group"), "group") == label


def test_cells_without_text_are_empty() -> None:
    assert Label.of_row({"label": None, "label_zh": float("nan")}) == Label()


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match=r"language 'fr' is not supported\. write lang="):
        check_language("fr")
    with pytest.raises(InputError, match="is not supported"):
        Label("R&D").in_("fr")
