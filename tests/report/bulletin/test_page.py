"""The page: it escapes texts, needs nothing else, and begins with one sheet of A4."""

from __future__ import annotations

import dataclasses
import re

import pytest

from tests.report.bulletin.conftest import HARMFUL
from tests.report.page.pages import HTML
from xhsim.report.bulletin.page import bulletin_page


@pytest.fixture(scope="module")
def page(english) -> str:
    return bulletin_page(english)


def test_texts_are_escaped(page: str) -> None:
    assert "<script" not in page
    parsed = HTML.fromstring(page)
    assert parsed.find(".//h1").text == HARMFUL
    assert parsed.findtext(".//title") == HARMFUL
    assert HARMFUL in [cell.text for cell in parsed.iter("td")]


def test_it_needs_nothing_else(page: str) -> None:
    assert not re.search(r"""(src|href)=["'](?!#|data:)""", page)
    assert "default-src 'none'" in page


def test_rows_and_sections(page: str) -> None:
    parsed = HTML.fromstring(page)
    (front,) = parsed.find_class("front")
    assert len(front.findall(".//tbody/tr")) == 3
    assert next(front.iter("i")).get("class") == "green"
    assert len(parsed.find_class("annex")) == 5
    assert len(parsed.findall(".//figure/svg")) == 4


def test_the_same_bulletin_gives_the_same_page(page: str, english) -> None:
    assert bulletin_page(english) == page


def test_chinese(chinese) -> None:
    page = HTML.fromstring(bulletin_page(chinese))
    assert page.get("lang") == "zh-Hans"
    assert [head.text for head in page.findall(".//h2")][:4] == [
        "一、目标达成概率",
        "二、变化情况及主要原因",
        "三、下一步关注（如已公布，请补充录入）",
        "四、说明",
    ]


def test_an_empty_part_has_no_heading(english) -> None:
    front = dataclasses.replace(english.front, new="", movements=())
    page = HTML.fromstring(bulletin_page(dataclasses.replace(english, front=front, annexes=())))
    assert [head.text for head in page.findall(".//h2")] == [
        "The lights",
        "What to watch next, or to enter if it is out",
        "How to read this page",
    ]
