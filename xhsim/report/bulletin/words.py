"""The words of a bulletin in one language: its own sentences, and those of a report."""

from __future__ import annotations

from datetime import date

from xhsim.report.page.words import Words
from xhsim.wording.phrases import BULLETIN
from xhsim.wording.units import display_unit

__all__ = ["BulletinWords"]


class BulletinWords(Words):
    """Says the phrases of bulletins; what they lack comes from the report's.

    Examples
    --------
    >>> from xhsim.study.labels import Labels
    >>> words = BulletinWords("zh", Labels())
    >>> words.say("col_chance"), words.say("no_data")
    ('达成概率（%）', '无数据')
    """

    def say(self, key: str, **parts: object) -> str:
        """Return a sentence with names and figures in its gaps."""
        if key in BULLETIN:
            return BULLETIN.say(key, self.lang, **parts)
        return super().say(key, **parts)

    def exact_amount(self, value: float, unit: str) -> str:
        """Write a number from a file with its digits and its unit."""
        shown = display_unit(unit, self.lang)
        key = "times_unit" if shown[:1].isdigit() else "in_unit"
        return self.say(key, value=self.exact(value), unit=shown).strip()

    def day(self, day: date | None) -> str:
        """Write a date; None is the time before any figure."""
        return self.say("col_before") if day is None else self.date(day.isoformat())
