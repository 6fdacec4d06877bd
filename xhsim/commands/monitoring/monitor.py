"""``xhsim monitor``: what new figures change, and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    check_given,
    draws_for,
    folder,
    print_result,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    monitor = commands.add_parser(
        "monitor",
        parents=[common],
        help="what do the figures published so far change, and why?",
        description="Update the study with the figures published up to a date "
        "(model/releases.csv), one date of publication after the other: the probability of each "
        "target, what moved it, what was learnt, what open targets need from here, and which "
        "figure to watch next.",
    )
    monitor.add_argument(
        "scenario",
        metavar="SCENARIO",
        type=scenario,
        nargs="?",
        default="baseline",
        help="the policy that was in force (default: baseline)",
    )
    monitor.add_argument(
        "--as-of",
        metavar="DATE",
        help="count what was published up to this day, such as 2023-06 or 2023-06-30 (default: "
        "that of model/monitoring.yaml, or of the last release)",
    )
    monitor.add_argument(
        "--releases", metavar="FILE", type=Path, help="a file in place of model/releases.csv"
    )
    add_draws(monitor, default=2000)
    monitor.add_argument("--out", type=folder, metavar="DIR", help="write tables here")
    monitor.add_argument(
        "--no-channels",
        action="store_true",
        help="do not split the revision by shock and constant, which takes half of the time",
    )
    monitor.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import check_folder
    from xhsim.study.history.releases import parse_date

    check_given(options)
    as_of = None if options.as_of is None else parse_date(options.as_of, what="--as-of")
    if options.out is not None:
        check_folder(options.out)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    from xhsim.report.monitoring.monitor import monitor_study

    report = monitor_study(
        study,
        options.scenario,
        as_of=as_of,
        releases=options.releases,
        draws=draws,
        seed=seed,
        channels=not options.no_channels,
        out=options.out,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    print_result(report, options)
    return GOOD
