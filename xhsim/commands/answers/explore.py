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

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    explore = commands.add_parser(
        "explore",
        parents=[common],
        help="a web page on this machine, with a slider for each lever",
        description="Serve a web page on this machine. Drag a policy lever, and the probabilities "
        "of all indicators change at once. Other machines cannot reach the page. Each visitor has "
        "a separate process. In a notebook: xhsim.explore(xhsim.open_study()).",
    )
    explore.add_argument(
        "scenario",
        nargs="?",
        default="baseline",
        metavar="SCENARIO",
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
    add_prior(explore)
    explore.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    import xhsim
    from xhsim.explorer.page import Settings, serve

    check_given(options)
    # Opened here first: mistakes in the study are printed instead of shown on the page.
    study = xhsim.open_study(options.study, posterior=not options.prior)
    draws, seed = draws_for(study, [options.scenario], options)
    settings = Settings(
        folder=None if options.study is None else str(options.study.resolve()),
        posterior=not options.prior,
        draws=draws,
        seed=seed,
        start=options.scenario,
        lang=options.lang,
    )
    serve(settings, port=options.port, browser=not options.no_browser)
    return GOOD
