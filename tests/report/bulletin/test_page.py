"""The page: it escapes texts, needs nothing else, and begins with one sheet of A4."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.explorer.conftest import BROWSERS, QUIET
from tests.report.bulletin.conftest import HARMFUL
from tests.report.page.pages import HTML
from xhsim.report.bulletin.front import MOVES, WATCHED
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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_page_is_one_sheet_of_a4(lang: str, english, chinese, tmp_path: Path) -> None:
    """With 18 targets, and as many sentences as there may be, as long as those of Xuhui."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        pytest.skip("there is no Chromium (Debian and Ubuntu: apt install chromium)")
    bulletin = english if lang == "en" else chinese
    row = dataclasses.replace(
        bulletin.front.rows[0],
        target="Cut in energy use per unit of value added"
        if lang == "en"
        else "全社会研发经费支出占地区生产总值比重",
        asked="≥ 450 filings per year" if lang == "en" else "> 10,000亿元/年",
    )
    point, sentence = ("As long as a point is. " * 7, "A sentence. " * 23)
    if lang == "zh":
        point, sentence = ("一个要点的长度大约如此。" * 6, "一句话的长度。" * 16)
    front = dataclasses.replace(
        bulletin.front,
        rows=(row,) * 18,
        headline=sentence[: len(sentence) * 2 // 3],
        new=sentence,
        movements=(point,) * MOVES,
        learnt=sentence[: len(sentence) * 2 // 3],
        watched=(point,) * WATCHED,
        conditions=(sentence, sentence),
    )
    text = bulletin_page(dataclasses.replace(bulletin, front=front, annexes=()))
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(text.partition("<footer>")[0] + "</body></html>", encoding="utf-8")
    asked = [f"--user-data-dir={tmp_path}", "--no-pdf-header-footer", f"--print-to-pdf={printed}"]
    subprocess.run(
        [chromium, "--headless", *QUIET, *asked, page.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 1


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
