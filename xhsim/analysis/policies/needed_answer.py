"""The answer to how much of an instrument is needed, and the answer in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.judging.probability import Chance
from xhsim.analysis.policies.lever_moves import PolicyMove
from xhsim.analysis.policies.objectives import Objective
from xhsim.analysis.policies.response_curve import Crossing, ResponseCurve, Turn
from xhsim.errors import InputError
from xhsim.study.scenarios.scenario import Scenario
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text, percent_text, probability_sentence
from xhsim.wording.phrases import ANSWERS
from xhsim.wording.punctuation import ENUMERATION
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALREADY", "FOUND", "UNREACHABLE", "Needed", "moment_text"]

FOUND, ALREADY, UNREACHABLE = "found", "already reached", "not reachable"


@dataclass(frozen=True, eq=False)
class Needed:
    """How much of an instrument a wanted probability needs.

    ``sentences()`` says the answer in words, ``scenario("name")`` makes a scenario of it,
    ``levels`` has the level of each lever, and ``response`` the whole response as a table.

    Attributes
    ----------
    move : PolicyMove
        What moves. ``move.kind`` says what the answer is: a ``level`` in the unit of the lever, the
        ``share`` of the way that a package goes together, a ``year`` or a ``delay`` in years.
    goal : Objective
        The event whose probability is wanted.
    wanted : float
        The wanted probability.
    status : str
        ``found``, ``already reached`` without the change, or ``not reachable``.
    answer : float
        The least level or share, or the latest year or longest delay; NaN unless found. At the
        answer the probability of the draws is at least the wanted one.
    low, high : float
        Its 95 % interval; infinite if the draws do not bound it on that side.
    chance : Chance
        The probability at the answer; without the change if it is already reached; the best one if
        it is not reachable.
    without : Chance
        The probability without the change.
    best : float
        The coordinate with the highest probability.
    crossings : tuple of Crossing
        Every place where the response crosses the wanted probability.
    turns : tuple of Turn
        Where the response rises and where it falls; empty if it is monotone.
    curve : ResponseCurve
    draws, seed : int
    """

    move: PolicyMove
    goal: Objective
    wanted: float
    status: str
    answer: float
    low: float
    high: float
    chance: Chance
    without: Chance
    best: float
    crossings: tuple[Crossing, ...]
    turns: tuple[Turn, ...]
    curve: ResponseCurve
    draws: int
    seed: int

    def __repr__(self) -> str:
        """Return the answer in one to three lines."""
        question = f"{self.move.kind} of {self.name()} for {self.goal} at {self.wanted:.0%}"
        return f"<Needed: {question}, {self.status}>\n{self.sentences()[0]}"

    @property
    def is_monotone(self) -> bool:
        """Whether the response only rises or only falls, as far as the draws can tell."""
        return not self.turns

    @cached_property
    def levels(self) -> dict[str, float]:
        """The level of each lever at the answer; empty unless it is a level or a share."""
        if self.status != FOUND or self.move.is_dated:
            return {}
        if self.move.kind == "level":
            return {self.move.levers[0].name: self.answer}
        return {lever.name: lever.at(self.answer) for lever in self.move.levers}

    def sentences(self, lang: str = "en") -> list[str]:
        """Say the answer in words: first the answer, then what a reader has to know about it.

        Parameters
        ----------
        lang : {"en", "zh"}

        Returns
        -------
        list of str
        """
        return self._sentences(lang)

    @property
    def response(self) -> pd.DataFrame:
        """The response as a table, see `ResponseCurve.table`."""
        return self.curve.table()

    def scenario(self, name: str = "needed") -> Scenario:
        """Return the answer as a scenario, for `Study.with_scenario` or a scenario file.

        Parameters
        ----------
        name : str

        Raises
        ------
        InputError
            If there is no answer.
        """
        if self.status != FOUND:
            raise InputError(
                f"there is no scenario to write: the probability is {self.status}",
                hint="ask for another probability",
            )
        return replace(self.move.scenario_at(self.answer), name=name)

    def point_text(self, point: float, lang: str = "en") -> str:
        """Write a coordinate: a level, a share in percent, a month, or a number of years.

        Parameters
        ----------
        point : float
        lang : {"en", "zh"}
        """
        if self.move.kind == "share":
            return percent_text(100 * point, lang)
        if self.move.kind == "year":
            return moment_text(point)
        return number_text(round(point, 2 if self.move.is_dated else self.move.decimals))

    def interval_text(self, lang: str = "en") -> str:
        """Write the interval of the answer.

        Parameters
        ----------
        lang : {"en", "zh"}
        """
        bounded = math.isfinite(self.low), math.isfinite(self.high)
        key = {(True, True): "both", (True, False): "low", (False, True): "high"}.get(bounded)
        if key is None:
            return ANSWERS.say("needed_unbounded", lang)
        low, high = (
            self.point_text(end, lang) if math.isfinite(end) else ""
            for end in (self.low, self.high)
        )
        when = "date_" if self.move.kind == "year" and key != "both" else ""
        return ANSWERS.say(f"needed_{when}{key}", lang, low=low, high=high)

    def name(self, lang: str = "en") -> str:
        """Name what moves: the lever, the scenario, or the package.

        Parameters
        ----------
        lang : {"en", "zh"}
        """
        own = getattr(self.move, "own", None)
        if own is not None and len(self.move.levers) > 1:
            return ANSWERS.say("needed_scenario", lang, name=own.label.in_(lang))
        if len(self.move.levers) > 1:
            return ANSWERS.say("needed_package", lang)
        return capitalised(self.move.levers[0].label.in_(lang))

    def _sentences(self, lang: str) -> list[str]:
        wanted, about = percent_text(100 * self.wanted, lang), self.chance
        shown = probability_sentence(about.probability, about.ci_low, about.ci_high, "", lang)
        without = probability_sentence(*self.without[:3], "", lang)
        if self.status == ALREADY:
            what = self._change(lang)
            found = [ANSWERS.say("needed_already", lang, wanted=wanted, what=what, without=without)]
        elif self.status == UNREACHABLE:
            place = self._best_place(lang)
            found = [ANSWERS.say("needed_never", lang, wanted=wanted, best=shown, place=place)]
        else:
            found = [self._found(wanted, without, lang)]
        if self.turns:
            parts = [
                ANSWERS.say(
                    "needed_leg",
                    lang,
                    first=self.point_text(turn.first, lang),
                    last=self.point_text(turn.last, lang),
                    before=percent_text(100 * turn.before, lang),
                    after=percent_text(100 * turn.after, lang),
                )
                for turn in self.turns
            ]
            found.append(ANSWERS.say("needed_turns", lang, one=parts[0], other=parts[1]))
        if len(self.crossings) > 1:
            places = ENUMERATION.in_(lang).join(
                self.point_text(each.at, lang) for each in self.crossings
            )
            found.append(ANSWERS.say("needed_crossings", lang, wanted=wanted, places=places))
        lost = self.curve.points[~self.curve.counted.any(axis=1)]
        if lost.size:
            first, last = (self.point_text(float(end), lang) for end in (lost[0], lost[-1]))
            found.append(ANSWERS.say("needed_failed", lang, first=first, last=last))
        uncertain = [x.label.in_(lang) for x in self.move.levers if not x.is_policy]
        if uncertain:
            names = ENUMERATION.in_(lang).join(uncertain)
            found.append(ANSWERS.say("needed_no_policy", lang, names=names))
        return found

    def _best_place(self, lang: str) -> str:
        """Say where the probability is best: a stretch, if its points are the same in percent."""
        points, heights = self.curve.points, np.round(100 * self.curve.probabilities)
        first = last = self.curve.best
        while first > 0 and heights[first - 1] == heights[self.curve.best]:
            first -= 1
        while last < len(points) - 1 and heights[last + 1] == heights[self.curve.best]:
            last += 1
        kind = f"needed_best_{self.move.kind}"
        if first == last:
            return ANSWERS.say(kind, lang, best=self.point_text(float(points[first]), lang))
        best, end = (self.point_text(float(points[place]), lang) for place in (first, last))
        if last == len(points) - 1 and not self.move.is_dated:
            return ANSWERS.say(f"{kind}_on", lang, best=best)
        return ANSWERS.say(f"{kind}_range", lang, best=best, last=end)

    def _change(self, lang: str) -> str:
        """Name the change that is not made."""
        own = getattr(self.move, "own", None)
        if len(self.move.levers) == 1:
            name = self.move.levers[0].label.in_(lang)
            return ANSWERS.say("needed_change", lang, name=name)
        if own is not None:
            return ANSWERS.say("needed_scenario_change", lang, name=own.label.in_(lang))
        return ANSWERS.say("needed_package_change", lang)

    def _found(self, wanted: str, without: str, lang: str) -> str:
        lever = self.move.levers[0]
        unit = display_unit(lever.unit, lang) if self.move.kind == "level" else ""
        since = getattr(self.move, "since", None)
        date = "" if since is None else ANSWERS.say("needed_since", lang, date=moment_text(since))
        return ANSWERS.say(
            f"needed_{self.move.kind}",
            lang,
            wanted=wanted,
            name=self.name(lang),
            since=date,
            answer=self.point_text(self.answer, lang),
            interval=self.interval_text(lang),
            unit=ANSWERS.say("needed_unit", lang, unit=unit) if unit else "",
            start=number_text(lever.start),
            what=self._change(lang),
            without=without,
        )


def moment_text(date: float) -> str:
    """Write a date as scenario files do: a year, or a year and a month.

    Parameters
    ----------
    date : float

    Examples
    --------
    >>> moment_text(2022.0), moment_text(2022.25)
    ('2022', '2022-04')
    """
    year = math.floor(date + 1e-9)
    month = math.floor((date - year) * 12 + 1e-6)
    return f"{year}-{month + 1:02d}" if month else f"{year}"
