"""``xhsim publish``: a page to send, on which levers move and the draws answer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD, add_draws, add_prior, check_given, draws_for
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    publish = commands.add_parser(
        "publish",
        parents=[common],
        help="one HTML file to send: drag levers, and a thousand draws answer, without Python",
        description="Write one HTML file that needs no network, no server and no Python. Whoever "
        "opens it drags levers, and the probabilities of all indicators change at once.",
    )
    publish.add_argument(
        "scenarios",
        nargs="*",
        metavar="SCENARIO",
        type=scenario,
        help="those that a reader can start from, the first one first (default: all)",
    )
    publish.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the file; it ends in .html"
    )
    add_draws(publish, default=1000)
    publish.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="first language shown (default: en)"
    )
    publish.add_argument("--title", metavar="TEXT", help="title of the page")
    publish.add_argument(
        "--no-releases",
        action="store_true",
        help="no choice of the figures that are known: the page is made sooner and half as large",
    )
    add_prior(publish)
    publish.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.explorer.content import left_out
    from xhsim.explorer.page import publish

    check_given(options)
    study = open_study(options, every=not options.scenarios)
    names = options.scenarios or list(study.scenarios)
    draws, seed = draws_for(study, names, options)
    file = publish(
        study,
        options.out,
        options.scenarios,
        draws=draws,
        seed=seed,
        lang=options.lang,
        title=options.title,
        releases=not options.no_releases,
    )
    if not options.scenarios:
        for name, what in left_out(study).items():
            print(f'Left out: scenario "{name}" has {what}.', file=sys.stderr)
    if not options.quiet:
        print(f"Written to {file} ({file.stat().st_size / 1e6:.1f} MB). Open it in a browser.")
    return GOOD
