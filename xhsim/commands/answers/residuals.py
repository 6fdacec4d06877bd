"""``xhsim residuals``: what it takes that the targets of a scenario are met."""

from __future__ import annotations

import argparse
from typing import Any

from xhsim.commands.common import (
    GOOD,
    add_draws,
    add_prior,
    draws_for,
    print_json,
    print_parts,
)
from xhsim.commands.opening import open_study, scenario
from xhsim.errors import InputError

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    residuals = commands.add_parser(
        "residuals",
        parents=[common],
        help="what instruments have to be so that a scenario meets its targets",
        description="For a scenario with meet: the values of its instruments by year, over the "
        "draws in which the targets are met.",
    )
    residuals.add_argument("scenario", metavar="SCENARIO", type=scenario)
    add_draws(residuals, default=1000)
    add_prior(residuals)
    residuals.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.terminal.tables import records_table

    study = open_study(options)
    scenario = study.files.resolve(options.scenario)
    if not scenario.meets:
        raise InputError(
            f'scenario "{options.scenario}" holds no variable by an instrument (no meet:)',
            file=study.scenarios[options.scenario].where.file,
            hint='add "meet" to it; docs/how-to/hold-a-variable.md shows how',
        )
    draws, seed = draws_for(study, [options.scenario], options)
    ensemble = study.ensemble(options.scenario, draws, seed)
    table = study.residuals(ensemble).reset_index()
    if options.json:
        print_json(table.to_dict("records"))
        return GOOD
    columns = [*table.columns]
    rows = [list(row) for row in table.astype({"year": str}).itertuples(index=False)]
    first = ensemble.attrs.get("mostly_outside", "")
    found = [ensemble.attrs.get(key, "") for key in ("unmet", "outside")]
    notes = [f"{note}." for note in found if note and note != first]
    about = f"{ensemble.attrs['draws']:,} draws, seed {ensemble.attrs['seed']}."
    warning = [f"{first}.\n"] if first else []
    print_parts(*warning, records_table(columns, rows), " ".join([about, *notes]))
    return GOOD
