"""``xhsim evidence``: what studies found about policy lines and links of the model."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import GOOD, print_json, print_parts
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    evidence = commands.add_parser(
        "evidence",
        parents=[common],
        help="what studies found about each policy line, or that none was found",
        description="Without LEVER, list all evidence cards of the study. With LEVER, print the "
        "cards of a policy line in full; the name of a link or of another parameter will do, too.",
    )
    evidence.add_argument("lever", nargs="?", metavar="LEVER")
    evidence.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.evidence import card_parts, card_record, list_parts
    from xhsim.study.evidence.cards import select_cards

    study = open_study(options)
    _ = study.evidence  # reading them finds unknown names
    cards = study.files.evidence
    if options.lever is not None:
        cards = tuple(select_cards(cards, options.lever))
    if options.json:
        print_json([card_record(card) for card in cards])
    elif options.lever is not None:
        print_parts(*card_parts(cards))
    else:
        print_parts(*list_parts(cards))
    return GOOD
