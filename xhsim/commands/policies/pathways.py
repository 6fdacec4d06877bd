"""``xhsim pathways``: a policy with rules against a fixed one, at equal money."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD, add_draws, add_prior, check_given, print_result
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    pathways = commands.add_parser(
        "pathways",
        parents=[common],
        help="is a policy with rules better than a fixed one that spends as much?",
        description="Compare a scenario with rules (rules: in its file) with one without, on the "
        "same draws. The fixed one is scaled until both spend the same on average. Also says how "
        "often each rule acts, and tries other thresholds.",
    )
    pathways.add_argument(
        "static", metavar="SCENARIO", type=scenario, help="the scenario without rules"
    )
    pathways.add_argument(
        "adaptive", metavar="SCENARIO", type=scenario, help="the scenario with rules"
    )
    pathways.add_argument(
        "--try",
        dest="levels",
        action="append",
        type=_levels,
        default=[],
        metavar="RULE=X,Y,...",
        help="thresholds of a rule to try; repeated for several rules, all combinations",
    )
    pathways.add_argument(
        "--objective",
        default="mean",
        metavar="WHAT",
        help="what thresholds should make best: mean, at least 14, a target (default: mean)",
    )
    pathways.add_argument(
        "--most-money",
        type=float,
        metavar="X",
        help="choose no thresholds that spend more a year on average",
    )
    pathways.add_argument(
        "--picture", type=Path, metavar="FILE", help="write the map as .png, .svg or .pdf"
    )
    pathways.add_argument(
        "--lang", choices=["en", "zh"], default="en", help="language of the picture"
    )
    add_draws(pathways, default=1000)
    add_prior(pathways)
    pathways.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.policies.pathways import pathways_result

    check_given(options)
    study = open_study(options)
    result = pathways_result(
        study,
        options.static,
        options.adaptive,
        draws=options.draws,
        seed=options.seed,
        levels=dict(options.levels),
        objective=options.objective,
        most_money=options.most_money,
        picture=options.picture,
        lang=options.lang,
        quiet=options.quiet or options.json,
    )
    print_result(result, options)
    return GOOD


def _levels(text: str) -> tuple[str, list[float]]:
    rule, _, numbers = text.rpartition("=")
    try:
        levels = [float(number) for number in numbers.split(",")]
    except ValueError:
        levels = []
    if not rule.strip() or not levels:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not RULE=X,Y,...; write "more research=8.6,8.8,9"'
        )
    return rule.strip(), levels
