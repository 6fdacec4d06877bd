"""The verification of a sweep: inputs compared by hash, blocks computed again bit for bit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xhsim.analysis.blocks import digest, needed
from xhsim.atomic import write_text
from xhsim.errors import InputError
from xhsim.report.files.manifest import MANIFEST
from xhsim.report.files.sweep_folder import SweepFolder
from xhsim.report.files.verified import Verification
from xhsim.report.sweeps.run import Job, identity_of, make_block
from xhsim.report.terminal.progress import progress_bar

__all__ = ["SweepVerification", "verify_sweep"]

# What Zarr and its codecs raise if stored bytes have changed.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError)


@dataclass(frozen=True)
class SweepVerification(Verification):
    """The result for a sweep of so many blocks; `different` and `checked` are their numbers."""

    blocks: int

    @property
    def extent(self) -> str:
        """How much was compared, in words."""
        return f"{len(self.checked)} of {self.blocks} blocks computed again"


def verify_sweep(
    folder: Path,
    *,
    study: str | None = None,
    sweep: Path | None = None,
    every: bool,
    seed: int,
    quiet: bool,
) -> SweepVerification:
    """Compare a finished sweep with its present inputs.

    Parameters
    ----------
    folder : Path
        It says what was run, and where the study is.
    study : str, optional
        The folder of the study, if it is elsewhere now.
    sweep : Path, optional
        A sweep file to compare with, in place of the text that is stored with the results.
    every : bool
        Whether to compute all blocks again, instead of a sample of an eighth (at least three).
    seed : int
        Random seed of the sample.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    SweepVerification
        If an input has changed, no block is computed again.

    Raises
    ------
    InputError
        If the folder does not contain a sweep, or an input cannot be read.
    """
    stored = SweepFolder(folder)
    record = stored.record()
    if not stored.is_finished:
        return SweepVerification(("the sweep is not finished",), (), (), (), 0)
    with tempfile.TemporaryDirectory() as place:
        job = _job_of(record, folder, study, sweep, Path(place))
        return _verified(job, stored, record, every=every, seed=seed, quiet=quiet)


def _job_of(
    record: dict[str, Any], folder: Path, study: str | None, sweep: Path | None, place: Path
) -> Job:
    """Return the sweep whose results lie in a folder."""
    kept = record["sweep"].get("files")
    if not sweep and not (isinstance(kept, dict) and kept):
        raise InputError(
            "the results do not hold their sweep file, as those of an older xhsim",
            file=folder / MANIFEST,
            hint=f"name the file: xhsim verify {folder} FILE",
        )
    texts = {} if sweep else {place / name: str(text) for name, text in kept.items()}
    for path, text in texts.items():
        if not path.resolve().is_relative_to(place.resolve()):
            raise InputError(
                f'"{path.name}" of the sweep lies outside the folder of its file',
                hint="name the sweep file: xhsim verify DIR FILE",
            )
        write_text(path, text)
    file = sweep or next(iter(texts))
    if study is None and record.get("study") is not None:
        there = (folder / record["study"]).resolve()
        if not there.is_dir():
            raise InputError(
                f'the study of these results is no longer at "{there}"',
                hint="say where it is: --study DIR",
            )
        study = str(there)
    return Job(study, str(file.resolve()), record["identity"].get("beliefs") != "prior")


def _verified(
    job: Job, stored: SweepFolder, record: dict[str, Any], *, every: bool, seed: int, quiet: bool
) -> SweepVerification:
    changed = tuple(_changes(record["identity"], identity_of(job)))
    expected: list[str] = record["blocks"]
    size = int(record["sweep"]["block"])
    damaged = tuple(_damage(stored, expected, size))
    if changed:
        return SweepVerification(changed, damaged, (), (), len(expected))
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
    return SweepVerification((), damaged, tuple(different), tuple(chosen), len(expected))


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
    """Read every chunk. Describe those that cannot be read or have changed."""
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
            yield f"chunk {number} (points from {number * size}) has changed since it was written"
