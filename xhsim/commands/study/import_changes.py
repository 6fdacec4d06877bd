"""``xhsim import``: a Vensim change file converted to a scenario."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD
from xhsim.commands.opening import open_study, scenario_of_study

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "import",
        parents=[common],
        help="convert a Vensim change file (.cin) to a scenario",
        description="Read a Vensim change file, check that its parameters exist and its values are "
        "in range, and write it as a scenario file.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the .cin file to read")
    command.add_argument(
        "--to", type=Path, required=True, metavar="FILE", help="the .yaml file to write"
    )
    command.add_argument(
        "--extends",
        default="baseline",
        metavar="SCENARIO",
        type=scenario_of_study,
        help="its parent (default: baseline)",
    )
    command.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.atomic import write_text
    from xhsim.study.scenarios.vensim_changes import read_change_file
    from xhsim.study.scenarios.writer import check_new_file, scenario_text

    check_new_file(options.to)
    study = open_study(options)
    study.files.resolve(options.extends)
    scenario = read_change_file(options.file, study.parameters, options.extends)
    write_text(options.to, scenario_text(scenario))
    if not options.quiet:
        print(f"{len(scenario.changes)} changes written to {options.to}")
    return GOOD
