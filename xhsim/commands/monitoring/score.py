"""``xhsim score``: compare sealed forecasts with what was published since."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import FAILED, GOOD, print_result
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    score = commands.add_parser(
        "score",
        parents=[common],
        help="compare all sealed forecasts with what was published since",
        description="Compare every sealed forecast of the study with the figures that were "
        "published after its day, beside forecasts that need no model. A seal that has changed is "
        "named and not scored; the exit status is then 1.",
    )
    score.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.register import ScoreReport

    study = open_study(options, posterior=False)
    report = ScoreReport(study.score())
    print_result(report, options)
    return FAILED if report.scores.changed else GOOD
