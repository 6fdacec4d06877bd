"""``xhsim outlook``: the growth to expect, from what happened to similar places."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import GOOD, print_result
from xhsim.commands.opening import open_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    outlook = commands.add_parser(
        "outlook",
        parents=[common],
        help="the growth to expect, from what happened to similar places",
        description="Fit the growth figures of similar places, as outlook.yaml describes, and "
        "forecast the growth of the study's place.",
    )
    outlook.add_argument(
        "--backtest",
        action="store_true",
        help="also forecast each figure from earlier figures, and score the forecasts",
    )
    outlook.add_argument(
        "--store", action="store_true", help="write the table to model/outlook.csv of the study"
    )
    outlook.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.outlook import OutlookReport, store_outlook

    study = open_study(options, posterior=False)
    outlook = study.outlook()
    backtest = outlook.backtest if options.backtest else None
    stored = store_outlook(outlook, study.files.folder) if options.store else None
    print_result(OutlookReport(outlook, backtest, stored), options)
    return GOOD
