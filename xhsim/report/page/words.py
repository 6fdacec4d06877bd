"""The words of a report in one language: sentences, and numbers written as text."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xhsim.report.page.grounds import Interval, ValueInYears
from xhsim.wording.label import Language, check_language
from xhsim.wording.likelihood import likelihood_text
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text, probability_text
from xhsim.wording.phrases import REPORT
from xhsim.wording.punctuation import (
    COMMA,
    PERCENT,
    SEMICOLON,
    SENTENCES,
    in_brackets,
    with_elements,
)
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.judging.probability import Chance
    from xhsim.study.labels import Labels
    from xhsim.study.names import Reference
    from xhsim.study.scenarios.scenario import Scenario
    from xhsim.study.targets import Target

__all__ = ["Words", "three"]

DASH = "–"
NOTHING = 1e-12
BLANK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Words:
    """The sentences and the number formats of one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    labels : Labels
        The study's labels.
    bases : collection of str
        The parameters that are marked as unpublished bases.

    Examples
    --------
    >>> from xhsim.study.labels import Labels
    >>> words = Words("zh", Labels())
    >>> words.say("all_met", n=18, chance=words.chance(0.0, 0.0, 0.004, "exceptionally unlikely"))
    '18项目标全部同时实现的概率为<1%（0–1），几乎不可能（0–1%）。'
    """

    lang: Language
    labels: Labels
    bases: Collection[str] = ()

    @classmethod
    def of(cls, lang: str, labels: Labels, bases: Collection[str] = ()) -> Words:
        """Return the words of a language.

        Raises
        ------
        InputError
            If the language is neither ``en`` nor ``zh``.
        """
        return cls(check_language(lang), labels, bases)

    @property
    def shows_english(self) -> bool:
        """Whether texts that exist only in English are shown: descriptions and sources."""
        return self.lang == "en"

    def say(self, key: str, **parts: object) -> str:
        """Return a sentence with names and figures in its gaps."""
        return REPORT.say(key, self.lang, **parts)

    def listed(self, things: Iterable[str]) -> str:
        """Join the items of a list."""
        return SEMICOLON.in_(self.lang).join(things)

    def spaced(self, sentences: Iterable[str]) -> str:
        """Join sentences."""
        return SENTENCES[self.lang].join(filter(None, sentences))

    def scenario(self, scenario: Scenario) -> str:
        """Return a scenario's label, or its name if it has no label."""
        return scenario.label.or_name(scenario.name).in_(self.lang)

    def target(self, target: Target) -> str:
        """Return a target's label."""
        return target.label.in_(self.lang)

    def number_of(self, reference: Reference) -> str:
        """Return the label of a parameter or of its element; an unpublished base is marked."""
        elements = map(self.labels.element, reference.elements)
        name = with_elements(self.labels.variable(reference.name), elements).in_(self.lang)
        mark = in_brackets(self.say("unpublished_base"), self.lang)
        return capitalised(name) + mark * (str(reference) in self.bases)

    def figure(self, value: float, *, digits: int = 3, signed: bool = False) -> str:
        """Write a number with few digits, or a dash if it is not finite."""
        if not math.isfinite(value):
            return DASH
        if abs(value) < NOTHING:  # a zero with a rounding error
            value = 0.0
        return number_text(value, digits=digits, signed=signed)

    def gap(self, gap: float, middle: float) -> str:
        """Write a distance from a median with the decimals of the median."""
        if not (math.isfinite(gap) and math.isfinite(middle)):
            return DASH
        decimals = 2 - math.floor(math.log10(abs(middle))) if middle else 2
        rounded = round(gap, decimals) + 0.0
        return number_text(rounded, signed=bool(rounded))

    def exact(self, value: float) -> str:
        """Write a number from a file with its digits."""
        return f"{value + 0.0:,.6g}".replace("-", "−") if math.isfinite(value) else DASH

    def amount(self, value: float, unit: str) -> str:
        """Write a number with its unit."""
        shown = display_unit(unit, self.lang)
        # "5 × 100 million yuan": two numbers side by side could be read as one.
        key = "times_unit" if shown[:1].isdigit() else "in_unit"
        return self.say(key, value=self.figure(value), unit=shown).strip()

    def share(self, share: float) -> str:
        """Write a share of 1 in whole percent."""
        return DASH if not math.isfinite(share) else f"{_whole(round(100 * share))}{self._percent}"

    def moved(self, name: str, share: float) -> str:
        """Write a name with its share of a spread and an arrow for the direction of the effect."""
        arrow = "↑" if share > 0 else "↓"
        # Without a line break inside.
        return f"{name}{BLANK}{arrow}{BLANK}{self.share(abs(share))}"

    def percent(self, chance: float, low: float, high: float) -> str:
        """Write a probability as whole percent, without the sign."""
        return probability_text(chance, low, high) or self.say("no_data")

    def interval(self, low: float, high: float) -> str:
        """Write the interval of a probability in percent, rounded outwards."""
        if not math.isfinite(low):
            return DASH
        return f"{math.floor(100 * low + 1e-9)}–{math.ceil(100 * high - 1e-9)}"

    def chance(self, chance: float, low: float, high: float, word: str = "") -> str:
        """Write a probability with its interval and, if there is one, its word."""
        if not math.isfinite(chance):
            return self.say("no_data")
        text = self.percent(chance, low, high) + self._percent
        text += in_brackets(self.interval(low, high), self.lang)
        return text + (COMMA.in_(self.lang) + self.word(word) if word else "")

    def estimate(self, chance: Chance) -> str:
        """Write a probability that was estimated from draws."""
        return self.chance(*chance)

    def chance_of(self, row: Mapping[Any, Any], *, word: bool = True) -> str:
        """Write the probability in a row of a table, with its interval and its word."""
        return self.chance(*three(row), str(row["word"]) if word else "")

    def word(self, word: str) -> str:
        """Return a word of the likelihood scale with the range that it means."""
        return likelihood_text(word, self.lang).replace(" %", f"{BLANK}%")

    def points(self, difference: float, low: float, high: float) -> str:
        """Write a difference of probabilities with its interval, in points."""
        if not math.isfinite(difference):
            return self.say("no_data")
        return self.say(
            "signed_points",
            points=self.point(difference),
            low=_whole(math.floor(100 * low + 1e-9)),
            high=_whole(math.ceil(100 * high - 1e-9)),
        )

    def point(self, difference: float) -> str:
        """Write a difference of probabilities, in whole points."""
        if not math.isfinite(difference):
            return self.say("no_data")
        return _whole(math.floor(100 * difference + 0.5 + 1e-9), signed=True)

    def point_range(self, low: float, high: float) -> str:
        """Write the interval of a difference of probabilities in points, rounded outwards."""
        if not math.isfinite(low):
            return DASH
        ends = math.floor(100 * low + 1e-9), math.ceil(100 * high - 1e-9)
        return self.say("span", low=_whole(ends[0]), high=_whole(ends[1]))

    def span(self, low: float, high: float, *, digits: int = 3) -> str:
        """Write an interval of numbers."""
        if not math.isfinite(low):
            return DASH
        ends = [self.figure(end, digits=digits) for end in (low, high)]
        return self.say("span", low=ends[0], high=ends[1])

    def asked(self, target: Target, *, unit: bool = False) -> str:
        """Write what a target asks for."""
        text = target.aim_text(self.lang)
        if not unit or target.unit.startswith(("%", "percent")):
            return text
        shown = display_unit(target.unit, self.lang)
        key = "times_unit" if shown[:1].isdigit() else "in_unit"
        return self.say(key, value=text, unit=shown)

    def mean(self, value: float) -> str:
        """Write how many targets are met on average."""
        return f"{value + 0.0:.1f}".replace("-", "−") if math.isfinite(value) else DASH

    def levels(self, value: Sequence[ValueInYears] | Interval | None) -> str:
        """Write levels by year, or an interval."""
        if value is None:
            return DASH
        if isinstance(value, Interval):
            return self.span(value.low, value.high)
        if len(value) == 1:
            return self.exact(value[0].value)
        return self.listed(
            # A line may break between levels, but not within one.
            self.say("years_level", years=_years(level), value=self.exact(level.value)).replace(
                " ", BLANK
            )
            for level in value
        )

    def date(self, created: str) -> str:
        """Write the day of a manifest's time."""
        year, month, day = (int(part) for part in created[:10].split("-"))
        name = self.say("months").split()[month - 1]
        return self.say("date", year=year, month=name, day=day)

    @property
    def _percent(self) -> str:
        return PERCENT.in_(self.lang).replace(" ", BLANK)


def three(row: Mapping[Any, Any]) -> tuple[float, float, float]:
    """Return probability and interval of a row of a table."""
    return float(row["probability"]), float(row["ci_low"]), float(row["ci_high"])


def _whole(number: float, *, signed: bool = False) -> str:
    whole = int(number)
    return f"{whole:+d}".replace("-", "−") if signed and whole else str(whole).replace("-", "−")


def _years(level: ValueInYears) -> str:
    return str(level.first) if level.first == level.last else f"{level.first}–{level.last}"
