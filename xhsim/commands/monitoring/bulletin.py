"""``xhsim bulletin``: one page on the lights of a monitored study, and an annex."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    check_given,
    draws_for,
    print_json,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    bulletin = commands.add_parser(
        "bulletin",
        parents=[common],
        help="one A4 page on the lights of all targets, to send, and an annex",
        description="Update the study with the figures published up to a date, and write one page: "
        "the light of each target, what moved and why, and what to watch next. An annex has "
        "charts, all figures, the method, and the record of past forecasts.",
    )
    bulletin.add_argument(
        "scenario",
        metavar="SCENARIO",
        type=scenario,
        nargs="?",
        default="baseline",
        help="the policy that was in force (default: baseline)",
    )
    bulletin.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="the .html or .docx file; an existing one is replaced",
    )
    bulletin.add_argument(
        "--as-of",
        metavar="DATE",
        help="count what was published up to this day, such as 2023-06 or 2023-06-30 (default: "
        "that of model/monitoring.yaml, or of the last release)",
    )
    bulletin.add_argument(
        "--releases", metavar="FILE", type=Path, help="a file in place of model/releases.csv"
    )
    bulletin.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="language (default: en)"
    )
    bulletin.add_argument("--title", metavar="TEXT", help="title of the page")
    add_draws(bulletin, default=2000)
    add_prior(bulletin)
    bulletin.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.bulletin.write import check_bulletin_file, write_bulletin
    from xhsim.study.history.releases import parse_date

    check_given(options)
    as_of = None if options.as_of is None else parse_date(options.as_of, what="--as-of")
    check_bulletin_file(options.out)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    written = write_bulletin(
        study,
        options.out,
        as_of=as_of,
        scenario=options.scenario,
        releases=options.releases,
        lang=options.lang,
        draws=draws,
        seed=seed,
        title=options.title,
    )
    if options.json:
        print_json({"file": str(written)})
    elif not options.quiet:
        print(f"Written to {written}")
    return GOOD
