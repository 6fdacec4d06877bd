"""``xhsim verify``: whether the stored results of a sweep match its inputs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import FAILED, GOOD, folder, print_json, whole_number
from xhsim.errors import InputError

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    verify = commands.add_parser(
        "verify",
        parents=[common],
        help="do the stored results of a sweep match its inputs?",
        description="Compare the inputs of a finished sweep with the present files, look for "
        "damage, and compute a sample of its blocks again to compare every bit.",
    )
    verify.add_argument("out", type=folder, metavar="DIR", help="the folder of a finished sweep")
    verify.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="a sweep file to compare with (default: what is stored with the results)",
    )
    verify.add_argument("--all", action="store_true", help="compute every block again")
    verify.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="seed of the sample (default: 0)"
    )
    verify.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.sweeps.verify import verify_sweep

    if options.file is not None and not options.file.is_file():
        raise InputError("there is no such sweep file", file=options.file)
    found = verify_sweep(
        options.out,
        study=options.study,
        sweep=options.file,
        every=options.all,
        seed=options.seed,
        quiet=options.quiet or options.json,
    )
    if options.json:
        print_json(
            {
                "passed": found.passed,
                "changed": list(found.changed),
                "damaged": list(found.damaged),
                "different": list(found.different),
                "checked": list(found.checked),
                "blocks": found.blocks,
            }
        )
    else:
        print("\n".join(found.lines()))
    return GOOD if found.passed else FAILED
