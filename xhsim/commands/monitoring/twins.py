"""``xhsim twins``: how often lights are right, measured on draws that are taken as the truth."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import GOOD, print_result, whole_number
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    twins = commands.add_parser(
        "twins",
        parents=[common],
        help="how often lights of a monitoring are right",
        description="Take draws of the study as the truth, one after the other. Make figures from "
        "each, release them year by year, monitor them with other draws, and count how often "
        "lights were right and intervals held the truth.",
    )
    twins.add_argument(
        "--twins", type=whole_number, default=250, metavar="N", help="number (default: 250)"
    )
    twins.add_argument(
        "--draws",
        type=whole_number,
        default=256,
        metavar="N",
        help="draws that are updated for each twin (default: 256)",
    )
    twins.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="random seed (default: 0)"
    )
    twins.add_argument(
        "--store",
        action="store_true",
        help="store the twins in the study's model/ folder, every ten twins; the same command goes "
        "on where it was stopped",
    )
    twins.add_argument(
        "--stored", action="store_true", help="show the stored twins, and compute nothing"
    )
    twins.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.twins import stored_report, twins_study

    study = open_study(options, keeps=options.store)
    if options.stored:
        report = stored_report(study)
    else:
        report = twins_study(
            study,
            twins=options.twins,
            draws=options.draws,
            seed=options.seed,
            store=options.store,
            command=options.command_line,
            quiet=options.quiet or options.json,
        )
    print_result(report, options)
    return GOOD
