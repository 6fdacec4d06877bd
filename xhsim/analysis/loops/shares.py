"""The shares of feedback loops over draws, and which of them is the largest in which year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.probability import Chance, chance
from xhsim.errors import InputError
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OUTSIDE", "REST", "TOP", "DrawnLoop", "LoopsOverDraws", "sign_of"]

Array = NDArray[np.float64]
TOP = 6
MOSTLY = 0.8  # of a loop's share must have one sign
OUTSIDE = "outside"
REST = {
    "other": Label("all other loops", "其他回路合计"),
    OUTSIDE: Label("from outside", "外生因素"),
    "not_followed": Label("not followed", "未追溯部分"),
}


@dataclass(frozen=True)
class DrawnLoop:
    """A feedback loop, or all found loops that are one named loop of the study.

    Attributes
    ----------
    id : str
        That of the study's loops.yaml, or L1, L2, ... in the order of strength.
    label : Label
    paths : tuple of tuple of Label
        The variables on it, each the cause of the next; the strongest path first.
    signs : tuple of float
        On the strongest path, of the link from each variable to the next: 1 if both move together,
        -1 if not; in between if elements or years differ.
    """

    id: str
    label: Label
    paths: tuple[tuple[Label, ...], ...]
    signs: tuple[float, ...]


@dataclass(frozen=True)
class LoopsOverDraws:
    """The shares of loops in the change of a variable.

    ``table()`` gives them by year, ``largest(year)`` counts the draws in which each loop is the
    largest, ``mostly_outside(year)`` those in which the outside has more than all loops, and
    ``of_structure(name)`` keeps the draws of one structure.

    Attributes
    ----------
    variable, scenario : str
    label, scenario_label : Label
        Of the variable and of the scenario.
    years : tuple of int
        A year holds the steps since the year before.
    loops : tuple of DrawnLoop
        The strongest first.
    reinforcing, balancing : ndarray, shape (loops, years, draws)
        The share of each loop as far as it reinforces or balances. NaN where the variable stands
        still the whole year.
    outside : ndarray, shape (years, draws)
        The share from outside all loops.
    not_followed : ndarray, shape (years, draws)
        What the search did not follow; with all others it makes 1.
    structures : tuple of str
        The structure of each draw; empty without structures.
    structure_labels : mapping of str to Label
    seed : int
    most : int
        The largest number of steps of the search.
    is_cut : bool
        Whether the search ended there.
    """

    variable: str
    scenario: str
    label: Label
    scenario_label: Label
    years: tuple[int, ...]
    loops: tuple[DrawnLoop, ...]
    reinforcing: Array
    balancing: Array
    outside: Array
    not_followed: Array
    structures: tuple[str, ...]
    structure_labels: Mapping[str, Label]
    seed: int
    most: int
    is_cut: bool

    @property
    def share(self) -> Array:
        """The share of each loop, of shape ``(loops, years, draws)``."""
        return self.reinforcing + self.balancing

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.outside.shape[-1])

    def of_structure(self, name: str) -> LoopsOverDraws:
        """Return only the draws of one structure.

        Parameters
        ----------
        name : str

        Returns
        -------
        LoopsOverDraws
        """
        kept = np.array([own == name for own in self.structures])
        return replace(
            self,
            reinforcing=self.reinforcing[..., kept],
            balancing=self.balancing[..., kept],
            outside=self.outside[..., kept],
            not_followed=self.not_followed[..., kept],
            structures=tuple(own for own in self.structures if own == name),
        )

    def table(self, top: int = TOP) -> pd.DataFrame:
        """Tabulate the share of each loop, year by year.

        Parameters
        ----------
        top : int
            How many loops have rows of their own.

        Returns
        -------
        DataFrame
            Indexed by ``year`` and ``loop`` (the loop's id; then ``other``, ``outside`` and
            ``not_followed``). ``sign`` is ``+``, ``-`` or ``±``; ``share`` is the mean over draws,
            ``p05`` and ``p95`` are percentiles of the draws. ``largest`` is the share of draws in
            which no other loop has a larger share, with its 95 % interval ``ci_low``, ``ci_high``.
            ``label``, ``label_zh``.
        """
        import pandas as pd

        rows = [row for place in range(len(self.years)) for row in self._rows(place, top)]
        return pd.DataFrame(rows).set_index(["year", "loop"])

    def largest(self, year: int) -> pd.DataFrame:
        """Count the draws in which each loop is the largest loop in one year.

        Parameters
        ----------
        year : int

        Returns
        -------
        DataFrame
            The rows of ``table`` of all loops that are the largest in a draw, the most frequent
            first.

        Raises
        ------
        InputError
            If the run has no such year.
        """
        self.place(year)
        whole = self.table(len(self.loops))
        table = whole[whole.index.get_level_values("year") == year].droplevel("year")
        return table[table["largest"] > 0].sort_values("largest", ascending=False, kind="stable")

    def mostly_outside(self, year: int) -> Chance:
        """Count the draws in which more than half of the change in a year is from outside.

        Parameters
        ----------
        year : int

        Returns
        -------
        Chance

        Raises
        ------
        InputError
            If the run has no such year.
        """
        outside = self.outside[self.place(year)]
        moves = ~np.isnan(outside)
        return chance(int((outside[moves] > 0.5).sum()), int(moves.sum()))

    def mean(self, values: Array) -> Array:
        """Return the mean over the draws in which the variable changes; 0 if there are none.

        Parameters
        ----------
        values : ndarray, shape (..., years, draws)
        """
        moves = ~np.isnan(self.outside)
        count = np.maximum(moves.sum(axis=-1), 1)
        return np.asarray(np.where(moves, values, 0.0).sum(axis=-1) / count)

    def place(self, year: int) -> int:
        """Return the place of a year among the years.

        Raises
        ------
        InputError
            If the run has no such year.
        """
        if year not in self.years:
            first, last = self.years[0], self.years[-1]
            raise InputError(f"year {year} has no shares", hint=f"choose from {first} to {last}")
        return self.years.index(year)

    def __repr__(self) -> str:
        of_loops = self.mean(self.share).mean(axis=-1)
        strongest = ", ".join(
            f"{loop.id} {100 * share:.0f} %"
            for loop, share in list(zip(self.loops, of_loops, strict=True))[:TOP]
        )
        outside = float(self.mean(self.outside).mean())
        return (
            f"<Loops behind {self.variable}, scenario {self.scenario}, {self.years[0]} to "
            f"{self.years[-1]}: {len(self.loops)} loops, {self.draws} draws\n"
            f" mean shares: outside {100 * outside:.0f} %{', ' * bool(strongest)}{strongest}>"
        )

    def _rows(self, place: int, top: int) -> list[dict[str, object]]:
        """Return the rows of one year."""
        moves = ~np.isnan(self.outside[place])
        more, less = self.reinforcing[:, place][:, moves], self.balancing[:, place][:, moves]
        outside, missed = self.outside[place][moves], self.not_followed[place][moves]
        whole = more + less
        first = _firsts(whole)
        rows: list[dict[str, object]] = []
        for number, loop in enumerate(self.loops[:top]):
            sign = sign_of(float((more - less)[number].sum()), float(whole[number].sum()))
            rows.append(
                {"year": self.years[place], "loop": loop.id, "sign": sign}
                | _figures(whole[number], first == number)
                | _names(loop.label)
            )
        rest = {
            "other": whole[top:].sum(axis=0),
            OUTSIDE: outside,
            "not_followed": missed,
        }
        for name, values in rest.items():
            rows.append(
                {"year": self.years[place], "loop": name, "sign": ""}
                | _figures(values, None)
                | _names(REST[name])
            )
        return rows


def sign_of(net: float, whole: float) -> str:
    """Return the sign of a loop from its net and its whole share.

    Examples
    --------
    >>> sign_of(0.3, 0.3), sign_of(-0.29, 0.3), sign_of(0.1, 0.3), sign_of(0.0, 0.0)
    ('+', '-', '±', '')
    """
    if whole == 0:
        return ""
    return "+" if net > MOSTLY * whole else "-" if net < -MOSTLY * whole else "±"


def _firsts(shares: Array) -> NDArray[np.int64]:
    """Return the number of the loop with the largest share in each draw; -1 for none."""
    if not len(shares):
        return np.full(shares.shape[1:], -1, dtype=np.int64)
    return np.where(shares.max(axis=0) > 0, shares.argmax(axis=0), -1)


def _figures(values: Array, best: NDArray[np.bool_] | None) -> dict[str, float]:
    mean = float(np.mean(values)) if values.size else np.nan
    low, high = np.quantile(values, [0.05, 0.95]) if values.size else (np.nan, np.nan)
    largest = low_of = high_of = np.nan
    if best is not None and best.size:
        found = chance(int(best.sum()), int(best.size))
        largest, low_of, high_of = found.probability, found.ci_low, found.ci_high
    return {
        "share": mean,
        "p05": float(low),
        "p95": float(high),
        "largest": largest,
        "ci_low": low_of,
        "ci_high": high_of,
    }


def _names(label: Label) -> dict[str, str]:
    return {"label": label.en, "label_zh": label.zh}
