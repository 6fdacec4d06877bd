"""``xhsim design``: looking for packages of levers."""

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
        help="look for a package of levers: the best for given money, or the cheapest for goals",
        description="Look for the package of levers that meets most targets for given money "
        "(--spending), or that reaches given probabilities for least money (--goal). What is "
        "printed is counted on draws that the search has not seen.",
    )
    design.add_argument(
        "name", metavar="NAME", help="what the package is to be called, such as more-research"
    )
    asked = design.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--spending", type=float, metavar="X", help="the most that spending may add up to"
    )
    asked.add_argument(
        "--goal",
        action="append",
        type=_goal,
        metavar="TARGET=P",
        help="a target and its probability, such as new_foreign_hq=0.6; may be repeated",
    )
    design.add_argument(
        "--from",
        dest="scenario",
        default="baseline",
        metavar="SCENARIO",
        help="what it changes (default: baseline)",
    )
    design.add_argument(
        "--cut", action="store_true", help="let spending fall below what the scenario has"
    )
    add_draws(design, default=512)
    add_prior(design)
    design.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write it as a scenario file, which must not exist yet",
    )
    design.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
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
