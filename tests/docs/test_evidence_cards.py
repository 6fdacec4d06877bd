"""The page of the evidence cards: every card, under its line or link."""

from __future__ import annotations

import importlib

import pytest

from tests.docs.pages import ROOT
from xhsim.study.evidence.cards import read_cards


def test_every_card_is_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    text = importlib.import_module("evidence_cards").page()
    cards = read_cards(ROOT / "model" / "evidence.yaml")
    assert text.count("\n- **") == len(cards)
    for card in cards:
        assert card.source is None or f"]({card.source})" in text
        assert card.link is None or f"### {card.link.en} ({card.link.zh})" in text
    assert "### R&D support (研发扶持)" in text
    page = (ROOT / "docs" / "model" / "evidence.md").read_text("utf-8")
    assert "```{evidence-cards}\n```" in page
