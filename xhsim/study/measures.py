"""How a target is measured: one class for each measure.

A measure computes one number from a trajectory, such as the level in 2025 or the growth from 2020
to 2025. The target compares that number with its aim. The class defines which years it uses, how
it computes the number, which level meets an aim, the unit of an aim, and the words in English and
Chinese. `MEASURES` lists the measures. To add one, write a class here and add it to that list.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from xhsim.errors import InputError, did_you_mean
from xhsim.wording.label import Label, check_language
from xhsim.wording.numbers import number_text
from xhsim.wording.punctuation import PERCENT

__all__ = [
    "MEASURES",
    "AverageFlow",
    "AverageGrowth",
    "CumulativeChange",
    "CumulativeIncrease",
    "LevelAtDeadline",
    "Measure",
    "find_measure",
]

Array = NDArray[np.float64]
ByYear = Mapping[int, Array]
SIGNS = {">=": "≥", ">": ">", "<=": "≤"}


@dataclass(frozen=True)
class Measure(ABC):
    """The quantity that a target compares with its aim.

    The defaults of class variables and methods suit a measure that uses a level and needs it at
    the deadline.

    Attributes
    ----------
    name : str
        The name in targets.yaml.
    formula : str
        For the documentation: x is the variable, b the base year, d the deadline.
    unit : str or None
        The unit of an aim; None if it is the variable's unit.
    noun : Label
        The measured quantity, such as "the level".
    asks : Label
        How an aim is written, with placeholders ``{sign}`` (≥) and ``{value}``.
    signed : bool
        Whether an aim is written with its plus sign in English. Chinese uses a word instead.
    is_level : bool
        Whether the variable itself is compared. The target's label then names the variable, and
        its aim can be marked on an axis of the variable.
    every_year : bool
        Whether the level that meets the aim is needed in every year after the base year, as for a
        flow, and not only at the deadline.
    draws_path : bool
        Whether a picture shows the whole path to the aim and not only its end.
    """

    name: ClassVar[str]
    formula: ClassVar[str]
    noun: ClassVar[Label]
    asks: ClassVar[Label] = Label("{sign} {value}", "{sign} {value}")
    unit: ClassVar[str | None] = None
    signed: ClassVar[bool] = False
    is_level: ClassVar[bool] = False
    every_year: ClassVar[bool] = False
    draws_path: ClassVar[bool] = False

    def __str__(self) -> str:
        return self.name

    @abstractmethod
    def years(self, base: int, deadline: int) -> list[int]:
        """List the years that the measure uses."""

    @abstractmethod
    def value(self, values: ByYear, base: int, deadline: int) -> Array:
        """Compute the measure.

        Parameters
        ----------
        values : mapping of int to array
            The variable by year, in its own unit. Further axes (draws) are preserved.
        base, deadline : int
            The years of the target.

        Returns
        -------
        array
            In the unit of an aim; NaN where the measure is undefined.
        """

    @abstractmethod
    def needed(self, aim: float, start: float, years: int) -> float:
        """Return the level of the variable that meets an aim exactly: the inverse of `value`.

        Parameters
        ----------
        aim : float
            In the unit of an aim.
        start : float
            The variable in the base year; unused if `years` does not list that year.
        years : int
            Number of years from the base year to the deadline.

        Returns
        -------
        float
            In the variable's unit: at the deadline or, with `every_year`, in each year.
        """

    def amount(self, values: ByYear, base: int, deadline: int) -> Array:
        """Return the quantity whose percentage difference compares two runs.

        It is the measure itself unless the measure is a ratio: a ratio near zero would make small
        differences look large.
        """
        return self.value(values, base, deadline)

    def aim_text(self, direction: str, aim: float, unit: str, lang: str = "en") -> str:
        """Write an aim as text, without its unit unless that is a percentage.

        Parameters
        ----------
        direction : {">=", ">", "<="}
        aim : float
        unit : str
        lang : {"en", "zh"}

        Raises
        ------
        InputError
            If the direction or language is unknown.

        Examples
        --------
        >>> AverageGrowth().aim_text(">=", 8, "%/year")
        '≥ 8 % a year'
        >>> CumulativeIncrease().aim_text(">=", 30, "firms")
        '≥ +30'
        >>> CumulativeIncrease().aim_text(">=", 30, "firms", "zh")
        '累计 ≥ 30'
        """
        if direction not in SIGNS:
            raise InputError(
                f"a target cannot have direction {direction!r}",
                hint="known are " + ", ".join(SIGNS),
            )
        shown = number_text(aim, signed=self.signed and check_language(lang) == "en")
        if unit.startswith(("%", "percent")):
            shown += PERCENT.in_(lang)
        return self.asks.in_(lang).format(sign=SIGNS[direction], value=shown)

    def path(self, start: float, goal: float, shares: Array) -> Array:
        """Return the path from the base year to the level that meets the aim.

        Parameters
        ----------
        start : float
            The variable in the base year.
        goal : float
            The result of `needed`.
        shares : array
            Share of the time from the base year to the deadline that has passed, from 0 to 1.

        Returns
        -------
        array
            Constant growth; a straight line if a level is not positive; the goal itself with
            `every_year`.
        """
        if self.every_year:
            return np.full(len(shares), goal)
        if start > 0 and goal > 0:
            return np.asarray(start * (goal / start) ** shares)
        return np.asarray(start + (goal - start) * shares)


@dataclass(frozen=True)
class LevelAtDeadline(Measure):
    """The value at the deadline.

    Examples
    --------
    >>> years = {2020: np.array([1.0]), 2025: np.array([3.0])}
    >>> LevelAtDeadline().value(years, 2020, 2025).tolist()
    [3.0]
    """

    name = "level"
    formula = "x(d)"
    noun = Label("the level", "水平")
    is_level = True

    def years(self, base: int, deadline: int) -> list[int]:
        """List the deadline."""
        return [deadline]

    def value(self, values: ByYear, base: int, deadline: int) -> Array:
        """Return the value at the deadline."""
        return values[deadline]

    def needed(self, aim: float, start: float, years: int) -> float:
        """Return the aim."""
        return aim


class _FromBase(Measure):
    """A measure that compares the deadline with the base year."""

    def years(self, base: int, deadline: int) -> list[int]:
        """List the base year and the deadline."""
        return [base, deadline]


class _ShareOfBase(_FromBase):
    """A measure in percent of the base year."""

    def amount(self, values: ByYear, base: int, deadline: int) -> Array:
        """Return the level at the deadline."""
        return values[deadline]

    @staticmethod
    def _share(values: ByYear, base: int, deadline: int) -> Array:
        """Divide the deadline by the base year; NaN if the base year is zero or negative."""
        before = np.where(values[base] > 0, values[base], np.nan)
        return np.asarray(values[deadline] / before)


@dataclass(frozen=True)
class AverageGrowth(_ShareOfBase):
    """The average growth from the base year to the deadline, in percent a year.

    A variable that falls to zero or below has grown by -100 % a year. Growth from zero or below is
    NaN.

    Examples
    --------
    >>> doubled = {2020: np.array([100.0]), 2025: np.array([200.0])}
    >>> AverageGrowth().value(doubled, 2020, 2025).round(2).tolist()
    [14.87]
    >>> round(AverageGrowth().needed(14.87, 100.0, 5))
    200
    """

    name = "average_growth"
    formula = "((x(d) / x(b))^(1 / (d - b)) - 1) · 100"
    unit = "%/year"
    noun = Label("average growth", "年均增速")
    asks = Label("{sign} {value} a year", "年均 {sign} {value}")
    draws_path = True

    def value(self, values: ByYear, base: int, deadline: int) -> Array:
        """Compute the average growth."""
        left = np.maximum(self._share(values, base, deadline), 0.0)
        return np.asarray(100.0 * (left ** (1.0 / (deadline - base)) - 1.0))

    def needed(self, aim: float, start: float, years: int) -> float:
        """Compound the base year's value at the target rate."""
        return start * (1 + aim / 100) ** years


@dataclass(frozen=True)
class CumulativeIncrease(_FromBase):
    """The increase over the period.

    Examples
    --------
    >>> years = {2020: np.array([90.0]), 2025: np.array([125.0])}
    >>> CumulativeIncrease().value(years, 2020, 2025).tolist()
    [35.0]
    """

    name = "cumulative_increase"
    formula = "x(d) - x(b)"
    noun = Label("the increase", "累计增量")
    asks = Label("{sign} {value}", "累计 {sign} {value}")
    signed = True

    def value(self, values: ByYear, base: int, deadline: int) -> Array:
        """Subtract the base year from the deadline."""
        return np.asarray(values[deadline] - values[base])

    def needed(self, aim: float, start: float, years: int) -> float:
        """Add the target increase to the base year's value."""
        return start + aim


@dataclass(frozen=True)
class CumulativeChange(_ShareOfBase):
    """The change over the period, in percent of the base year.

    A change from zero or below is NaN.

    Examples
    --------
    >>> years = {2020: np.array([2.0]), 2025: np.array([1.5])}
    >>> CumulativeChange().value(years, 2020, 2025).tolist()
    [-25.0]
    """

    name = "cumulative_change"
    formula = "(x(d) / x(b) - 1) · 100"
    unit = "%"
    noun = Label("the change", "累计变化")
    asks = Label("{sign} {value}", "累计 {sign} {value}")
    signed = True

    def value(self, values: ByYear, base: int, deadline: int) -> Array:
        """Compute the change in percent."""
        return np.asarray(100.0 * (self._share(values, base, deadline) - 1.0))

    def needed(self, aim: float, start: float, years: int) -> float:
        """Change the base year's value by the target percentage."""
        return start * (1 + aim / 100)


@dataclass(frozen=True)
class AverageFlow(Measure):
    """The mean over the years after the base year.

    Examples
    --------
    >>> years = {2020: np.array([9.0]), 2021: np.array([2.0]), 2022: np.array([4.0])}
    >>> AverageFlow().value(years, 2020, 2022).tolist()
    [3.0]
    """

    name = "average_flow"
    formula = "mean of x(b + 1) ... x(d), year by year"
    noun = Label("the yearly average", "年均值")
    asks = Label("{sign} {value} a year", "年均 {sign} {value}")
    every_year = True

    def years(self, base: int, deadline: int) -> list[int]:
        """List the years after the base year."""
        return list(range(base + 1, deadline + 1))

    def value(self, values: ByYear, base: int, deadline: int) -> Array:
        """Compute the mean."""
        return np.asarray(np.mean([values[year] for year in self.years(base, deadline)], axis=0))

    def needed(self, aim: float, start: float, years: int) -> float:
        """Return the aim, which is the flow."""
        return aim


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        LevelAtDeadline(),
        AverageGrowth(),
        CumulativeIncrease(),
        CumulativeChange(),
        AverageFlow(),
    )
}


def find_measure(name: str) -> Measure:
    """Return the measure with a name, as written in files and tables.

    Parameters
    ----------
    name : str

    Returns
    -------
    Measure

    Raises
    ------
    InputError
        If there is no measure with that name.

    Examples
    --------
    >>> find_measure("average_flow").years(2020, 2023)
    [2021, 2022, 2023]
    """
    if name not in MEASURES:
        hint = did_you_mean(name, MEASURES) or "known are " + ", ".join(MEASURES)
        raise InputError(f"a target cannot have measure {name!r}", hint=hint)
    return MEASURES[name]
