"""``xhsim run``: one trajectory."""

from __future__ import annotations

import argparse
import math
import sys
from typing import Any

from xhsim.commands.common import GOOD, add_prior, print_json, print_parts
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    run = commands.add_parser(
        "run",
        parents=[common],
        help="one run of a scenario, with uncertain values at their centre",
        description="Run a scenario once, with every uncertain value at its centre.",
    )
    run.add_argument("scenario", metavar="SCENARIO", type=scenario)
    run.add_argument(
        "--variable",
        action="append",
        metavar="VARIABLE",
        help="a variable to print; may be repeated (default: those of targets and history)",
    )
    run.add_argument(
        "--method",
        help="euler, rk4, or a SciPy method (default: that of the scenario, or of the model file)",
    )
    add_prior(run)
    run.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    import numpy as np

    from xhsim.analysis.judging.failures import first_failure
    from xhsim.report.terminal.tables import records_table, trajectory_rows

    study = open_study(options)
    outputs = options.variable or study.reported
    result = study.run(options.scenario, method=options.method, outputs=outputs)
    # When a rule acts is a row; that after each check would repeat it.
    repeated = [name for name, data in result.data_vars.items() if "checks" in data.attrs]
    columns, rows = trajectory_rows(result.drop_vars(repeated))
    if options.json:
        print_json([dict(zip(columns, map(_or_null, row), strict=True)) for row in rows])
    else:
        # The unit is beside the name, so that the years have the width.
        named = [[f"{name}, {unit}", *values] for name, *values, unit in rows]
        print_parts(records_table(columns[:-1], named))
    if not options.quiet and not all(np.isfinite(data).all() for data in result.values()):
        world = study.central_world(options.scenario, method=options.method)
        failure = first_failure(world)
        if failure is not None:
            first = f'first in "{failure.variable}" at {failure.time:g}'
            print(f"Warning: values that are not finite, {first}.", file=sys.stderr)
    return GOOD


def _or_null(cell: Any) -> Any:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
