"""``xhsim design``: search for a package of levers."""

from __future__ import annotations

import argparse
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
from xhsim.commands.opening import open_study, scenario, scenario_of_study
from xhsim.errors import InputError

__all__ = ["act", "add", "add_limits", "by_year"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    design = commands.add_parser(
        "design",
        parents=[common],
        help="search for a package of levers: the best for given money, or the cheapest for goals",
        description="Search for the package of levers that makes an objective as high (or a gap, "
        "or the money, as low) as possible within limits. The package is judged on draws that the "
        "search has not used, beside the scenario that it changes, and written as a scenario of "
        "the study.",
    )
    design.add_argument(
        "name", metavar="NAME", help="name of the new scenario, such as more-research"
    )
    _add_objective(design)
    add_limits(design)
    _add_scenarios(design)
    add_draws(design, default=512)
    add_prior(design)
    place = design.add_mutually_exclusive_group()
    place.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the scenario file to write (default: scenarios/NAME.yaml of the study)",
    )
    place.add_argument("--dry-run", action="store_true", help="write no file")
    design.set_defaults(action=act)


def _add_objective(design: argparse.ArgumentParser) -> None:
    aim = design.add_mutually_exclusive_group()
    aim.add_argument(
        "--objective",
        default="mean",
        metavar="TEXT",
        help='"at least 14", "at least 3 of TARGET, TARGET", "all of GROUP", a target, mean '
        '(number met), weakest, shortfall, or a sum such as "2 * mean + weakest" (default: mean)',
    )
    aim.add_argument(
        "--minimise", metavar="TEXT", help="money, or shortfall (the gap in the worst draws)"
    )


def add_limits(design: argparse.ArgumentParser) -> None:
    """Add what limits a package: money, least probabilities, and bounds of levers."""
    limits = design.add_argument_group("limits")
    limits.add_argument(
        "--money",
        action="append",
        type=_money,
        metavar="X",
        help="the most money a year, summed over levers, once they have reached their levels; or "
        "YEAR=X, which may be repeated",
    )
    limits.add_argument(
        "--money-in-total", type=float, metavar="X", help="the most money in all years of the plan"
    )
    limits.add_argument(
        "--at-least",
        action="append",
        type=_probability,
        metavar="TARGET=P",
        help="a least probability, also of another objective (new_foreign_hq=0.6, "
        '"at least 12=0.5"); may be repeated',
    )
    limits.add_argument(
        "--lever",
        action="append",
        type=_bounds,
        metavar="NAME=LOW..HIGH",
        help='bounds of a lever ("RD support=3..8"); may be repeated',
    )
    limits.add_argument(
        "--change",
        action="append",
        type=_number_of,
        metavar="NAME=X",
        help="by how much a lever may change; may be repeated",
    )
    limits.add_argument(
        "--share",
        action="append",
        type=_share,
        metavar="NAMES=P%",
        help='the largest share of levers in the money ("RD support, HQ scheme=30%%"); may be '
        "repeated",
    )
    limits.add_argument(
        "--cut", action="store_true", help="allow less spending than in the scenario"
    )


def _add_scenarios(design: argparse.ArgumentParser) -> None:
    scenarios = design.add_argument_group("scenarios")
    scenarios.add_argument(
        "--from",
        dest="scenario",
        default="baseline",
        metavar="SCENARIO",
        type=scenario_of_study,
        help="the scenario to start from (default: baseline); its levers must not change over "
        "time. For a scenario such as plan, whose levers do: start from baseline with --lever "
        "bounds, or ask 'xhsim needed plan' what a target needs of it",
    )
    scenarios.add_argument(
        "--under",
        action="extend",
        nargs="+",
        default=[],
        metavar="SCENARIO",
        type=scenario,
        help="scenarios in which the package must do well (default: that of --from)",
    )
    rule = scenarios.add_mutually_exclusive_group()
    rule.add_argument(
        "--worst-case",
        dest="rule",
        action="store_const",
        const="worst",
        default="worst",
        help="the worst of these scenarios counts (default)",
    )
    rule.add_argument(
        "--regret",
        dest="rule",
        action="store_const",
        const="regret",
        help="the largest regret counts: how far the objective stays below that of the best "
        "package for a scenario alone",
    )
    scenarios.add_argument(
        "--against",
        action="extend",
        nargs="+",
        default=[],
        metavar="SCENARIO",
        type=scenario,
        help="compare the package with these scenarios, too",
    )


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.policies.design import design_to_file

    check_given(options)
    study = open_study(options)
    if options.minimise is not None:
        _check_falls(study, options.minimise)
    result = design_to_file(
        study,
        options.name,
        options.minimise or options.objective,
        money=by_year(options.money or []),
        money_in_total=options.money_in_total,
        at_least=dict(options.at_least or ()),
        bounds=dict(options.lever or ()),
        most_change=dict(options.change or ()),
        shares=dict(options.share or ()),
        scenario=options.scenario,
        keep=not options.cut,
        under=options.under,
        rule=options.rule,
        against=options.against,
        draws=options.draws,
        seed=options.seed,
        out=options.out,
        dry_run=options.dry_run,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    print_result(result, options)
    return GOOD if result.design.is_allowed else FAILED


def _check_falls(study: Any, text: str) -> None:
    """Check that less of an objective is better."""
    from xhsim.analysis.policies.objective_text import read_objective

    if read_objective(text, study).direction != "minimise":
        raise InputError(f'"{text}" is better when it is high', hint=f'write --objective "{text}"')


def by_year(given: list[tuple[float | None, float]]) -> float | dict[float, float] | None:
    """Return one limit for every year, or one by year."""
    if not given:
        return None
    years = {year: amount for year, amount in given if year is not None}
    if not years and len(given) == 1:
        return given[0][1]
    if len(years) < len(given):
        raise InputError(
            "--money is given twice", hint="give one amount, or amounts of different years"
        )
    return years


def _money(text: str) -> tuple[float | None, float]:
    year, sign, amount = text.rpartition("=")
    return (_float(year, text, "2022=25") if sign else None), _float(amount, text, "31 or 2022=25")


def _probability(text: str) -> tuple[str, float]:
    return _pair(text, "new_foreign_hq=0.6")


def _number_of(text: str) -> tuple[str, float]:
    return _pair(text, '"RD support=2"')


def _share(text: str) -> tuple[str, float]:
    example = '"RD support, HQ scheme=30%"'
    names, percent = text.rpartition("=")[::2]
    number = _float(percent.strip().removesuffix("%"), text, example)
    return _named(names, text, example), number / (100 if "%" in percent else 1)


def _bounds(text: str) -> tuple[str, tuple[float, float]]:
    example = '"RD support=3..8"'
    name, bounds = text.rpartition("=")[::2]
    low, dots, high = bounds.partition("..")
    first = _float(low, text, example)
    return _named(name, text, example), (first, _float(high, text, example) if dots else first)


def _pair(text: str, example: str) -> tuple[str, float]:
    name, number = text.rpartition("=")[::2]
    return _named(name, text, example), _float(number, text, example)


def _named(name: str, text: str, example: str) -> str:
    if not name.strip():
        raise argparse.ArgumentTypeError(f'"{text}" names nothing; write {example}')
    return name.strip()


def _float(number: str, text: str, example: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not what is needed; write {example}'
        ) from None
