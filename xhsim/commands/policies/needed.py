"""``xhsim needed``: how much of a lever a wanted probability needs."""

from __future__ import annotations

import argparse
import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

from xhsim.commands.common import (
    FAILED,
    GOOD,
    add_draws,
    add_prior,
    check_given,
    print_result,
)
from xhsim.commands.opening import open_study, scenario
from xhsim.errors import InputError

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    needed = commands.add_parser(
        "needed",
        parents=[common],
        help="how much of a lever does a wanted probability need, or how late may it come?",
        description="Search for the level of a lever, the latest year of its change, or the delay "
        "that can be borne, with which a target still has a wanted probability. All levels are "
        "computed on the same draws. Exit status 1: the probability is not reachable.",
    )
    needed.add_argument(
        "lever",
        metavar="LEVER",
        type=scenario,
        help="a lever, such as 'RD support', with its last level after = if it moves in a package "
        "or a year is asked for ('RD support=6'); or a SCENARIO, for everything that it changes",
    )
    needed.add_argument(
        "target", metavar="TARGET", help="a target; or 'at least 14', 'all of GROUP', 'weakest'"
    )
    needed.add_argument(
        "probability", metavar="P", type=_probability, help="the wanted probability: 0.66 or 66%%"
    )
    needed.add_argument(
        "--package",
        nargs="+",
        default=[],
        metavar="LEVER",
        help="further levers, which move together with the first by the same share of their way; "
        "each to its bound, or to the level after =",
    )
    needed.add_argument(
        "--scenario",
        metavar="SCENARIO",
        type=scenario,
        help="the scenario that changes (default: baseline)",
    )
    needed.add_argument(
        "--ask",
        choices=["level", "year", "delay"],
        default="level",
        help="the level (or share of a package), the latest year, or the longest delay",
    )
    needed.add_argument(
        "--since",
        type=_since,
        metavar="DATE",
        help="the year in which the change begins, or always (default: the year after the base "
        "year of the target)",
    )
    needed.add_argument(
        "--over", type=float, default=0.0, metavar="YEARS", help="years that the change takes"
    )
    needed.add_argument(
        "--between",
        nargs=2,
        type=float,
        metavar=("LOW", "HIGH"),
        help="the levels between which a single lever may move (default: its range)",
    )
    add_draws(needed, default=1000)
    add_prior(needed)
    needed.add_argument(
        "--out", type=Path, metavar="FILE", help="write the answer as a new scenario file"
    )
    needed.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.policies.needed import needed_result

    check_given(options)
    levers = _levers([options.lever, *options.package])
    study = open_study(options)
    _check(options, levers, study.scenarios)
    result = needed_result(
        study,
        lever=levers,
        target=options.target,
        probability=options.probability,
        scenario=options.scenario,
        ask=options.ask,
        since=options.since,
        over=options.over,
        bounds=None if options.between is None else tuple(options.between),
        draws=options.draws,
        seed=options.seed,
        out=options.out,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    print_result(result, options)
    return FAILED if result.found.status == "not reachable" else GOOD


def _check(
    options: argparse.Namespace, levers: dict[str, float | None], scenarios: Collection[str]
) -> None:
    """Refuse what the analysis refuses too, but with hints for the command line."""
    without = [name for name, level in levers.items() if level is None and name not in scenarios]
    if options.ask == "year" and without:
        raise InputError(
            f'to which level "{without[0]}" changes is not said',
            hint=f"write '{without[0]}=LEVEL'",
        )
    if options.between is not None and len(levers) > 1:
        raise InputError(
            "--between is for a single lever",
            hint="give each lever of a package its last level, such as 'RD support=6'",
        )


def _levers(texts: list[str]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for text in texts:
        name, equals, level = (part.strip() for part in text.partition("="))
        if name in found:
            raise InputError(f'"{name}" is named twice', hint="name it once")
        try:
            found[name] = float(level) if equals else None
        except ValueError:
            raise InputError(f'"{text}" is not LEVER=LEVEL', hint="write 'RD support=6'") from None
    return found


def _probability(text: str) -> float:
    number, percent, rest = text.partition("%")
    try:
        value = float(number) / (100 if percent else 1)
    except ValueError:
        value = math.nan
    if rest or not math.isfinite(value):
        raise argparse.ArgumentTypeError(f'"{text}" is not a probability; write 0.66 or 66%')
    return value


def _since(text: str) -> float | str:
    from xhsim.study.scenarios.levels import parse_moment

    moment = parse_moment(text)
    if isinstance(moment, float):
        return moment
    try:
        return text if text == "always" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a date; write 2022, 2022-07 or always'
        ) from None
