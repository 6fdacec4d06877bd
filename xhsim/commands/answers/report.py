"""``xhsim report``: a page for a reader without Python."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    add_structure,
    check_given,
    draws_for,
    print_json,
)
from xhsim.commands.opening import open_study, scenario
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.report.page.live import LivePage

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
    live = report.add_mutually_exclusive_group()
    live.add_argument(
        "--interactive",
        action="store_true",
        help="put the page of xhsim publish into the report, so that the reader can drag levers",
    )
    live.add_argument(
        "--with-page",
        action="store_true",
        help="write the page of xhsim publish beside the report, as NAME-levers.html, with a link",
    )
    add_draws(report, default=1000)
    add_structure(report)
    add_prior(report)
    report.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import write_text
    from xhsim.report.page.page import check_file, write_report

    check_given(options)
    check_file(options.out)
    study = open_study(options)
    beside = options.out.with_name(f"{options.out.stem}-levers.html") if options.with_page else None
    live = None
    if options.interactive or beside:
        if beside:
            check_file(beside)
        live = _live_page(study, options, beside)
    written = write_report(
        study,
        options.scenarios,
        options.out,
        lang=options.lang,
        draws=options.draws,
        seed=options.seed,
        against=options.against,
        structure=options.structure,
        title=options.title,
        live=live,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    files = [written]
    if beside and live:
        write_text(beside, live.text)
        files.append(beside)
    if options.json:
        print_json({"file": str(written)} | ({"page": str(beside)} if beside else {}))
    elif not options.quiet:
        print(*(f"Written to {file}" for file in files), sep="\n")
    return GOOD


def _live_page(study: Study, options: argparse.Namespace, beside: Path | None) -> LivePage:
    """Make the page for the scenarios and the draws of the report."""
    from xhsim.explorer.content import left_out, page_content
    from xhsim.explorer.page import page_text
    from xhsim.report.page.live import LivePage

    if options.structure is not None:
        raise InputError(
            "the page on which levers move has the structures of all draws",
            hint="leave out --structure; the reader can choose one on the page",
        )
    against = [options.against or study.scenarios[name].extends for name in options.scenarios]
    names = [
        *options.scenarios,
        *(name for name in against if name and name not in left_out(study)),
    ]
    draws, seed = draws_for(study, options.scenarios, options)
    content = page_content(
        study, names, draws=draws, seed=seed, lang=options.lang, title=options.title
    )
    return LivePage(page_text(content), None if beside is None else beside.name)
