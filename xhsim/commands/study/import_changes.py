"""``xhsim import``: Vensim's change files as scenarios."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import xhsim
from xhsim.commands.common import GOOD

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    take_over = commands.add_parser(
        "import",
        parents=[common],
        help="a Vensim change file (.cin) as a scenario",
        description="Read a Vensim change file, see that what it sets exists and lies in range, "
        "and write it as a scenario file.",
    )
    take_over.add_argument("file", type=Path, metavar="FILE", help="the .cin file")
    take_over.add_argument("--to", type=Path, required=True, metavar="FILE", help="the .yaml file")
    take_over.add_argument(
        "--extends", default="baseline", metavar="SCENARIO", help="default: baseline"
    )
    take_over.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Carry it out; return the exit status."""
    from xhsim.atomic import write_text
    from xhsim.study.scenarios.vensim_changes import read_change_file
    from xhsim.study.scenarios.writer import check_new_file, scenario_text

    check_new_file(options.to)
    study = xhsim.open_study(options.study)
    study.files.resolve(options.extends)
    scenario = read_change_file(options.file, study.parameters, options.extends)
    write_text(options.to, scenario_text(scenario))
    if not options.quiet:
        print(f"{len(scenario.changes)} changes written to {options.to}")
    return GOOD
