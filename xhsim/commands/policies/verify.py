"""``xhsim verify``: whether stored results match their inputs."""

from __future__ import annotations

import argparse
import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xhsim.commands.common import FAILED, GOOD, folder, print_json, whole_number
from xhsim.errors import InputError

__all__ = ["act", "add"]

AGAIN = ("attain", "calibrate", "front", "hindcast", "monitor")  # a manifest may name no other


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    verify = commands.add_parser(
        "verify",
        parents=[common],
        help="do stored results match their inputs?",
        description="Compare the inputs of a folder of results with the present files, and look "
        "for damage. Of a sweep, compute a sample of its blocks again to compare every bit. The "
        "folder is all that is needed.",
    )
    verify.add_argument(
        "out",
        type=folder,
        metavar="DIR",
        help="what attain, calibrate, front, hindcast, monitor or sweep has written",
    )
    verify.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="a sweep file to compare with (default: what is stored with the results)",
    )
    verify.add_argument("--all", action="store_true", help="compute everything again")
    verify.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="seed of the sample (default: 0)"
    )
    verify.set_defaults(action=act)


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.files.verified import Verification, holds_sweep, verify_folder
    from xhsim.report.sweeps.verify import verify_sweep

    if options.out.is_file():
        raise InputError("this is a file", file=options.out, hint="name a folder of results")
    found: Verification
    if options.file is None and not holds_sweep(options.out):

        def again(words: list[str], record: Mapping[str, Any], study: str | None, to: Path) -> None:
            _make_again(options, words, record, study, to)

        study = None if options.study is None else str(options.study)
        found = verify_folder(options.out, study=study, again=again if options.all else None)
    else:
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
        print_json(found.as_record())
    else:
        print("\n".join(found.lines()))
    return GOOD if found.passed else FAILED


def _make_again(
    options: argparse.Namespace,
    words: list[str],
    record: Mapping[str, Any],
    study: str | None,
    to: Path,
) -> None:
    """Run the command of a manifest, which writes to another folder and nowhere else."""
    from xhsim.report.files.manifest import without_places

    name, *rest = without_places(words)[1:] or [""]
    if name not in AGAIN:
        raise InputError(f'results of "xhsim {name}" cannot be computed again', file=options.out)
    where = [] if study is None else ["--study", study]
    given = options.parse([name, *rest, *where, "--out", str(to), "--quiet"])
    given.command_line = list(words)
    given.store = False  # of the study nothing is changed
    if "as_of" in record:  # the day of the results, and not today
        given.as_of = str(record["as_of"])
    with contextlib.redirect_stdout(io.StringIO()):
        given.action(given)
