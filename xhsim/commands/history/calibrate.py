"""``xhsim calibrate``: parameters estimated from history."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import FAILED, GOOD, folder, print_result, whole_number
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    calibrate = commands.add_parser(
        "calibrate",
        parents=[common],
        help="estimate parameters from history",
        description="Estimate the parameters that model/calibration.yaml names from history: their "
        "most probable values, and the range of other plausible values.",
    )
    for name, default, meaning in (
        ("walkers", None, "walkers in each of two ensembles (default: 64, or more)"),
        ("steps", 8000, "the largest number of steps of each walker (default: 8000)"),
        ("seed", 0, "random seed (default: 0)"),
    ):
        calibrate.add_argument(
            f"--{name}",
            type=whole_number,
            default=default,
            metavar="N",
            help=meaning,
        )
    calibrate.add_argument(
        "--out", type=folder, metavar="DIR", help="write the posterior's draws and tables here"
    )
    calibrate.add_argument(
        "--store",
        action="store_true",
        help="store the posterior in the study's model/ folder; later draws then come from it",
    )
    calibrate.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import check_folder
    from xhsim.report.terminal.calibrate import calibrate_study

    if options.out is not None:
        check_folder(options.out)
    result = calibrate_study(
        open_study(options, posterior=False, keeps=options.store),
        walkers=options.walkers,
        steps=options.steps,
        seed=options.seed,
        out=options.out,
        store=options.store,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    print_result(result, options)
    return GOOD if result.has_converged else FAILED
