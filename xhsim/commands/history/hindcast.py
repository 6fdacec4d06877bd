"""``xhsim hindcast``: a forecast of past years, compared with what was observed."""

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
        help="forecast past years from what was known before them, and score the forecast",
        description="Calibrate the study on its earlier years only, forecast the later ones, and "
        "compare the score with that of simple forecasts without a model.",
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
        "--out", type=folder, metavar="DIR", help="write tables and the picture here"
    )
    hindcast.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    hindcast.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
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
