"""``xhsim hindcast``: what would have been forecast, and what came."""

from __future__ import annotations

import argparse
from typing import Any

import xhsim
from xhsim.commands.common import (
    GOOD,
    add_draws,
    folder,
    print_result,
    whole_number,
)

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    hindcast = commands.add_parser(
        "hindcast",
        parents=[common],
        help="forecast years that have passed, from what was known before, and score it",
        description="Calibrate the study on its earlier years only, forecast the later ones, and "
        "score that against two forecasts that need no model.",
    )
    add_draws(hindcast, default=4096, scenario_says=False)
    for name, default, meaning in (
        ("walkers", 64, "walkers in each of two ensembles"),
        ("steps", 3000, "steps of each walker"),
    ):
        hindcast.add_argument(
            f"--{name}",
            type=whole_number,
            default=default,
            metavar="N",
            help=f"{meaning} (default: {default})",
        )
    hindcast.add_argument(
        "--out", type=folder, metavar="DIR", help="write tables and the picture there"
    )
    hindcast.add_argument("--markdown", action="store_true", help="print the tables for a page")
    hindcast.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
    from xhsim.atomic import check_folder
    from xhsim.report.terminal.hindcast import hindcast_study

    if options.out is not None:
        check_folder(options.out)
    report = hindcast_study(
        xhsim.open_study(options.study, posterior=False),
        draws=options.draws,
        walkers=options.walkers,
        steps=options.steps,
        seed=options.seed,
        out=options.out,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    if options.markdown and not options.json:
        print(report.markdown())
    else:
        print_result(report, options)
    return GOOD
