"""``xhsim seal``: a dated forecast with a hash, kept in the study."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from xhsim.commands.common import GOOD, add_draws, add_prior, check_given, print_result
from xhsim.commands.opening import open_study, scenario_of_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    seal = commands.add_parser(
        "seal",
        parents=[common],
        help="write a dated forecast with a hash into the study, to be scored later",
        description="Forecast the targets and every variable with figures, and write the forecast "
        "into model/forecasts/ of the study. A seal is never replaced. A change in it shows: each "
        "part has a hash, and xhsim score names what differs.",
    )
    seal.add_argument(
        "scenario",
        metavar="SCENARIO",
        type=scenario_of_study,
        nargs="?",
        default="baseline",
        help="default: baseline",
    )
    seal.add_argument("--name", metavar="NAME", help="default: the day and the scenario")
    seal.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="the day up to which figures are known, such as 2021-12-31 (default: today)",
    )
    seal.add_argument("--note", default="", metavar="TEXT", help="a remark that is sealed, too")
    add_draws(seal, default=4096, scenario_says=False)
    add_prior(seal)
    seal.set_defaults(action=act)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date such as 2021-12-31') from None


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.register import seal_study

    check_given(options)
    study = open_study(options, keeps=True)
    report = seal_study(
        study,
        options.scenario,
        draws=options.draws,
        seed=options.seed,
        name=options.name,
        as_of=options.as_of,
        note=options.note,
        quiet=options.quiet or options.json,
    )
    print_result(report, options)
    return GOOD
