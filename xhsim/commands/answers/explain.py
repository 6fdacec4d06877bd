"""``xhsim explain``: why a target is likely or not."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    add_structure,
    check_given,
    draws_for,
    print_json,
    print_parts,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    explain = commands.add_parser(
        "explain",
        parents=[common],
        help="why a target is likely or not: when, what it depends on, what each policy adds",
        description="Explain one target in one scenario: its probability, when it is first met, "
        "what its spread depends on, and what each policy of the scenario adds.",
    )
    explain.add_argument("scenario", metavar="SCENARIO", type=scenario)
    explain.add_argument("target", metavar="TARGET", help="its id (xhsim show lists them)")
    add_draws(explain, default=1000)
    add_structure(explain)
    add_prior(explain)
    explain.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.explain import explain_target

    check_given(options)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    found = explain_target(
        study,
        options.scenario,
        options.target,
        draws=draws,
        seed=seed,
        structure=options.structure,
        quiet=options.quiet or options.json,
    )
    if options.json:
        print_json(found.as_record())
    else:
        print_parts(*found.parts())
    return GOOD
