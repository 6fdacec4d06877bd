"""Named feedback loops and the variables that each of them passes through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xhsim.arguments import checked
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import read_records
from xhsim.wording.label import Label

__all__ = ["Loop", "read_loops"]


@dataclass(frozen=True)
class Loop:
    """A named feedback loop.

    Parameters
    ----------
    id : str
        Such as R1.
    label : Label
    kind : {"reinforcing", "balancing"}
    through : tuple of str
        Names of the variables around the loop; the last one leads to the first.
    where : Place
    """

    id: str
    label: Label
    kind: str
    through: tuple[str, ...]
    where: Place


@checked
def read_loops(path: Path) -> tuple[Loop, ...]:
    """Read ``loops.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of Loop
        In the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> loops = read_loops(bundled_folder() / "model" / "loops.yaml")
    >>> sorted({loop.kind for loop in loops})
    ['balancing', 'reinforcing']
    """
    from xhsim.study.files.schema import LoopRecord

    mistakes = Mistakes()
    loops = read_records(LoopRecord, path, "loop", mistakes)
    mistakes.check()
    return tuple(
        Loop(
            loop.name,
            loop.record.label.as_label(),
            loop.record.kind,
            tuple(loop.record.through),
            loop.where,
        )
        for loop in loops
    )
