"""``xhsim new``: a study of one's own, to change."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD, folder, whole_number

__all__ = ["act", "add"]

NEXT = """\
Next:
{enter}  xhsim check                 do the files fit together?
  xhsim attain                how likely is each target, in each scenario?
Then change a line and run both again: a lever in {scenario}, a belief in
model/parameters.yaml, an aim in model/targets.yaml. In Python: xhsim.open_study({python})"""

LATER = """Runs end in {horizon}.
Targets keep their years: give those that lie later another period in model/targets.yaml."""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    new = commands.add_parser(
        "new",
        help="a study to change: a copy of Xuhui's, or a small one with invented numbers",
        description="Make a study in a new or empty folder. Commands use it while you work in this "
        "folder.",
    )
    new.add_argument("folder", type=folder, metavar="DIR", help="a new or empty folder")
    kind = new.add_mutually_exclusive_group()
    kind.add_argument(
        "--from",
        dest="source",
        choices=["xuhui"],
        help="copy the study that ships with xhsim (default)",
    )
    kind.add_argument(
        "--blank",
        action="store_true",
        help="a small district with invented numbers, whose files explain themselves",
    )
    new.add_argument(
        "--horizon",
        type=whole_number,
        metavar="YEAR",
        help="last year of all runs, so that targets may lie there (default: 2025)",
    )
    new.add_argument("--quiet", action="store_true", help="do not say what comes next")
    new.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.study.new_study import make_study

    make_study(options.folder, blank=options.blank, horizon=options.horizon)
    if not options.quiet:
        print(_said(options.folder, blank=options.blank, horizon=options.horizon))
    return GOOD


def _said(made: Path, *, blank: bool, horizon: int | None) -> str:
    what = "a small study with invented numbers" if blank else "a copy of the study of Xuhui"
    quoted = f'"{made}"' if os.name == "nt" else shlex.quote(str(made))
    enter = "" if made.resolve() == Path.cwd() else f"  cd {quoted}\n"
    scenario = f"scenarios/{'homes-and-promotion' if blank else 'rd-push'}.yaml"
    python = json.dumps(made.as_posix(), ensure_ascii=False)
    said = NEXT.format(enter=enter, scenario=scenario, python=python)
    later = "" if horizon is None else f" {LATER.format(horizon=horizon)}"
    return f"{made} is {what}.{later}\n\n{said}"
