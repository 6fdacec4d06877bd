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

__all__ = [
    "BAD_INPUT",
    "FAILED",
    "GOOD",
    "INTERRUPTED",
    "add_draws",
    "add_prior",
    "console",
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


def add_draws(command: argparse.ArgumentParser, default: int) -> None:
    """Add ``--draws`` and ``--seed``."""
    command.add_argument(
        "--draws",
        type=whole_number,
        default=default,
        metavar="N",
        help=f"worlds drawn (default: {default})",
    )
    command.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="which worlds (default: 0)"
    )


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
