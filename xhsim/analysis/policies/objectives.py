"""What a search for a package of levers wants: a number from the draws of each package.

An objective is a sum of parts, and each part is of one kind: the probability of at least k targets,
the mean number met, the weakest target, and so on. A kind is one function and one row of ``KINDS``.
The function says what each draw contributes, so that the mean over the draws is the value: the same
function then gives the value, its interval, and the paired difference between two packages.

A draw either meets a target or does not. In a search, a draw that nearly meets it counts in part
(``smooth=True``): this makes values smooth, so that an optimiser can follow their slopes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.arguments import checked
from xhsim.study.targets import Target
from xhsim.wording.label import LANGUAGES, Label
from xhsim.wording.numbers import number_text

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "KINDS",
    "Margins",
    "Objective",
    "ObjectiveKind",
    "ObjectivePart",
    "margins_in",
    "spreads_of",
]

Array = NDArray[np.float64]
Direction: TypeAlias = Literal["maximise", "minimise"]
SMOOTHING = 0.25  # share of a target's spread within which a draw counts in part
TEMPERATURE = 0.02  # within this distance of the weakest target, others count in part
WORST = 0.1  # share of the draws that the expected shortfall is about
LOST = 10.0  # the gap of a draw that failed, in spreads
ONE_TARGET = "probability"  # the kind that the name of a target alone means
LEAST_SPREAD = 0.01  # of the aim, for a target that does not differ between draws
NO_WORDS = Label()


@dataclass(frozen=True, eq=False)
class Margins:
    """By how much draws exceed targets under packages, in one scenario or several.

    Attributes
    ----------
    values : ndarray, shape (scenarios, targets, packages, draws)
        In the target's unit: a draw meets the target if it is not negative. NaN in a draw that
        failed, which meets no target.
    targets : tuple of str
        The ids.
    spreads : ndarray, shape (targets,)
        The unit in which the gaps of different targets are added, see `spreads_of`.
    money : ndarray, shape (packages,)
        The yearly sum of the levers that are spending, once they have reached their levels.

    Examples
    --------
    >>> values = np.array([[[[1.0, -1.0, 2.0, -3.0]]]])
    >>> margins = Margins(values, ("x",), np.array([2.0]), np.array([30.0]))
    >>> float(margins.met.mean()), float(margins.gaps.max())
    (0.5, 1.5)
    """

    values: Array
    targets: tuple[str, ...]
    spreads: Array
    money: Array

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.values.shape[-1])

    @property
    def met(self) -> Array:
        """Whether the targets are met: 0 or 1 by scenario, target, package and draw."""
        return np.asarray(self.values >= 0, dtype=np.float64)

    @property
    def nearly_met(self) -> Array:
        """How far the targets are met, from 0 to 1: a half where the margin is zero."""
        from scipy.special import ndtr

        widths = SMOOTHING * self.spreads[:, np.newaxis, np.newaxis]
        return np.asarray(np.nan_to_num(ndtr(self.values / widths)))

    @property
    def gaps(self) -> Array:
        """How far the targets are missed, in spreads; 0 where they are met."""
        gaps = np.maximum(0.0, -self.values / self.spreads[:, np.newaxis, np.newaxis])
        return np.asarray(np.minimum(np.nan_to_num(gaps, nan=LOST, posinf=LOST), LOST))

    def of(self, targets: Iterable[str]) -> Margins:
        """Return the margins of some of the targets, in the order given.

        Parameters
        ----------
        targets : iterable of str
            Their ids.

        Returns
        -------
        Margins

        Examples
        --------
        >>> margins = Margins(np.zeros((1, 2, 3, 4)), ("x", "y"), np.ones(2), np.zeros(3))
        >>> margins.of(["y"]).values.shape
        (1, 1, 3, 4)
        """
        places = [self.targets.index(name) for name in targets]
        chosen = tuple(self.targets[place] for place in places)
        return replace(
            self, values=self.values[:, places], targets=chosen, spreads=self.spreads[places]
        )


def margins_in(run: xr.Dataset, targets: Iterable[Target], draws: int) -> Array:
    """Compute by how much the draws of a run exceed targets.

    Parameters
    ----------
    run : Dataset
        Of packages side by side, see `xhsim.analysis.worlds.world.side_by_side`.
    targets : iterable of Target
    draws : int
        Of each package.

    Returns
    -------
    ndarray, shape (targets, packages, draws)
        NaN for all targets in a draw in which one of them has a measure that is not finite.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> run = study.ensemble("plan", draws=64)
    >>> target = study.targets["retail_sales"]
    >>> margins = margins_in(run, [target], 64)
    >>> margins.shape
    (1, 1, 64)
    >>> bool(((margins >= 0) == target.is_met_by(target_values(run, target))).all())
    True
    """
    rows = []
    for target in targets:
        values = target_values(run, target)
        margin = (values - target.value) * (-1 if target.direction == "<=" else 1)
        if target.direction == ">":  # the aim itself does not meet it
            margin = np.where(margin == 0, -np.finfo(np.float64).tiny, margin)
        rows.append(margin.reshape(-1, draws))
    margins = np.stack(rows)
    # A draw that overflows upwards would seem to meet its target.
    margins[:, ~np.isfinite(margins).all(axis=0)] = np.nan
    return margins


@checked
def spreads_of(margins: Array, targets: Sequence[Target]) -> Array:
    """Return the unit of each target's gaps: its standard deviation over the draws.

    Parameters
    ----------
    margins : ndarray, shape (targets, ..., draws)
        In the scenario that the search starts from.
    targets : sequence of Target

    Returns
    -------
    ndarray, shape (targets,)
        A hundredth of the aim for a target that does not differ between the draws.

    Examples
    --------
    >>> import xhsim
    >>> targets = list(xhsim.open_study().indicators.values())[:2]
    >>> spreads_of(np.array([[1.0, 3.0], [2.0, 2.0]]), targets).tolist()  # the second aims at 5
    [1.0, 0.05]
    """
    found = []
    for margin, target in zip(margins, targets, strict=True):
        known = margin[np.isfinite(margin)]
        aim = max(abs(target.value), 1e-9)
        spread = float(known.std()) if known.size else 0.0
        found.append(spread if spread > 1e-9 * aim else LEAST_SPREAD * aim)
    return np.array(found)


@dataclass(frozen=True)
class ObjectivePart:
    """A term of an objective: how often it counts, its kind, and the targets it is about.

    Attributes
    ----------
    kind : str
        A key of ``KINDS``.
    targets : tuple of str
        The ids; empty for a kind that is about no targets.
    about : Label
        How readers call these targets.
    number : int
        The k of "at least k"; 0 for kinds without a number.
    weight : float
    words : str
        The targets as text, as `xhsim.analysis.policies.objective_text.read_objective` reads
        them; empty for the indicators.
    """

    kind: str
    targets: tuple[str, ...] = ()
    about: Label = NO_WORDS
    number: int = 0
    weight: float = 1.0
    words: str = ""

    @property
    def text(self) -> str:
        """The text form, without the weight."""
        if self.kind == ONE_TARGET:
            hidden = self.words.lower().startswith(tuple(KINDS))  # a target may be called "mean"
            return f"{ONE_TARGET} of {self.words}" if hidden else self.words
        number = f" {self.number}" if KINDS[self.kind].takes_number else ""
        return f"{self.kind}{number}" + (f" of {self.words}" if self.words else "")

    @property
    def label(self) -> Label:
        """The name for readers, without the weight."""
        label = KINDS[self.kind].label
        return Label(
            **{
                lang: label.in_(lang).format(number=self.number, about=self.about.in_(lang))
                for lang in LANGUAGES
            }
        )

    def by_draw(self, margins: Margins, *, smooth: bool) -> Array:
        """Return what each draw contributes, without the weight."""
        view = MarginView(margins.of(self.targets), self.number, smooth)
        return KINDS[self.kind].by_draw(view)


@dataclass(frozen=True, eq=False)
class MarginView:
    """What the function of a kind sees: the margins of its targets.

    Attributes
    ----------
    margins : Margins
    number : int
    smooth : bool
        Whether a draw counts in part, and sharp edges are rounded.
    """

    margins: Margins
    number: int
    smooth: bool

    @cached_property
    def met(self) -> Array:
        """Shape (scenarios, targets, packages, draws), from 0 to 1."""
        return self.margins.nearly_met if self.smooth else self.margins.met


@dataclass(frozen=True)
class ObjectiveKind:
    """One kind of objective.

    Attributes
    ----------
    by_draw : callable
        Takes a `MarginView`, returns the contributions, shape (scenarios, packages, draws).
    label : Label
        With placeholders ``{number}`` and ``{about}``.
    direction : {"maximise", "minimise"}
    unit : Label
        Of its value; empty for a probability.
    takes_number, takes_targets : bool
        Whether its text form has a number, and ``of`` targets.
    is_probability : bool
        Whether each contribution is 0 or 1 if nothing is smoothed.
    """

    by_draw: Callable[[MarginView], Array]
    label: Label
    direction: Direction = "maximise"
    unit: Label = NO_WORDS
    takes_number: bool = False
    takes_targets: bool = True
    is_probability: bool = False


@dataclass(frozen=True)
class Objective:
    """What a search wants as high or as low as possible.

    `xhsim.analysis.policies.objective_text.read_objective` makes one from a text.

    Attributes
    ----------
    parts : tuple of ObjectivePart
    direction : {"maximise", "minimise"}

    Examples
    --------
    >>> from xhsim.analysis.policies.objective_text import read_objective
    >>> import xhsim
    >>> objective = read_objective("at least 14", xhsim.open_study())
    >>> print(objective.label)
    Probability of at least 14 of 18 targets
    >>> objective.label.zh
    '18项指标中至少完成14项的概率'
    """

    parts: tuple[ObjectivePart, ...]
    direction: Direction = "maximise"

    def __str__(self) -> str:
        """Write the text form, which reads back as the same objective."""
        return _sum([(part.weight, part.text) for part in self.parts], "* ", "-", "{:.15g}".format)

    @property
    def label(self) -> Label:
        """The name for readers."""
        return Label(
            **{
                lang: _sum(
                    [(part.weight, part.label.in_(lang)) for part in self.parts],
                    "× ",
                    "−",
                    number_text,
                )
                for lang in LANGUAGES
            }
        )

    @property
    def sign(self) -> int:
        """1 if more is better, -1 if less is better."""
        return 1 if self.direction == "maximise" else -1

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids of all targets that it is about, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.targets))

    @property
    def is_probability(self) -> bool:
        """Whether its value is a probability, counted in draws."""
        first = self.parts[0]
        is_alone = len(self.parts) == 1 and first.weight == 1
        return is_alone and KINDS[first.kind].is_probability

    @property
    def unit(self) -> Label:
        """The unit of its value; empty for a probability and for a weighted sum."""
        is_alone = len(self.parts) == 1 and self.parts[0].weight == 1
        return KINDS[self.parts[0].kind].unit if is_alone else Label()

    def by_draw(self, margins: Margins, *, smooth: bool = False) -> Array:
        """Return what each draw contributes to the value.

        Parameters
        ----------
        margins : Margins
        smooth : bool
            Whether a draw that nearly meets a target counts in part.

        Returns
        -------
        ndarray, shape (scenarios, packages, draws)
            Their mean over the draws is the value.

        Examples
        --------
        >>> margins = Margins(np.array([[[[1.0, -1.0]]]]), ("x",), np.ones(1), np.zeros(1))
        >>> Objective((ObjectivePart("mean", ("x",)),)).by_draw(margins).tolist()
        [[[1.0, 0.0]]]
        """
        first, *others = self.parts
        total = first.weight * first.by_draw(margins, smooth=smooth)
        for part in others:
            total = total + part.weight * part.by_draw(margins, smooth=smooth)
        return total

    def value(self, margins: Margins, *, smooth: bool = False) -> Array:
        """Return the value of each package in each scenario.

        Parameters
        ----------
        margins : Margins
        smooth : bool
            Whether a draw that nearly meets a target counts in part: for slopes.

        Returns
        -------
        ndarray, shape (scenarios, packages)

        Examples
        --------
        >>> values = np.array([[[[1.0, -1.0, 2.0, -3.0]], [[1.0, 1.0, -2.0, -1.0]]]])
        >>> margins = Margins(values, ("x", "y"), np.ones(2), np.zeros(1))
        >>> part = ObjectivePart("at least", ("x", "y"), number=1)
        >>> Objective((part,)).value(margins).tolist()  # met in three draws of four
        [[0.75]]
        """
        return np.asarray(self.by_draw(margins, smooth=smooth).mean(axis=-1))


def _sum(
    terms: Iterable[tuple[float, str]], times: str, minus: str, write: Callable[[float], str]
) -> str:
    """Write a weighted sum; a weight of one is not written."""
    text = ""
    for weight, words in terms:
        sign = minus if weight < 0 else "+"
        if text:
            text += f" {sign} "
        elif weight < 0:
            text += f"{sign} "
        size = abs(weight)
        text += words if size == 1 else f"{write(size)} {times}{words}"
    return text


def _at_least(view: MarginView) -> Array:
    """Count the draws that meet at least k; smoothed, the targets of a draw are independent."""
    if not view.smooth:
        return np.asarray(view.met.sum(axis=1) >= view.number, dtype=np.float64)
    # The number met is then Poisson-binomial. `short[j]` is the probability of j met so far.
    scenarios, _, packages, draws = view.met.shape
    short = np.zeros((view.number, scenarios, packages, draws))
    short[0] = 1.0
    for p in np.moveaxis(view.met, 1, 0):
        missed = 1 - p
        short[1:] = short[1:] * missed + short[:-1] * p
        short[0] *= missed
    return np.asarray(1 - short.sum(axis=0))


def _all(view: MarginView) -> Array:
    return np.asarray(view.met.prod(axis=1))


def _one(view: MarginView) -> Array:
    return np.asarray(view.met[:, 0])


def _mean(view: MarginView) -> Array:
    return np.asarray(view.met.sum(axis=1))


def _weakest(view: MarginView) -> Array:
    """Return the draws of the target with the least probability, package by package."""
    chances = view.met.mean(axis=-1, keepdims=True)
    lowest = chances.min(axis=1, keepdims=True)
    if not view.smooth:
        which = chances.argmin(axis=1)[:, np.newaxis]
        return np.asarray(np.take_along_axis(view.met, which, axis=1)[:, 0])
    # The smooth minimum is a little below the true one; at ties its slope is that of the mean.
    shares = np.exp((lowest - chances) / TEMPERATURE)
    total = shares.sum(axis=1, keepdims=True)
    weights = shares / total
    minimum = lowest - TEMPERATURE * np.log(total)
    mixed = (weights * view.met).sum(axis=1)
    return np.asarray(mixed + (minimum - (weights * chances).sum(axis=1, keepdims=True))[:, 0])


def _shortfall(view: MarginView) -> Array:
    """Return what each draw adds to the mean gap of the worst draws.

    The gap of a draw is the mean of its targets' gaps. With v the gap that a tenth of the draws
    exceed, a draw contributes v, plus ten times what its gap exceeds v by: the mean of that is the
    mean gap of the worst tenth exactly, also if a tenth is not a whole number of draws.
    """
    gaps = view.margins.gaps.mean(axis=1)
    place = int(np.floor(WORST * gaps.shape[-1] + 1e-9))
    ordered = -np.sort(-gaps, axis=-1)
    edge = ordered[..., min(place, gaps.shape[-1] - 1), np.newaxis]
    return np.asarray(edge + np.maximum(gaps - edge, 0.0) / WORST)


def _money(view: MarginView) -> Array:
    scenarios, _, packages, draws = view.margins.values.shape
    whole = view.margins.money[np.newaxis, :, np.newaxis]
    return np.broadcast_to(whole, (scenarios, packages, draws))


KINDS: Mapping[str, ObjectiveKind] = {
    "at least": ObjectiveKind(
        _at_least,
        Label("Probability of at least {number} of {about}", "{about}中至少完成{number}项的概率"),
        takes_number=True,
        is_probability=True,
    ),
    "all": ObjectiveKind(
        _all,
        Label("Probability of all {about}", "{about}全部完成的概率"),
        is_probability=True,
    ),
    "probability": ObjectiveKind(
        _one,
        Label("Probability of {about}", "{about}的完成概率"),
        is_probability=True,
    ),
    "mean": ObjectiveKind(
        _mean,
        Label("Mean number met of {about}", "{about}平均完成项数"),
        unit=Label("targets", "项"),
    ),
    "weakest": ObjectiveKind(
        _weakest,
        Label("Probability of the weakest of {about}", "{about}中最薄弱一项的完成概率"),
        is_probability=True,
    ),
    "shortfall": ObjectiveKind(
        _shortfall,
        Label(
            "Mean gap in the worst 10 % of draws, {about}",
            "最不利10%情形下{about}的平均缺口",
        ),
        direction="minimise",
        unit=Label("standard deviations", "个标准差"),
    ),
    "money": ObjectiveKind(
        _money,
        Label("Money a year", "年度资金"),
        direction="minimise",
        unit=Label("a year", "每年"),
        takes_targets=False,
    ),
}
