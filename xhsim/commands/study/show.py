"""``xhsim show``: what a study contains, and what a scenario sets."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import GOOD, add_prior, print_json, print_parts
from xhsim.commands.opening import open_study, scenario
from xhsim.errors import InputError

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    show = commands.add_parser(
        "show",
        parents=[common],
        help="what the study contains, or what a scenario sets",
        description="Without SCENARIO, list scenarios, targets and levers. With SCENARIO, list "
        "what it sets.",
    )
    show.add_argument("scenario", nargs="?", metavar="SCENARIO", type=scenario)
    show.add_argument(
        "--resolved", action="store_true", help="list every parameter and the file of its value"
    )
    add_prior(show)
    show.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.show import scenario_record, study_record, tables_of

    study = open_study(options)
    if options.scenario is None:
        if options.resolved:
            raise InputError("--resolved needs a scenario", hint="xhsim show baseline --resolved")
        record = study_record(study)
    else:
        record = scenario_record(study, options.scenario, resolved=options.resolved)
    if options.json:
        print_json(record)
        return GOOD
    print_parts(*tables_of(record))
    return GOOD
