"""The shared start of similar runs: the first run computes it, later runs reuse it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.paths import Path

__all__ = ["Beginning", "Known", "RememberedBlock"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """All that determines how a block of draws begins.

    Parameters
    ----------
    program : object
        The compiled code.
    numbers : sequence of ndarray
        All inputs that do not change over time, and the start and length of the steps.
    paths : sequence of Path
        The inputs that change over time.
    saved : ndarray
        The saved times.
    """

    program: object
    numbers: Sequence[Array]
    paths: Sequence[Path]
    saved: Array

    def begins_like(self, other: Known, until: float) -> bool:
        """Tell whether both give the same outputs up to a date, bit for bit."""
        return _same(self.saved, other.saved) and self.runs_like(other, until)

    def runs_like(self, other: Known, until: float) -> bool:
        """Tell whether both give the same state at a date, bit for bit."""
        return (
            self.program is other.program
            and len(self.paths) == len(other.paths)
            and all(map(_same, self.numbers, other.numbers))
            and all(
                _agree(mine, theirs, until)
                for mine, theirs in zip(self.paths, other.paths, strict=True)
            )
        )


@dataclass
class RememberedBlock:
    """The remembered start of a block of draws.

    Parameters
    ----------
    known : Known
    steps : int
        The number of remembered steps.
    reports : dict of int to object
        The outputs by the number of steps, as the backend computes them.
    state : ndarray or None
        The state after `steps` steps; None until it is known.
    earlier : RememberedBlock or None
        One with fewer steps that begins alike, from which this one goes on.
    """

    known: Known
    steps: int
    reports: dict[int, Any] = field(default_factory=dict)
    state: Array | None = None
    earlier: RememberedBlock | None = None

    def goes_on_from(self, counts: Sequence[int]) -> bool:
        """Tell whether the earlier one knows the outputs that a run wants, and where it stops."""
        if self.earlier is None:
            return False
        early = [count for count in counts if 0 < count <= self.earlier.steps]
        return (
            bool(early) and early[-1] == self.earlier.steps and {*early} <= {*self.earlier.reports}
        )


class Beginning:
    """Remember the start of runs, so that runs that differ only later need not repeat it.

    Give the same object to several calls of `xhsim.engine.model.Model.run`. Runs with a fixed step
    use it, if the model has no discrete changes. It changes speed, but not a bit of the results:
    the remembered start is used only if all inputs, and all paths up to the date, are the same bit
    for bit.

    Parameters
    ----------
    until : float
        The date up to which runs are probably the same. The start is remembered up to the last
        saved time that is not later.
    after : Beginning, optional
        One up to an earlier date. Runs that begin like those it has seen, and save its date, too,
        go on from there.

    Examples
    --------
    >>> import numpy as np
    >>> import xhsim
    >>> model, beginning = xhsim.open_study().model, Beginning(2021)
    >>> support = xhsim.Path([2021, 2022], [3.0, 5.0])
    >>> given = {"RD support": support, "patent propensity": np.linspace(0.4, 0.6, 16)}
    >>> run = model.run(given, outputs=["gdp"], runs=1_000_000, beginning=beginning)
    >>> run.sizes["draw"]
    16
    """

    def __init__(self, until: float, after: Beginning | None = None) -> None:
        self.until = float(until)
        self._after = after
        self._blocks: dict[tuple[int, int], RememberedBlock] = {}

    def of_block(self, part: slice, known: Known, steps: int) -> RememberedBlock | None:
        """Return the remembered start of a block with the same inputs, or a new empty one.

        Parameters
        ----------
        part : slice
            The draws of the block.
        known : Known
        steps : int
            The number of steps to remember.
        """
        kept = self._blocks.get((part.start, part.stop))
        if (
            kept is not None
            and kept.state is not None
            and kept.steps == steps
            and kept.known.begins_like(known, self.until)
        ):
            return kept
        earlier = None if self._after is None else self._after._known(part, known, steps)
        self._blocks[part.start, part.stop] = RememberedBlock(known, steps, earlier=earlier)
        return self._blocks[part.start, part.stop]

    def _known(self, part: slice, known: Known, steps: int) -> RememberedBlock | None:
        """Return the remembered start of a block that runs alike, and has fewer steps."""
        kept = self._blocks.get((part.start, part.stop))
        if kept is None or kept.state is None or kept.steps >= steps:
            return None
        return kept if kept.known.runs_like(known, self.until) else None


def _same(one: Any, other: Any) -> bool:
    return np.array_equal(one, other, equal_nan=True)


def _agree(one: Path, other: Path, until: float) -> bool:
    """Tell whether two paths are the same up to and including a date."""
    if one is other:
        return True
    counts = [int(np.searchsorted(path.times, until, side="right")) for path in (one, other)]
    if counts[0] != counts[1] or one.values.shape[1:] != other.values.shape[1:]:
        return False
    n = counts[0]
    if n == 0:  # a path is flat before its first knot
        return _same(one.values[0], other.values[0])
    # The slope of the piece that contains the date must be the same, too: the values between its
    # knot and the date depend on it.
    return all(
        _same(mine[:n], theirs[:n])
        for mine, theirs in (
            (one.times, other.times),
            (one.values, other.values),
            (one.slopes, other.slopes),
        )
    )
