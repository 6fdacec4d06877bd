"""``xhsim explore``: a web page with a slider for each policy lever."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    check_given,
    draws_for,
    whole_number,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    explore = commands.add_parser(
        "explore",
        parents=[common],
        help="a web page on this machine, with a slider for each lever",
        description="Serve a web page on this machine. Drag a policy lever, and the probabilities "
        "of all indicators change at once; the draws run in the browser. Other machines cannot "
        "reach the page. Scenarios can be saved into the study. xhsim publish writes the same page "
        "as a file to send. In a notebook: xhsim.explore(xhsim.open_study()).",
    )
    explore.add_argument(
        "scenario",
        nargs="?",
        default="baseline",
        metavar="SCENARIO",
        type=scenario,
        help="the scenario to start from (default: baseline)",
    )
    add_draws(explore, default=1000)
    explore.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="first language shown (default: en)"
    )
    explore.add_argument(
        "--port", type=whole_number, default=8866, metavar="N", help="0: any free (default: 8866)"
    )
    explore.add_argument("--no-browser", action="store_true", help="only print the address")
    explore.add_argument(
        "--no-releases",
        action="store_true",
        help="no choice of the figures that are known: the page opens sooner",
    )
    add_prior(explore)
    explore.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.explorer.content import left_out, page_content
    from xhsim.explorer.page import page_text
    from xhsim.explorer.server import check_port, serve

    check_given(options)
    check_port(options.port)
    study = open_study(options)
    draws, seed = draws_for(study, [options.scenario], options)
    without = {options.scenario, *left_out(study)}
    others = [name for name in study.scenarios if name not in without]
    content = page_content(
        study,
        [options.scenario, *others],
        draws=draws,
        seed=seed,
        lang=options.lang,
        releases=not options.no_releases,
    )
    page = page_text(content, saves=True)
    serve(study, page, port=options.port, browser=not options.no_browser)
    return GOOD
