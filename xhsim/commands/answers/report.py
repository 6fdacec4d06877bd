"""``xhsim report``: a page for a reader without Python."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    add_structure,
    check_given,
    print_json,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    report = commands.add_parser(
        "report",
        parents=[common],
        help="one HTML page on one or more scenarios, for a reader without Python",
        description="Write a page that needs only a browser: how likely each target is and why, "
        "what each policy adds, what is assumed, and the command that makes the page again. It "
        "prints on A4.",
    )
    report.add_argument("scenarios", nargs="+", metavar="SCENARIO", type=scenario)
    report.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="the .html file; an existing one is replaced",
    )
    report.add_argument(
        "--against",
        metavar="SCENARIO",
        type=scenario,
        help="compare with this one (default: the one that each extends, or the baseline)",
    )
    report.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="language of the page (default: en)"
    )
    report.add_argument("--title", metavar="TEXT", help="title of the page")
    add_draws(report, default=1000)
    add_structure(report)
    add_prior(report)
    report.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.page.page import check_file, write_report

    check_given(options)
    check_file(options.out)
    written = write_report(
        open_study(options),
        options.scenarios,
        options.out,
        lang=options.lang,
        draws=options.draws,
        seed=options.seed,
        against=options.against,
        structure=options.structure,
        title=options.title,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    if options.json:
        print_json({"file": str(written)})
    elif not options.quiet:
        print(f"Written to {written}")
    return GOOD
