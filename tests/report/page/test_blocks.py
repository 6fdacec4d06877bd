"""The parts of a page: the template has a form for each kind."""

from __future__ import annotations

from importlib.resources import files
from typing import get_args

from xhsim.report.page.blocks import Block, Heading, Paragraph, Section


def test_each_kind_has_its_name_and_its_form_in_the_template() -> None:
    kinds = [block.kind for block in get_args(Block)]
    assert len(set(kinds)) == len(kinds) == 9
    template = files("xhsim.report.page").joinpath("page.html.jinja").read_text(encoding="utf-8")
    for kind in kinds:
        assert f'"{kind}"' in template


def test_a_paragraph_is_plain_by_default() -> None:
    section = Section("one", "One", [Heading("Part"), Paragraph("Text.")])
    assert [block.kind for block in section.blocks] == ["heading", "paragraph"]
    assert Paragraph("Text.").role == "plain"
