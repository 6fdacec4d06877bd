"""Evidence cards in the terminal: all of them in a table, or some of them in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.report.terminal.tables import exact_number, records_table
from xhsim.study.evidence.cards import GRADES, EvidenceCard

__all__ = ["card_parts", "card_record", "list_parts"]


def card_record(card: EvidenceCard) -> dict[str, Any]:
    """Return a card as values that JSON can represent."""
    return {
        "card": card.id,
        "line": str(card.line) if card.line is not None else None,
        "link": {"en": card.link.en, "zh": card.link.zh} if card.link is not None else None,
        "effect": card.effect,
        "size": card.size,
        "range": list(card.range) if card.range is not None else None,
        "unit": card.unit,
        "study": card.study,
        "year": card.year,
        "setting": card.setting,
        "grade": card.grade,
        "source": card.source,
        "used": {str(name): how for name, how in card.used.items()},
    }


def list_parts(cards: Sequence[EvidenceCard]) -> Iterator[RenderableType]:
    """Yield a table of lines and one of links, with a row for each card."""
    if not cards:
        yield Text("This study has no evidence cards (model/evidence.yaml).")
    for title, of_lines in (("Policy lines", True), ("Links of the model", False)):
        chosen = [card for card in cards if (card.line is not None) == of_lines]
        if chosen:
            yield Text(f"\n{title} ({len(chosen)})", "bold")
            yield records_table(
                ["about", "size", "range", "unit", "study", "grade"],
                [
                    [
                        card.about.en,
                        _number(card.size),
                        _range(card),
                        card.unit or "",
                        _short(card),
                        card.grade,
                    ]
                    for card in chosen
                ],
            )


def card_parts(cards: Sequence[EvidenceCard]) -> Iterator[RenderableType]:
    """Yield the cards in full."""
    for card in cards:
        heading = card.about.en
        if card.link is not None:
            heading += f" ({card.link.zh})"
        yield Text(f"\n{heading}", "bold")
        yield Text(card.effect)
        if card.study is not None:
            yield Text(f"  Study: {card.study} ({card.year})")
            yield Text(f"  Setting: {card.setting}")
        if card.unit is not None:
            figures = [_number(card.size), f"range {_range(card)}" if card.range else ""]
            yield Text(f"  Effect: {', '.join(filter(None, figures))} {card.unit}")
        yield Text(f"  Grade: {GRADES[card.grade].en}")
        if card.source is not None:
            yield Text(f"  Source: {card.source}")
        for name, how in card.used.items():
            yield Text(f"  Used for {name}: {how}")


def _number(value: float | None) -> str:
    return "" if value is None else exact_number(value)


def _range(card: EvidenceCard) -> str:
    if card.range is None:
        return ""
    low, high = card.range
    return f"{exact_number(low)} to {exact_number(high)}"


def _short(card: EvidenceCard) -> str:
    """Return authors and year."""
    if card.study is None:
        return ""
    authors, _, _ = card.study.partition(":")
    return f"{authors} {card.year}"
