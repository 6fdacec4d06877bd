"""Punctuation of both languages."""

from __future__ import annotations

import pytest

from xhsim.errors import InputError
from xhsim.wording.label import Label
from xhsim.wording.punctuation import in_brackets, with_elements


def test_chinese_brackets_need_no_blank() -> None:
    assert "output" + in_brackets("AI", "en") == "output (AI)"
    assert "产出" + in_brackets("人工智能", "zh") == "产出（人工智能）"
    with pytest.raises(InputError):
        in_brackets("AI", "fr")


def test_elements_after_a_name() -> None:
    name = with_elements(Label("output", "产出"), [Label("AI", "人工智能"), Label("north", "北片")])
    assert name == Label("output (AI, north)", "产出（人工智能、北片）")
    # A name without Chinese has none with its elements, either; elements without do not matter.
    assert with_elements(Label("output"), [Label("AI", "人工智能")]) == Label("output (AI)", "")
    assert with_elements(Label("output", "产出"), [Label("AI")]).zh == "产出（AI）"
    assert with_elements(Label("output", "产出"), []) == Label("output", "产出")
