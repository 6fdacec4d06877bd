"""``xhsim front``: packages of which none is better in every objective than another."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import Any

from xhsim.commands.common import (
    GOOD,
    INTERRUPTED,
    add_prior,
    folder,
    print_result,
    whole_number,
)
from xhsim.commands.opening import open_study, scenario, scenario_of_study
from xhsim.commands.policies.design import add_limits, by_year

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    front = commands.add_parser(
        "front",
        parents=[common],
        help="what each extra point costs: the best packages for two or three objectives",
        description="Search for packages of levers of which none is better in every objective "
        "than another. Every package runs on the same draws; those that are found are judged on "
        "other draws. If the search is stopped, the same command continues it.",
    )
    front.add_argument(
        "--objective",
        action="append",
        metavar="TEXT",
        help="two or three: mean, 'at least 12', 'all of GROUP', a target, weakest, shortfall, "
        "money, or a weighted sum (default: mean and money)",
    )
    add_limits(front)
    front.add_argument(
        "--from",
        dest="parent",
        default="baseline",
        metavar="SCENARIO",
        type=scenario_of_study,
        help="the scenario that packages extend (default: baseline)",
    )
    front.add_argument(
        "--under",
        action="append",
        metavar="SCENARIO",
        type=scenario,
        help="run packages in this scenario, too; the worst counts; may be repeated",
    )
    for name, default, what in (
        ("seeds", 3, "independent searches"),
        ("generations", 20, "generations of each search; more of them continue a finished one"),
        ("population", 100, "packages in a generation"),
        ("members", 25, "packages of the front to judge and show"),
        ("draws", 500, "draws of each package in the search"),
        ("fresh-draws", 4096, "draws on which packages are judged, which the search has not used"),
        ("seed", 1, "random seed of the draws"),
    ):
        front.add_argument(
            f"--{name}",
            type=whole_number,
            default=default,
            metavar="N",
            help=f"{what} (default: {default})",
        )
    front.add_argument(
        "--out", type=folder, required=True, metavar="DIR", help="folder of the search"
    )
    front.add_argument(
        "--scenario",
        action="append",
        type=_scenario,
        metavar="NAME=PACKAGE",
        help="write a package, by its number in the table, as DIR/NAME.yaml; may be repeated",
    )
    add_prior(front)
    front.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.analysis.fronts.question import front_question
    from xhsim.analysis.fronts.seeds import Effort
    from xhsim.report.policies.front import front_report

    effort = Effort(options.seeds, options.generations, options.population)
    study = open_study(options)
    asked = front_question(
        study,
        options.objective or ("mean", "money"),
        money=by_year(options.money or []),
        money_in_total=options.money_in_total,
        limits=dict(options.at_least or ()),
        bounds=dict(options.lever or ()),
        most_change=dict(options.change or ()),
        shares=dict(options.share or ()),
        scenario=options.parent,
        under=options.under or (),
        keep=not options.cut,
        draws=options.draws,
        seed=options.seed,
    )
    try:
        result = front_report(
            study,
            asked,
            effort,
            members=options.members,
            fresh_draws=options.fresh_draws,
            out=options.out,
            scenarios=dict(options.scenario or ()),
            command=options.command_line,
            quiet=options.quiet or options.json,
        )
    except KeyboardInterrupt:
        print(
            "xhsim: interrupted. Finished generations are kept; to continue, run:\n"
            f"  {shlex.join(options.command_line)}",
            file=sys.stderr,
        )
        return INTERRUPTED
    print_result(result, options)
    return GOOD


def _scenario(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    try:
        return name.strip(), int(number)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not NAME=PACKAGE; write more-research=7'
        ) from None
