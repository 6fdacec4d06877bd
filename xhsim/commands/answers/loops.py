"""``xhsim loops``: which feedback loops drive a variable."""

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
    print_result,
    whole_number,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    loops = commands.add_parser(
        "loops",
        parents=[common],
        help="which feedback loops the change of a variable comes from, year by year",
        description="Show for each year which feedback loops the change of a variable comes from, "
        "how much of it comes from outside, and in how many draws each loop is the largest loop.",
    )
    loops.add_argument("variable", metavar="VARIABLE", help="a variable, or variable[element]")
    loops.add_argument("--scenario", metavar="SCENARIO", type=scenario, default="baseline")
    add_draws(loops, default=256)
    loops.add_argument(
        "--structure", metavar="STRUCTURE", help="one structure of the model in all draws"
    )
    loops.add_argument(
        "--year",
        type=whole_number,
        metavar="YEAR",
        help="of ranges and largest loops (default: last)",
    )
    loops.add_argument(
        "--top", type=whole_number, default=6, metavar="N", help="how many loops (default: 6)"
    )
    loops.add_argument(
        "--out", type=Path, metavar="FILE", help="draw the shares into a .png, .svg or .pdf"
    )
    add_prior(loops)
    loops.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.loops.table import LoopReport
    from xhsim.report.terminal.progress import progress_bar

    check_given(options)
    if options.out is not None:
        from xhsim.plots import loop_shares, save
        from xhsim.plots.canvas.pictures import check_file

        check_file(options.out)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    with progress_bar(options.quiet or options.json) as bar:
        task = bar.add_task("draws", total=draws)
        found = study.loops(
            options.variable,
            options.scenario,
            draws,
            seed,
            structure=options.structure,
            progress=lambda count: bar.advance(task, count),
        )
    report = LoopReport.of(found, options.year, options.top)
    print_result(report, options)
    if options.out is not None:
        save(loop_shares(found, top=options.top), options.out)
    return GOOD
