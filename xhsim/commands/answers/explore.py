"""``xhsim explore``: drag policy levers on a web page, and see the probabilities move."""

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
        help="a page with a slider for each lever, on this machine",
        description="Serve a web page on this machine: drag a policy lever, and the probabilities "
        "of all indicators move at once. Nobody else can reach it, and each visitor has a process "
        "of their own. In a notebook: xhsim.explore(xhsim.open_study()).",
    )
    explore.add_argument(
        "scenario", nargs="?", default="baseline", metavar="SCENARIO", help="where to start from"
    )
    add_draws(explore, default=1000)
    explore.add_argument(
        "--lang", choices=("en", "zh"), default="en", help="the language it begins in"
    )
    explore.add_argument(
        "--port", type=whole_number, default=8866, metavar="N", help="0 for any (default: 8866)"
    )
    explore.add_argument(
        "--no-browser", action="store_true", help="print the address, and open no browser"
    )
    add_prior(explore)
    explore.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
    import xhsim
    from xhsim.explorer.page import Settings, serve

    check_given(options)
    # Whatever is wrong with the study is said here, rather than on the page.
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
