"""``xhsim sweep``: many scenarios, stored on disk, with resumption."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xhsim.commands.common import GOOD, add_prior, folder, print_json, whole_number
from xhsim.commands.opening import study_folder
from xhsim.errors import InputError

__all__ = ["act", "add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    sweep = commands.add_parser(
        "sweep",
        parents=[common],
        help="a grid or a sample of scenarios; continues where it was stopped",
        description="Run every point of a sweep file (scenarios/sweeps/). If the sweep is stopped, "
        "the same command continues it.",
    )
    sweep.add_argument("file", type=Path, metavar="FILE", help="the sweep file")
    sweep.add_argument("--out", type=folder, required=True, metavar="DIR", help="folder of results")
    sweep.add_argument(
        "--workers", type=whole_number, default=1, metavar="N", help="processes (default: 1)"
    )
    sweep.add_argument(
        "--cluster", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.1:8786"
    )
    add_prior(sweep)
    sweep.set_defaults(action=act)


def job_of(options: argparse.Namespace) -> Any:
    """Return the sweep that the options describe."""
    from xhsim.report.sweeps.run import Job

    if not options.file.is_file():
        raise InputError("there is no such sweep file", file=options.file)
    study = study_folder(options)
    return Job(
        None if study is None else str(study.resolve()),
        str(options.file.resolve()),
        not options.prior,
    )


def act(options: argparse.Namespace) -> int:
    """Run the command; return the exit status."""
    from xhsim.report.sweeps.run import run_sweep

    if options.workers < 1:
        raise InputError(f"--workers must be 1 or more, not {options.workers}")
    result = run_sweep(
        job_of(options),
        options.out,
        workers=options.workers,
        cluster=options.cluster,
        command=options.command_line,
        quiet=options.quiet or options.json,
    )
    if options.json:
        print_json(
            {
                "folder": str(result.folder),
                "points": result.points,
                "blocks": result.blocks,
                "made": result.made,
                "seconds": result.seconds,
            }
        )
    elif not options.quiet:
        done = (
            f"{result.made} of {result.blocks} blocks computed now"
            if result.made
            else "all were computed before"
        )
        print(f"{result.points} points in {result.seconds:.1f} s ({done})")
        print(f"Written to {result.folder}: attainment.parquet, joint.parquet, results.zarr")
    return GOOD
