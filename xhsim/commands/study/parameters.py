"""``xhsim parameters``: every parameter, the most influential first."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    check_given,
    draws_for,
    print_json,
    print_parts,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parameters = commands.add_parser(
        "parameters",
        parents=[common],
        help="every parameter with its source, the most influential first",
        description="List every parameter with its unit, value, prior, posterior and source, "
        "ordered by its share of the targets' spread.",
    )
    parameters.add_argument(
        "scenario",
        nargs="?",
        default="baseline",
        metavar="SCENARIO",
        type=scenario,
        help="default: baseline",
    )
    add_draws(parameters, default=4096)
    add_prior(parameters)
    parameters.add_argument("--markdown", action="store_true", help="print a Markdown page")
    parameters.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.parameters import parameter_table

    check_given(options)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    table = parameter_table(study, options.scenario, draws, seed)
    if options.json:
        print_json(table.as_record())
    elif options.markdown:
        print(table.markdown())
    else:
        print_parts(*table.parts())
    return GOOD
