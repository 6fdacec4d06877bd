"""Recognise the loops that a study names among those found in runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xhsim.engine.language.syntax import canonical
from xhsim.study.loops import Loop

__all__ = ["name_of_path"]


def name_of_path(path: Sequence[str], loops: Iterable[Loop]) -> Loop | None:
    """Find the named loop that a path is, or None.

    Parameters
    ----------
    path : sequence of str
        Canonical names of the variables of a loop, each the cause of the next.
    loops : iterable of Loop
        As read from ``loops.yaml``.

    Returns
    -------
    Loop or None
        The one whose variables are all on the path, in its order; of several the one that names
        most of the path.

    Examples
    --------
    >>> import xhsim
    >>> named = xhsim.open_study().files.loops
    >>> name_of_path(["certification", "growing_firms"], named).id
    'B3'
    >>> name_of_path(["growing_firms", "graduation"], named) is None
    True
    """
    fitting = [loop for loop in loops if _is_on(loop, path)]
    return max(fitting, key=lambda loop: len(loop.through), default=None)


def _is_on(loop: Loop, path: Sequence[str]) -> bool:
    through = [canonical(name) for name in loop.through]
    if not set(through) <= set(path):
        return False
    first = list(path).index(through[0])
    rest = iter((*path[first:], *path[:first]))
    return all(name in rest for name in through)
