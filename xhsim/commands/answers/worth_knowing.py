"""``xhsim worth-knowing``: which unknowns narrow which targets, and what they are worth."""

from __future__ import annotations

import argparse
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
    worth = commands.add_parser(
        "worth-knowing",
        parents=[common],
        help="which unknowns are worth knowing: for the targets, or for a choice among scenarios",
        description="With one scenario: by how much each unknown, if it were known, would narrow "
        "each target. With several: what knowing it is worth to the choice among them, beside what "
        "more money for each spending line adds.",
    )
    worth.add_argument("scenarios", nargs="+", metavar="SCENARIO", type=scenario)
    worth.add_argument("--target", metavar="TARGET", help="one target instead of the indicators")
    worth.add_argument(
        "--error",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="error of a measurement: its standard deviation, as a share of that of the unknown",
    )
    worth.add_argument(
        "--top",
        type=whole_number,
        metavar="N",
        help="rows of a kind (default: 3, or 8 of a choice)",
    )
    add_draws(worth, default=4096)
    add_prior(worth)
    worth.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.uncertainty.worth_knowing import ChoiceReport, WorthKnowingReport
    from xhsim.study.names import find_name

    check_given(options)
    study = open_study(options)
    names = list(dict.fromkeys(options.scenarios))
    draws, seed = draws_for(study, names, options)
    target = options.target and find_name(options.target, study.targets, "target", None)
    if len(names) == 1:
        asked = {target.id: target} if target else None
        narrowed = study.worth_knowing(names[0], draws, seed, asked, error=options.error)
        print_result(WorthKnowingReport(narrowed, options.top or 3), options)
        return GOOD
    asked_id, label = (target.id, target.label.en) if target else (None, "")
    known = study.value_of_information(names, draws, seed, target=asked_id, error=options.error)
    best = known.attrs["best"]
    is_money = any(parameter.role == "lever" for parameter in study.parameters.values())
    money = (
        study.more_money(best, draws=draws, seed=seed, target=asked_id, scheme="independent")
        if is_money
        else None
    )
    print_result(ChoiceReport(known, money, options.top or 8, label), options)
    return GOOD
