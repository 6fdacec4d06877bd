"""``xhsim check``: whether a study is sound."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from xhsim.commands.common import (
    FAILED,
    GOOD,
    add_prior,
    print_json,
    print_parts,
    print_result,
)
from xhsim.commands.opening import open_study

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        parents=[common],
        help="is the study sound, and does the plan contradict itself?",
        description="Read every file of the study and the model, compare a central run of the "
        "baseline with the figures published for the base year, and list contradictions in the "
        "plan.",
    )
    check.add_argument(
        "--model",
        action="store_true",
        help="run the model's validation checks instead (model/checks.yaml)",
    )
    add_prior(check)
    check.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.check import check_study

    study = open_study(options, every=True)
    if options.model:
        return _act_on_model(options, study)
    result = check_study(study)
    print_result(result, options)
    return GOOD if result.passed else FAILED


def _act_on_model(options: argparse.Namespace, study: Study) -> int:
    from xhsim.analysis.validation import validate
    from xhsim.report.terminal.validation import validation_parts, validation_record

    result = validate(study)
    if options.json:
        print_json(validation_record(result))
    else:
        print_parts(*validation_parts(result, quiet=options.quiet))
    return GOOD if result.passed else FAILED
