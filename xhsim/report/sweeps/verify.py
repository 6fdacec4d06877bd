"""Proving what produced a sweep: inputs by hash, blocks made again and compared bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xhsim.report.files.sweep_folder import SweepFolder, digest, needed
from xhsim.report.sweeps.run import Job, identity_of, make_block
from xhsim.report.terminal.progress import progress_bar

__all__ = ["Verification", "verify_sweep"]

# What Zarr and its codecs raise when bytes are not what they were.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError)


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes
    ----------
    changed : tuple of str
        What the results depend on and is not what it was.
    damaged : tuple of str
        Chunks of stored arrays that are not what was written.
    different : tuple of int
        Blocks that came out otherwise when made again.
    checked : tuple of int
        Blocks that were made again.
    blocks : int
        All there are.
    """

    changed: tuple[str, ...]
    damaged: tuple[str, ...]
    different: tuple[int, ...]
    checked: tuple[int, ...]
    blocks: int

    @property
    def passed(self) -> bool:
        """Whether everything is as it was."""
        return not (self.changed or self.damaged or self.different)

    def lines(self) -> Iterator[str]:
        """Yield what to say."""
        for what in self.changed:
            yield f"changed: {what}"
        for what in self.damaged:
            yield f"damaged: {what}"
        for number in self.different:
            yield f"different: block {number} came out otherwise"
        count = f"{len(self.checked)} of {self.blocks} blocks made again"
        yield f"{count}: {'all as stored' if self.passed else 'NOT as stored'}"


def verify_sweep(job: Job, folder: Path, *, every: bool, seed: int, quiet: bool) -> Verification:
    """Compare a finished sweep with what its inputs give now.

    Parameters
    ----------
    job : Job
    folder : Path
    every : bool
        Make all blocks again, not a sample of an eighth (three at least).
    seed : int
        Of the sample.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    Verification
        Blocks are made again only where nothing they depend on has changed.

    Raises
    ------
    InputError
        If the folder holds no finished sweep, or an input cannot be read.
    """
    stored = SweepFolder(folder)
    record = stored.record()
    if not stored.is_finished:
        return Verification(("the sweep is not finished",), (), (), (), 0)
    changed = tuple(_changes(record["identity"], identity_of(job)))
    expected: list[str] = record["blocks"]
    size = int(record["sweep"]["block"])
    damaged = tuple(_damage(stored, expected, size))
    if changed:
        return Verification(changed, damaged, (), (), len(expected))
    chosen = range(len(expected))
    if not every:
        count = min(len(expected), max(3, len(expected) // 8))
        picks = np.random.default_rng(seed).choice(len(expected), count, replace=False)
        chosen = sorted(int(pick) for pick in picks)  # type: ignore[assignment]
    different = []
    with progress_bar(quiet) as bar:
        task = bar.add_task("blocks", total=len(chosen))
        for number in chosen:
            _, block = make_block(job, number)
            if digest(block) != expected[number]:
                different.append(number)
            bar.advance(task)
    return Verification((), damaged, tuple(different), tuple(chosen), len(expected))


def _changes(held: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for key, value in now.items():
        if held.get(key) == value:
            continue
        if isinstance(value, dict):
            before = held.get(key, {})
            names = sorted({*before, *value})
            yield from (name for name in names if before.get(name) != value.get(name))
        else:
            yield "the sweep file" if key in ("sweep", "points") else key


def _damage(stored: SweepFolder, expected: list[str], size: int) -> Iterator[str]:
    """Read every chunk; name those that cannot be read or are not what was written."""
    zarr = needed("zarr")
    try:
        root = zarr.open_group(stored.arrays, mode="r")
        names = [name for name, _ in root.arrays() if name != "points"]
    except UNREADABLE as error:
        yield f"{stored.arrays.name} cannot be read: {error}"
        return
    for number, wanted in enumerate(expected):
        block, bad = {}, []
        for name in names:
            try:
                values = root[name][number * size : (number + 1) * size]
            except UNREADABLE as error:
                bad.append(f"{name} ({error})")
                continue
            for kind in ("quantiles_", "draws_"):
                if name.startswith(kind):
                    name = f"{kind[:-1]} {name.removeprefix(kind)}"
            block[name] = values
        if bad:
            yield f"{', '.join(bad)}: chunk {number} (points from {number * size}) cannot be read"
        elif digest(block) != wanted:
            yield f"chunk {number} (points from {number * size}) is not what was written"
