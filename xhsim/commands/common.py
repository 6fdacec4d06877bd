"""Shared parts of commands: options and printing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from xhsim.analysis.study import Study

__all__ = [
    "BAD_INPUT",
    "FAILED",
    "GOOD",
    "INTERRUPTED",
    "TERMINATED",
    "add_draws",
    "add_prior",
    "add_structure",
    "check_given",
    "console",
    "draws_for",
    "folder",
    "print_json",
    "print_parts",
    "print_result",
    "whole_number",
]

GOOD, FAILED, BAD_INPUT, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


def folder(text: str) -> Path:
    """Read a folder from the command line."""
    if not text:  # otherwise an empty shell variable would mean the current folder
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return Path(text)


def whole_number(text: str) -> int:
    """Read a whole number from the command line."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number') from None


def add_draws(
    command: argparse.ArgumentParser, default: int, *, scenario_says: bool = True
) -> None:
    """Add ``--draws`` and ``--seed``.

    If a scenario may set them (`scenario_says`), they are None unless given: see `draws_for`.
    """
    says = "the scenario's, or " if scenario_says else ""
    command.set_defaults(default_draws=default)
    command.add_argument(
        "--draws",
        type=whole_number,
        default=None if scenario_says else default,
        metavar="N",
        help=f"number of draws (default: {says}{default})",
    )
    command.add_argument(
        "--seed",
        type=whole_number,
        default=None if scenario_says else 0,
        metavar="N",
        help=f"random seed of the draws (default: {says}0)",
    )


def check_given(options: argparse.Namespace) -> None:
    """Check the number of draws and the seed, if they are given.

    Raises
    ------
    InputError
        If one of them is not valid.
    """
    from xhsim.analysis.worlds.design import check_draws

    draws = 1 if options.draws is None else options.draws
    check_draws(draws, 0 if options.seed is None else options.seed)


def draws_for(
    study: Study, scenarios: Iterable[str], options: argparse.Namespace
) -> tuple[int, int]:
    """Return the number of draws and the seed for scenarios.

    Raises
    ------
    InputError
        If a scenario does not exist, or the scenarios differ and the command line does not decide.
    """
    from xhsim.analysis.worlds.world import draws_of

    resolved = [study.files.resolve(name) for name in scenarios]
    return draws_of(resolved, options.draws, options.seed, default=options.default_draws)


def add_prior(command: argparse.ArgumentParser) -> None:
    """Add ``--prior``."""
    command.add_argument(
        "--prior",
        action="store_true",
        help="draw from the priors, without the posterior stored in the study",
    )


def add_structure(command: argparse.ArgumentParser) -> None:
    """Add ``--structure``."""
    command.add_argument(
        "--structure",
        metavar="STRUCTURE",
        help="one structure of the model in all draws, or equal for equal weights (default: by "
        "weight)",
    )


def console() -> Console:
    """Return the console for which tables are laid out."""
    from rich.console import Console

    # A file or a pipe has no width: tables are not folded there.
    return Console() if sys.stdout.isatty() else Console(width=200)


def print_parts(*parts: RenderableType) -> None:
    """Print tables and texts."""
    wide = console()
    # Captured, since rich ends the program when the reader has closed the output.
    with wide.capture() as captured:
        for part in parts:
            wide.print(part, highlight=False, markup=False)
    print(captured.get(), end="")


class Printable(Protocol):
    """A result that can be printed."""

    def parts(self, *, quiet: bool) -> Iterable[RenderableType]:
        """Return tables and texts to print; fewer if `quiet`."""

    def as_record(self) -> Any:
        """Return the result as values that JSON can represent."""


def print_result(result: Printable, options: argparse.Namespace) -> None:
    """Print a result as JSON with ``--json``, else as tables and texts."""
    if options.json:
        print_json(result.as_record())
    else:
        print_parts(*result.parts(quiet=options.quiet))


def print_json(record: Any) -> None:
    """Print a record as JSON."""
    # Every JSON reader must accept it: no NaN, and Chinese letters only in a Unicode stream.
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(record, indent=2, ensure_ascii=not is_unicode, allow_nan=False))
