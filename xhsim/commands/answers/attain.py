"""``xhsim attain``: the probability that each target is attained."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    add_structure,
    check_given,
    console,
    draws_for,
    folder,
    print_json,
    print_parts,
)
from xhsim.commands.opening import open_study, scenario

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    attain = commands.add_parser(
        "attain",
        parents=[common],
        help="probability that each target is attained, by scenario",
        description="Estimate the probability that each target is attained, in each scenario. All "
        "scenarios use the same draws, so differences between them come from policy alone.",
    )
    attain.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", type=scenario, help="default: all"
    )
    add_draws(attain, default=1000)
    attain.add_argument("--out", type=folder, metavar="DIR", help="write tables and pictures here")
    attain.add_argument(
        "--every", action="store_true", help="also show the targets from the plan's text"
    )
    attain.add_argument(
        "--readings",
        action="store_true",
        help="also show other readings of the plan's wording, below their target",
    )
    add_structure(attain)
    attain.add_argument(
        "--by-structure",
        action="store_true",
        help="also show the probabilities in each structure, with their intervals",
    )
    add_prior(attain)
    attain.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import check_folder

    check_given(options)
    if options.out is not None:
        check_folder(options.out)
    study = open_study(options, every=not options.scenarios)
    names = list(dict.fromkeys(options.scenarios)) or list(study.scenarios)
    # Before the first run: a mistyped scenario must not cost the time of the others.
    draws, seed = draws_for(study, names, options)
    from xhsim.report.policies.rules import firings_rows
    from xhsim.report.terminal.attain import attain_scenarios

    result = attain_scenarios(
        study,
        names,
        draws=draws,
        seed=seed,
        out=options.out,
        command=options.command_line,
        quiet=options.quiet or options.json,
        # They take several runs of each scenario; a table of several has no room for them.
        bases=options.json or options.out is not None or len(names) == 1,
        structure=options.structure,
    )
    if options.json:
        print_json(result.as_records())
        return GOOD
    apart = result.structure_tables(every=options.every) if options.by_structure else []
    tables = result.tables(every=options.every, readings=options.readings, width=console().width)
    print_parts(*(f"{warning}\n" for warning in result.warnings()))
    for number, table in enumerate(tables):
        print_parts(*([""] if number else []), table)
    for label, table in apart:
        print_parts(f"\n{label}: by structure, % (95 % interval)", table)
    for name, firings in result.firings.items():
        title = f"{result.labels[name]}: how often its rules act" if len(names) > 1 else ""
        print_parts(title and f"\n{title}", firings_rows(firings, result.rule_labels))
    if not options.quiet:
        print_parts(result.remarks())
    return GOOD
