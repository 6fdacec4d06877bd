"""The directive ``evidence-cards``: all evidence cards of the study that ships."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xhsim.study.bundled import bundled_folder
from xhsim.study.evidence.cards import GRADES, EvidenceCard, read_cards
from xhsim.study.labels import read_labels
from xhsim.study.names import parse_reference
from xhsim.study.parameters.parameter import read_parameters
from xhsim.wording.label import Label

__all__ = ["page", "setup"]

FILES = ("evidence.yaml", "parameters.yaml", "labels.yaml")


def page() -> str:
    """Write all cards as Markdown: first counts, then policy lines, then links."""
    model = bundled_folder() / "model"
    cards = read_cards(model / "evidence.yaml")
    labels = read_labels(model / "labels.yaml")
    labels = labels.with_parameters(read_parameters(model / "parameters.yaml").values())

    def title(card: EvidenceCard) -> Label:
        return card.link if card.line is None else labels.reference(parse_reference(str(card.line)))

    counts = Counter(card.grade for card in cards)
    lines = ["| grade | cards |", "|---|---|"]
    lines += [f"| {GRADES[name].en} | {counts[name]} |" for name in GRADES]
    for heading, of_lines in (("Policy lines", True), ("Links of the model", False)):
        chosen = [card for card in cards if (card.line is not None) == of_lines]
        lines += ["", f"## {heading}"]
        for label, group in groupby(chosen, title):
            lines += ["", f"### {label.en} ({label.zh})", ""]
            lines += _bullets(list(group))
    return "\n".join(lines)


def _bullets(cards: Sequence[EvidenceCard]) -> Iterator[str]:
    for card in cards:
        parts = [f"**{GRADES[card.grade].en}.** {_plain(card.effect)}"]
        if card.unit is not None:
            low, high = card.range or (None, None)
            figures = [
                f"{card.size:g}" if card.size is not None else "",
                f"range {low:g} to {high:g}" if low is not None and high is not None else "",
            ]
            parts.append(f"*Effect:* {', '.join(filter(None, figures))} {_plain(card.unit)}.")
        if card.study is not None:
            study = f"[{_plain(card.study)}]({card.source})" if card.source else _plain(card.study)
            parts.append(f"*Study:* {study}, {card.year}. *Setting:* {_plain(card.setting or '')}.")
        used = "; ".join(f"`{name}`: {_plain(how)}" for name, how in card.used.items())
        parts.append(f"*Used for* {used}.")
        yield f"- {' '.join(parts)}"


def _plain(text: str) -> str:
    """Escape what Markdown would take for markup."""
    return "".join(f"\\{letter}" if letter in "*_[]<>`" else letter for letter in text)


class EvidenceCards(SphinxDirective):
    """The directive: it inserts the cards."""

    def run(self) -> list[nodes.Node]:
        """Parse the cards as a part of the page."""
        for name in FILES:
            self.env.note_dependency(str(bundled_folder() / "model" / name))
        return self.parse_text_to_nodes(page(), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("evidence-cards", EvidenceCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
