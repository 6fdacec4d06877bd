"""``xhsim separate``: what separates the draws that meet a target from those that do not."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    check_given,
    draws_for,
    print_result,
    whole_number,
)
from xhsim.commands.opening import open_study, scenario
from xhsim.wording.label import LANGUAGES

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    separate = commands.add_parser(
        "separate",
        parents=[common],
        help="what separates the draws that meet a target from those that do not",
        description="Find a few limits on unknowns inside which a target is missed (or met) much "
        "more often, and say them in words. Half of the draws choose the limits, the other half "
        "judges them.",
    )
    separate.add_argument("scenario", metavar="SCENARIO", type=scenario)
    separate.add_argument("target", metavar="TARGET", help="its id (xhsim show lists them)")
    which = separate.add_mutually_exclusive_group()
    which.add_argument("--met", action="store_const", const="met", dest="outcome")
    which.add_argument(
        "--missed",
        action="store_const",
        const="missed",
        dest="outcome",
        help="look for draws that meet or miss the target (default: the rarer)",
    )
    separate.add_argument(
        "--density", type=float, metavar="SHARE", help="how often inside, at least: 0.8 for 80 %%"
    )
    separate.add_argument(
        "--limits", type=whole_number, default=3, metavar="N", help="limits at most (default: 3)"
    )
    separate.add_argument(
        "--lang", choices=LANGUAGES, default="en", help="language of the sentences (default: en)"
    )
    add_draws(separate, default=4096)
    add_prior(separate)
    separate.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.uncertainty.separate import SeparationReport

    check_given(options)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    found = study.separating(
        options.scenario,
        options.target,
        draws,
        seed,
        outcome=options.outcome,
        limits=options.limits,
        density=options.density,
    )
    print_result(SeparationReport(found, options.lang), options)
    return GOOD
