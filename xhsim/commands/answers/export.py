"""``xhsim export``: ensembles as files for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    check_given,
    draws_for,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    export = commands.add_parser(
        "export",
        parents=[common],
        help="ensembles as NetCDF, Parquet, CSV (long or IAMC) or an Excel workbook",
        description="Run scenarios and write the results. The ending of FILE decides the format: "
        ".nc, .parquet, .csv or .xlsx.",
    )
    export.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", type=scenario, help="default: all"
    )
    export.add_argument("--to", type=Path, required=True, metavar="FILE", help="the file to write")
    export.add_argument(
        "--variables",
        nargs="+",
        metavar="NAME",
        help="variables to write (default: those of targets and history)",
    )
    export.add_argument(
        "--iamc",
        action="store_true",
        help="tables in the IAMC layout: quantiles, a column for each year",
    )
    add_draws(export, default=1000)
    add_prior(export)
    export.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.files.exchange import check_ending, export

    check_given(options)
    check_ending(options.to)
    study = open_study(options, every=not options.scenarios)
    names = list(dict.fromkeys(options.scenarios)) or list(study.scenarios)
    # Before the first run: a mistyped scenario must not cost the time of the others.
    draws, seed = draws_for(study, names, options)
    outputs = options.variables
    if options.to.suffix.lower() == ".xlsx" and outputs:
        outputs = [*outputs, *study.reported]  # the workbook's tables need them
    ensembles = {name: study.ensemble(name, draws, seed, outputs=outputs) for name in names}
    written = export(study, ensembles, options.to, iamc=options.iamc)
    if not options.quiet:
        print(f"Written to {written}")
    return GOOD
