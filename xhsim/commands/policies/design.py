"""``xhsim design``: search for a package of levers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import xhsim
from xhsim.commands.common import (
    FAILED,
    GOOD,
    add_draws,
    add_prior,
    check_given,
    draws_for,
    print_result,
)

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    design = commands.add_parser(
        "design",
        parents=[common],
        help="search for a package of levers: the best for given money, or the cheapest for goals",
        description="Search for the package of levers that meets most targets for given money "
        "(--spending), or that reaches given probabilities for the least money (--goal). The "
        "printed probabilities come from draws that the search has not used.",
    )
    design.add_argument(
        "name", metavar="NAME", help="name of the new scenario, such as more-research"
    )
    asked = design.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--spending", type=float, metavar="X", help="upper limit of spending, summed over levers"
    )
    asked.add_argument(
        "--goal",
        action="append",
        type=_goal,
        metavar="TARGET=P",
        help="a target and the probability to reach (new_foreign_hq=0.6); may be repeated",
    )
    design.add_argument(
        "--from",
        dest="scenario",
        default="baseline",
        metavar="SCENARIO",
        help="the scenario to start from (default: baseline)",
    )
    design.add_argument(
        "--cut", action="store_true", help="allow less spending than in the scenario"
    )
    add_draws(design, default=512)
    add_prior(design)
    design.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write the package as a new scenario file",
    )
    design.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.design import design_package

    check_given(options)
    study = xhsim.open_study(options.study, posterior=not options.prior)
    draws, seed = draws_for(study, [options.scenario], options)
    result = design_package(
        study,
        options.name,
        spending=options.spending,
        goals=dict(options.goal or ()),
        scenario=options.scenario,
        keep=not options.cut,
        draws=draws,
        seed=seed,
        out=options.out,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    print_result(result, options)
    return GOOD if result.package.converged else FAILED


def _goal(text: str) -> tuple[str, float]:
    target, _, probability = text.partition("=")
    try:
        return target.strip(), float(probability)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not TARGET=P; write new_foreign_hq=0.6'
        ) from None
