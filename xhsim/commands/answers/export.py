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
        help="ensembles and tables for Excel, Stata, CSV, Parquet or NetCDF",
        description="Run scenarios and write the results. The ending of FILE decides the format: "
        ".xlsx (Excel), .dta (Stata 14 and later), .csv, .parquet or .nc (NetCDF).",
    )
    export.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", type=scenario, help="default: all"
    )
    export.add_argument("--to", type=Path, required=True, metavar="FILE", help="the file to write")
    export.add_argument(
        "--variables",
        nargs="+",
        metavar="VARIABLE",
        help="variables to write (default: those of targets and history)",
    )
    export.add_argument(
        "--table",
        choices=("values", "attainment", "joint", "by-year", "quantiles"),
        help="what to write: every draw (values), probabilities of targets, of groups of targets, "
        "or year by year, or quantiles (default: all tables into .xlsx, values into other files)",
    )
    export.add_argument(
        "--iamc",
        action="store_const",
        dest="table",
        const="quantiles",
        help="the same as --table quantiles, which have the IAMC layout",
    )
    add_draws(export, default=1000)
    add_prior(export)
    export.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.analysis.judging.failures import refuse_failed
    from xhsim.report.files.exchange import check_ending, export

    check_given(options)
    check_ending(options.to, options.table)
    study = open_study(options, every=not options.scenarios)
    names = list(dict.fromkeys(options.scenarios)) or list(study.scenarios)
    # Before the first run: a mistyped scenario must not cost the time of the others.
    draws, seed = draws_for(study, names, options)
    outputs = options.variables
    is_workbook = options.to.suffix.lower() == ".xlsx"
    if outputs and (is_workbook or options.table not in (None, "values", "quantiles")):
        outputs = [*outputs, *study.reported]  # the targets need them
    ensembles = {name: study.ensemble(name, draws, seed, outputs=outputs) for name in names}
    for made in ensembles.values():
        refuse_failed(study, made)
    written = export(study, ensembles, options.to, table=options.table)
    if not options.quiet:
        print(f"Written to {written}")
    return GOOD
