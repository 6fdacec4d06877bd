"""The record of a bulletin is in one language, and keeps texts as they are."""

from __future__ import annotations

from datetime import date

import pytest

import xhsim
from tests.report.bulletin.conftest import HARMFUL
from xhsim.errors import InputError
from xhsim.report.bulletin.content import bulletin_of


def test_texts_are_kept_as_they_are(english) -> None:
    assert english.front.title == HARMFUL
    assert english.lang == "en"
    assert english.as_of == date(2024, 6, 30)


def test_it_is_no_official_statistic(english, chinese) -> None:
    assert xhsim.__version__ in english.footer
    assert "非官方统计数据" in chinese.footer


def test_an_unknown_language(monitored, findings) -> None:
    with pytest.raises(InputError, match="'fr' is not supported"):
        bulletin_of(monitored, findings, lang="fr")
