"""``xhsim check``: whether a study is sound."""

from __future__ import annotations

import argparse
from typing import Any

import xhsim
from xhsim.commands.common import FAILED, GOOD, print_json, print_parts

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        parents=[common],
        help="is the study sound, and what in the plan does not add up",
        description="Read every file of the study and the model, compare the centre of the "
        "baseline with what is published for the base year, and print the plan's contradictions.",
    )
    check.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
    from xhsim.report.check import check_study

    study = xhsim.open_study(options.study)
    result = check_study(study)
    if options.json:
        print_json(result.as_record())
    else:
        print_parts(*result.parts(quiet=options.quiet))
    return GOOD if result.passed else FAILED
