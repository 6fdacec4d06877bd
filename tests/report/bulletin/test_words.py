"""The words of a bulletin: its own phrases go before those of a report."""

from __future__ import annotations

from datetime import date

from xhsim.report.bulletin.words import BulletinWords
from xhsim.study.labels import Labels

ENGLISH, CHINESE = BulletinWords("en", Labels()), BulletinWords("zh", Labels())


def test_own_phrases_go_first() -> None:
    assert ENGLISH.say("col_target") == "Target"  # "Indicator" in a report
    assert ENGLISH.say("no_data") == "no data"


def test_days() -> None:
    assert ENGLISH.day(date(2023, 6, 30)) == "30 June 2023"
    assert CHINESE.day(date(2023, 6, 30)) == "2023年6月30日"
    assert CHINESE.day(None) == "首次公布前"


def test_a_figure_keeps_its_digits() -> None:
    assert ENGLISH.exact_amount(250.84, "CNY100M/year") == "250.84 × 100 million yuan per year"
    assert CHINESE.exact_amount(250.84, "CNY100M/year") == "250.84亿元/年"
