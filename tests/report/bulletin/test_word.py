"""The Word file: it opens, has the same words, and equal bulletins are equal files."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import datetime

import docx
import pytest

from tests.report.bulletin.conftest import HARMFUL
from xhsim.report.bulletin.word import bulletin_document


@pytest.fixture(scope="module")
def content(english) -> bytes:
    return bulletin_document(english)


@pytest.fixture(scope="module")
def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def test_it_opens_and_has_the_headings(opened, english) -> None:
    headings = [p.text for p in opened.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert headings[:4] == [HARMFUL, "The lights", "What moved, and why", english.front.watch]
    assert [text for text in headings if text.startswith("Annex")] == [
        annex.title for annex in english.annexes
    ]


def test_the_lights_are_a_table(opened, english) -> None:
    lights = opened.tables[0]
    assert [cell.text for cell in lights.rows[0].cells] == list(english.front.columns)
    assert [row.cells[2].text for row in lights.rows[1:]] == ["Size", "Modest gain", "South"]
    assert lights.rows[1].cells[0].text == "● green"
    assert str(lights.rows[1].cells[0].paragraphs[0].runs[0].font.color.rgb) == "00734F"


def test_texts_are_never_markup(opened) -> None:
    figures = next(table for table in opened.tables if table.rows[0].cells[0].text == "Figure")
    assert figures.rows[2].cells[-1].text == HARMFUL


def test_it_is_a_page_of_a4(opened) -> None:
    section = opened.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    first = next(p for p in opened.paragraphs if p.text.startswith("Annex 1"))
    assert first.paragraph_format.page_break_before


def test_pictures_are_told(opened) -> None:
    shape, *others = opened.inline_shapes
    assert shape._inline.docPr.get("descr").startswith("Fan charts: Size")
    assert len(others) == 3


def test_equal_bulletins_are_equal_files(content: bytes, english, opened) -> None:
    assert bulletin_document(english) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert opened.core_properties.created.replace(tzinfo=None) == datetime(2024, 6, 30)


def test_chinese_letters_have_a_chinese_font(chinese) -> None:
    document = docx.Document(io.BytesIO(bulletin_document(chinese)))
    xml = document.styles.element.xml
    assert 'w:eastAsia="宋体"' in xml
    assert 'w:eastAsia="黑体"' in xml
    assert document.paragraphs[0].text == "规划目标监测简报"


def test_control_characters_are_left_out(english) -> None:
    front = dataclasses.replace(english.front, title="A\x07B")
    small = dataclasses.replace(english, front=front, annexes=())
    document = docx.Document(io.BytesIO(bulletin_document(small)))
    assert document.paragraphs[0].text == "AB"
