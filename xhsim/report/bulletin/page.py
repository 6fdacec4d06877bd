"""A bulletin as one HTML file: its first page prints on one A4 page."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from xhsim.report.bulletin.annex import Drawing
from xhsim.report.page.svg import Pictures

if TYPE_CHECKING:
    from xhsim.report.bulletin.content import Bulletin

__all__ = ["bulletin_page"]

TEMPLATE, STYLE = "bulletin.html.jinja", "bulletin.css"
LANGUAGES = {"en": "en", "zh": "zh-Hans"}


def bulletin_page(bulletin: Bulletin) -> str:
    """Write a bulletin as HTML.

    Parameters
    ----------
    bulletin : Bulletin

    Returns
    -------
    str
        A page that needs nothing else. Texts are escaped. The same bulletin gives the same page.
    """
    here = files("xhsim.report.bulletin")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    template = environment.from_string(here.joinpath(TEMPLATE).read_text(encoding="utf-8"))
    pictures = Pictures()
    # Drawn before the page is written, because the letters of all pictures stand at its top.
    drawn = {
        id(block): pictures.take(block.picture, block.told)
        for annex in bulletin.annexes
        for block in annex.blocks
        if isinstance(block, Drawing)
    }
    return template.render(
        language=LANGUAGES[bulletin.lang],
        style=Markup(here.joinpath(STYLE).read_text(encoding="utf-8")),
        front=bulletin.front,
        annexes=bulletin.annexes,
        footer=bulletin.footer,
        letters=pictures.letters(),
        drawn=lambda block: drawn[id(block)],
    )
