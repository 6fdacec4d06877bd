"""``xhsim lint``: settings in scenario files that are valid but probably unintended."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import FAILED, GOOD, print_json
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    lint = commands.add_parser(
        "lint",
        parents=[common],
        help="settings in scenario files that are valid but probably unintended",
        description="List settings that are valid but probably unintended: levers that change the "
        "past, levels that are never reached, parents without any remaining effect, and spending "
        "that the budget cannot pay.",
    )
    lint.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", type=scenario, help="default: all"
    )
    lint.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.analysis.policies.lint import lint

    study = open_study(options, every=not options.scenarios, remarks=False)
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
            print("No remarks.")
    return FAILED if remarks else GOOD
