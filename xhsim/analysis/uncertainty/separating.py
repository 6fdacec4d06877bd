"""What separates the draws that meet a target from those that do not, in a few limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, target_values
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import Chance, chance
from xhsim.analysis.uncertainty.boxes import Bounds, find_bounds
from xhsim.analysis.uncertainty.by_base import with_known_bases
from xhsim.analysis.uncertainty.unknowns import SCHEME, UnknownFactor, unknowns_of
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.names import find_name
from xhsim.study.targets import Target
from xhsim.wording.label import Label, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text
from xhsim.wording.separation import SAYINGS, limit_text, rate_text

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["SeparatingBox", "SeparatingLimit", "Separation", "separate", "separating"]

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]
DRAWS = 4096
LEAST = 20  # draws of either kind in each half
OUTCOMES = ("missed", "met")


@dataclass(frozen=True, eq=False)
class SeparatingLimit:
    """A limit of a box.

    Attributes
    ----------
    unknown : UnknownFactor
    low, high : float
        The least and the largest value inside; infinite where there is no limit.
    values : tuple of Label
        What the structure may be; empty for a number.
    share : float
        Of all draws that are within.
    """

    unknown: UnknownFactor
    low: float
    high: float
    values: tuple[Label, ...]
    share: float

    def say(self, lang: str = "en") -> str:
        """Write the limit.

        Parameters
        ----------
        lang : {"en", "zh"}

        Returns
        -------
        str

        Examples
        --------
        >>> wait = UnknownFactor("wait", "constant", Label("wait", "等待"), "year", np.ones(2))
        >>> limit = SeparatingLimit(wait, 1.5, float("inf"), (), 0.4)
        >>> limit.say(), limit.say("zh")
        ('Wait is at least 1.5 years (the highest 40 %)', '等待不低于1.5年（最高的40%）')
        """
        language = check_language(lang)
        name = capitalised(self.unknown.label.in_(language))
        values = tuple(value.in_(language) for value in self.values)
        return limit_text(
            name, self.low, self.high, self.share, self.unknown.unit, language, values
        )


@dataclass(frozen=True, eq=False)
class SeparatingBox:
    """A few limits, and how often the outcome happens within them, on draws that did not choose.

    Attributes
    ----------
    limits : tuple of SeparatingLimit
        The most telling first.
    density : Chance
        How often the outcome happens inside.
    coverage : Chance
        Which share of all cases of the outcome is inside.
    support : float
        Which share of all draws is inside.
    inside : ndarray of bool, shape (draws,)
        Which draws are inside, of all draws.
    """

    limits: tuple[SeparatingLimit, ...]
    density: Chance
    coverage: Chance
    support: float
    inside: Marks


@dataclass(frozen=True, eq=False)
class Separation:
    """What separates the draws that meet a target from those that do not.

    Attributes
    ----------
    target : Target
    scenario : Label
        Its name, and its label in Chinese.
    outcome : {"missed", "met"}
        What the boxes are about.
    share : Chance
        How often it happens, on the draws that judge.
    boxes : tuple of SeparatingBox
        The later ones are about the draws outside those before. Empty if nothing separates better
        than chance.
    unknowns : tuple of UnknownFactor
        Those of the limits, then those that separate next best, at least two if there are two.
    happens : ndarray of bool, shape (draws,)
        In which draws the outcome happens.
    judged : int
        Number of draws that judge the boxes.
    is_open : bool
        Whether both outcomes have enough draws.
    draws, seed : int
        Of the ensemble; failed draws are left out.
    """

    target: Target
    scenario: Label
    outcome: str
    share: Chance
    boxes: tuple[SeparatingBox, ...]
    unknowns: tuple[UnknownFactor, ...]
    happens: Marks
    judged: int
    is_open: bool
    draws: int
    seed: int

    def __repr__(self) -> str:
        first = " and ".join(limit.say() for limit in self.boxes[0].limits) if self.boxes else ""
        found = "box" if len(self.boxes) == 1 else "boxes"
        return (
            f"<What separates {self.target.id} {self.outcome}, scenario {self.scenario}: "
            f"{100 * self.share.probability:.0f} % of draws, {len(self.boxes)} {found}, "
            f"{self.draws} draws{f'{chr(10)} {first}' if first else ''}>"
        )

    def sentences(self, lang: str = "en") -> list[str]:
        """Say it in words.

        Parameters
        ----------
        lang : {"en", "zh"}

        Returns
        -------
        list of str

        Examples
        --------
        >>> import xhsim
        >>> found = xhsim.open_study().separating("plan", "new_foreign_hq", 512)
        >>> print(found.sentences()[1])  # doctest: +ELLIPSIS
        It is missed in ... % (...) of the draws where Outlook arrival factor is at most ...
        """
        language = check_language(lang)

        def say(key: str, **parts: str) -> str:
            return SAYINGS[key].in_(language).format(**parts)

        target = capitalised(self.target.label.in_(language))
        name = self.scenario.in_(language)
        share = rate_text(*self.share[:3], lang=language)
        said = [say(self.outcome, target=target, scenario=name, share=share)]
        if not self.is_open:
            return [*said, say("decided")]
        if not self.boxes:
            return [*said, say("none")]
        for number, box in enumerate(self.boxes):
            limits = say("and").join(limit.say(language) for limit in box.limits)
            said.append(
                say(
                    f"{'rest' if number else 'box'} {self.outcome}",
                    limits=limits,
                    density=rate_text(*box.density[:3], lang=language),
                    coverage=rate_text(*box.coverage[:3], lang=language),
                    support=f"{100 * box.support:.0f}{'%' if language == 'zh' else ' %'}",
                )
            )
        return [*said, say("judged", n=number_text(self.judged))]


@checked
def separating(
    study: FittedStudy,
    scenario: str,
    target: str,
    draws: int | None = None,
    seed: int | None = None,
    *,
    outcome: str | None = None,
    limits: int = 3,
    density: float | None = None,
    boxes: int = 2,
) -> Separation:
    """Find what separates the draws that meet a target from those that do not.

    Half of the draws choose the limits, and the other half judges them.

    Parameters
    ----------
    study : Study
    scenario : str
    target : str
        A target's id.
    draws, seed : int, optional
        As for `Study.ensemble`, but with 4,096 draws by default, plain Monte Carlo.
    outcome : {"missed", "met"}, optional
        What to look for; by default the rarer.
    limits : int
        How many unknowns a box may limit.
    density : float, optional
        How often the outcome must happen inside, at least; a higher density has less coverage. By
        default the box with the most evidence, which is a wide one.
    boxes : int
        How many boxes, at most.

    Returns
    -------
    Separation

    Raises
    ------
    InputError
        If there is no such scenario, target or outcome, nothing is uncertain, or an option is not
        valid.

    Examples
    --------
    >>> import xhsim
    >>> found = separating(xhsim.open_study(), "plan", "new_foreign_hq", 512)
    >>> found.outcome, found.boxes[0].limits[0].unknown.id
    ('missed', 'outlook arrival factor')
    """
    _check(outcome, limits, density, boxes)
    wanted = find_name(target, study.targets, "target", None)
    (known,) = with_known_bases(study, scenario, {wanted.id: wanted}).values()
    world = study.world(
        scenario, draws, seed, until=wanted.deadline, scheme=SCHEME, default_draws=DRAWS
    )
    run = world.run([wanted.variable.name])
    unknowns = unknowns_of(study, world, wanted.deadline)
    if not unknowns:
        raise InputError(f'nothing is uncertain in scenario "{scenario}"', hint="give it priors")
    values = target_values(run, known)
    good = ~failed_draws(run) & np.isfinite(values)
    refuse_failed_world(world, ~good)
    met = np.asarray(known.is_met_by(values[good]))
    name = Label(scenario, study.scenarios[scenario].label.zh)
    return separate(
        [_of(each, good) for each in unknowns],
        met,
        target=known,
        scenario=name,
        outcome=outcome,
        limits=limits,
        density=density,
        boxes=boxes,
        about=(world.draws, world.seed),
    )


def separate(
    unknowns: list[UnknownFactor],
    met: Marks,
    *,
    target: Target,
    scenario: Label,
    outcome: str | None = None,
    limits: int = 3,
    density: float | None = None,
    boxes: int = 2,
    about: tuple[int, int] = (0, 0),
) -> Separation:
    """Find what separates draws, given their unknowns and whether they meet a target.

    Parameters
    ----------
    unknowns : list of UnknownFactor
    met : ndarray of bool, shape (draws,)
    target : Target
    scenario : Label
    outcome, limits, density, boxes
        As for `separating`.
    about : tuple of int
        Number of draws, and seed.

    Returns
    -------
    Separation
    """
    chosen = outcome or ("missed" if met.mean() >= 0.5 else "met")
    happens = met if chosen == "met" else ~met
    first = np.arange(happens.size) < happens.size // 2
    judges = ~first
    share = chance(int(happens[judges].sum()), int(judges.sum()))
    counts = [each for half in (first, judges) for each in (happens[half], ~happens[half])]
    is_open = min((int(each.sum()) for each in counts), default=0) >= LEAST
    numbers = np.array([each.values for each in unknowns])
    kinds = np.array([not each.is_number for each in unknowns], dtype=bool)
    found: list[SeparatingBox] = []
    rest = np.ones(happens.size, dtype=bool)
    while is_open and len(found) < boxes:
        chooses = first & rest
        bounds = find_bounds(
            numbers[:, chooses],
            happens[chooses],
            limits=limits,
            density=density,
            categories=kinds,
        )
        inside = rest & _held(bounds, numbers)
        box = _box([_limit(each, unknowns, numbers) for each in bounds], inside, happens, judges)
        # Among draws outside an earlier box the outcome is rarer: a box must beat both shares.
        if not bounds or box.density.ci_low <= share.probability:
            break
        found.append(box)
        rest &= ~inside
        if happens[first & rest].sum() < LEAST or happens[judges & rest].sum() < LEAST:
            break
    own = [limit.unknown for box in found for limit in box.limits]
    return Separation(
        target,
        scenario,
        chosen,
        share,
        tuple(found),
        tuple(dict.fromkeys([*own, *_telling(unknowns, numbers, happens)[:2]])),
        happens,
        int(judges.sum()),
        is_open,
        *about,
    )


def _check(outcome: str | None, limits: int, density: float | None, boxes: int) -> None:
    if outcome is not None and outcome not in OUTCOMES:
        raise InputError(f'unknown outcome "{outcome}"', hint="write missed or met")
    if limits < 1 or boxes < 1:
        raise InputError(
            f"{min(limits, boxes)} limits or boxes find nothing", hint="allow at least one of each"
        )
    if density is not None and not 0 < density <= 1:
        raise InputError(f"a density of {density:g} is not a share", hint="write 0.9 for 90 %")


def _of(unknown: UnknownFactor, good: Marks) -> UnknownFactor:
    """Return an unknown in some of the draws."""
    return unknown if good.all() else replace(unknown, values=unknown.values[good])


def _held(bounds: list[Bounds], numbers: Array) -> Marks:
    held = np.ones(numbers.shape[1], dtype=bool)
    for bound in bounds:
        held &= bound.hold(numbers[bound.number])
    return held


def _limit(bound: Bounds, unknowns: list[UnknownFactor], numbers: Array) -> SeparatingLimit:
    unknown = unknowns[bound.number]
    share = float(bound.hold(numbers[bound.number]).mean())
    values = tuple(unknown.names[int(value)] for value in bound.allowed)
    return SeparatingLimit(unknown, bound.low, bound.high, values, share)


def _box(
    limits: list[SeparatingLimit], inside: Marks, happens: Marks, judges: Marks
) -> SeparatingBox:
    """Judge a box by the draws that did not choose it."""
    both = int((inside & happens & judges).sum())
    held, cases = int((inside & judges).sum()), int((happens & judges).sum())
    support = held / max(1, int(judges.sum()))
    return SeparatingBox(tuple(limits), chance(both, held), chance(both, cases), support, inside)


def _telling(unknowns: list[UnknownFactor], numbers: Array, happens: Marks) -> list[UnknownFactor]:
    """Return the numbers among the unknowns, those whose ranks differ most by outcome first."""
    from scipy.stats import rankdata

    if not 0 < happens.sum() < happens.size:
        return list(unknowns)
    ranks = rankdata(numbers, axis=1)
    apart = np.abs(ranks[:, happens].mean(axis=1) - ranks[:, ~happens].mean(axis=1))
    order = np.argsort(-apart, kind="stable")
    return [unknowns[place] for place in order if unknowns[place].is_number]
