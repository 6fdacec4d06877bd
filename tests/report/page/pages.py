"""Reading the pages of reports in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import html as untyped

__all__ = ["DRAWS", "HTML", "Element", "Make", "rows_of", "text_of"]

HTML: Any = untyped
DRAWS = 200
Element = Any  # of lxml, which has no types
Make = Callable[..., Element]


def text_of(element: Element) -> str:
    return " ".join(element.text_content().replace("\N{NO-BREAK SPACE}", " ").split())


def rows_of(page: Element, section: str, number: int = 0) -> dict[str, list[str]]:
    """Read a table: cells by the text of the row's head."""
    table = page.get_element_by_id(section).findall(".//table")[number]
    return {
        text_of(row[0]): [text_of(cell) for cell in row[1:]]
        for row in table.find("tbody").iter("tr")
    }
