"""What commands share: kinds of options, and printing."""

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
    "add_draws",
    "add_prior",
    "check_given",
    "console",
    "draws_for",
    "folder",
    "print_json",
    "print_parts",
    "print_result",
    "whole_number",
]

GOOD, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def folder(text: str) -> Path:
    """Take a text as a folder."""
    if not text:  # an empty shell variable would else mean the current folder
        raise argparse.ArgumentTypeError("no folder is named")
    return Path(text)


def whole_number(text: str) -> int:
    """Take a text as a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number') from None


def add_draws(
    command: argparse.ArgumentParser, default: int, *, scenario_says: bool = True
) -> None:
    """Add ``--draws`` and ``--seed``.

    Where a scenario has a say they are None if they are not given: see `draws_for`.
    """
    says = "what the scenario says, or " if scenario_says else ""
    command.set_defaults(default_draws=default)
    command.add_argument(
        "--draws",
        type=whole_number,
        default=None if scenario_says else default,
        metavar="N",
        help=f"worlds drawn (default: {says}{default})",
    )
    command.add_argument(
        "--seed",
        type=whole_number,
        default=None if scenario_says else 0,
        metavar="N",
        help=f"which worlds (default: {says}0)",
    )


def check_given(options: argparse.Namespace) -> None:
    """See that the draws and the seed that are given are such numbers.

    Raises
    ------
    InputError
        If one is not.
    """
    from xhsim.analysis.worlds.design import check_draws

    draws = 1 if options.draws is None else options.draws
    check_draws(draws, 0 if options.seed is None else options.seed)


def draws_for(
    study: Study, scenarios: Iterable[str], options: argparse.Namespace
) -> tuple[int, int]:
    """Tell on how many draws a command runs scenarios, and on which.

    Raises
    ------
    InputError
        If there is no such scenario, or they say different numbers and the command line none.
    """
    from xhsim.analysis.worlds.world import draws_of

    resolved = [study.files.resolve(name) for name in scenarios]
    return draws_of(resolved, options.draws, options.seed, default=options.default_draws)


def add_prior(command: argparse.ArgumentParser) -> None:
    """Add ``--prior``."""
    command.add_argument(
        "--prior",
        action="store_true",
        help="what the priors say, without the posterior that is stored with the study",
    )


def console() -> Console:
    """Give what tables are laid out for."""
    from rich.console import Console

    # Where nobody's window sets a width (a file, a pipe), tables should not be folded.
    return Console() if sys.stdout.isatty() else Console(width=200)


def print_parts(*parts: RenderableType) -> None:
    """Print tables and texts."""
    wide = console()
    # Captured, since rich would end the program when whoever reads has gone.
    with wide.capture() as captured:
        for part in parts:
            wide.print(part, highlight=False, markup=False)
    print(captured.get(), end="")


class Printable(Protocol):
    """A result that can be printed."""

    def parts(self, *, quiet: bool) -> Iterable[RenderableType]:
        """Return tables and texts; fewer of them when quiet."""

    def as_record(self) -> Any:
        """Return all of it as JSON knows it."""


def print_result(result: Printable, options: argparse.Namespace) -> None:
    """Print a result as the options want it: as JSON, or as tables and texts."""
    if options.json:
        print_json(result.as_record())
    else:
        print_parts(*result.parts(quiet=options.quiet))


def print_json(record: Any) -> None:
    """Print a record as JSON."""
    # Whatever reads it must be able to: no NaN, and Chinese only where the stream knows it.
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(record, indent=2, ensure_ascii=not is_unicode, allow_nan=False))
