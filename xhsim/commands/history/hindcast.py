"""``xhsim hindcast``: forecasts of past years, compared with what was observed."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import GOOD, add_draws, folder, print_result, whole_number
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    hindcast = commands.add_parser(
        "hindcast",
        parents=[common],
        help="forecast past years from what was known before them, and score the forecast",
        description="Calibrate the study on its earlier years only, forecast the later ones, and "
        "compare the score with that of simple forecasts without a model. This is repeated for "
        "each year under hindcast: in model/calibration.yaml, and for each structure of the model.",
    )
    add_draws(hindcast, default=4096, scenario_says=False)
    hindcast.add_argument(
        "--origin",
        type=whole_number,
        action="append",
        metavar="YEAR",
        help="only the forecast from this year; may be repeated",
    )
    hindcast.add_argument(
        "--structure",
        action="append",
        metavar="STRUCTURE",
        help="only with this structure of the model; may be repeated",
    )
    hindcast.add_argument(
        "--store",
        action="store_true",
        help="store forecasts, scores and weights of structures in the study's model/ folder",
    )
    hindcast.add_argument(
        "--stored", action="store_true", help="show the stored forecasts, and compute nothing"
    )
    hindcast.add_argument(
        "--out", type=folder, metavar="DIR", help="write tables and pictures here"
    )
    hindcast.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    hindcast.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import check_folder
    from xhsim.report.terminal.hindcast import hindcast_study, stored_report

    if options.out is not None:
        check_folder(options.out)
    study = open_study(options, posterior=False, keeps=options.store)
    if options.stored:
        report = stored_report(study)
    else:
        report = hindcast_study(
            study,
            origins=options.origin,
            structures=options.structure,
            draws=options.draws,
            seed=options.seed,
            out=options.out,
            store=options.store,
            command=options.command_line,
            quiet=options.quiet or options.json,
        )
    if options.markdown and not options.json:
        print(report.markdown())
    else:
        print_result(report, options)
    return GOOD
