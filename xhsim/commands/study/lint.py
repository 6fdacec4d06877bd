"""``xhsim lint``: what in scenario files is hardly meant."""

from __future__ import annotations

import argparse
from typing import Any

import xhsim
from xhsim.commands.common import FAILED, GOOD, print_json

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    lint = commands.add_parser(
        "lint",
        parents=[common],
        help="what in scenario files is allowed and yet hardly meant",
        description="Levers that change the past, levels that are never reached, parents of which "
        "nothing is left, requests that the budget cannot pay.",
    )
    lint.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="default: all")
    lint.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
    from xhsim.analysis.policies.lint import lint

    study = xhsim.open_study(options.study)
    remarks = lint(study, options.scenarios or None)
    if options.json:
        print_json(
            [
                {
                    "scenario": remark.scenario,
                    "file": remark.where.file,
                    "line": remark.where.line,
                    "message": remark.message,
                    "hint": remark.hint,
                }
                for remark in remarks
            ]
        )
    else:
        for remark in remarks:
            print(remark)
        if not remarks and not options.quiet:
            print("nothing to remark")
    return FAILED if remarks else GOOD
