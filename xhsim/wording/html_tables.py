"""Small HTML tables that notebooks show for an object, in the colours of their page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from xhsim.wording.label import LANGUAGES, Label

__all__ = ["both_languages", "facts_html", "rows_html", "with_note"]

TEMPLATE = "table.html.jinja"


def facts_html(title: str, facts: Mapping[str, object]) -> str:
    """Write facts about one thing as a table with a line for each.

    Parameters
    ----------
    title : str
    facts : mapping of str to object
        By name. Empty facts are left out.

    Returns
    -------
    str
        HTML. Texts are escaped.

    Examples
    --------
    >>> html = facts_html("A & B", {"label": "<b>", "note": ""})
    >>> "A &amp; B" in html, "&lt;b&gt;" in html, "note" in html
    (True, True, False)
    """
    rows = [(name, fact) for name, fact in facts.items() if fact or fact == 0]
    return str(_macros().table(title, (), rows))


def rows_html(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, folded: bool = False
) -> str:
    """Write rows as a table.

    Parameters
    ----------
    title : str
    heads : sequence of str
        Names of the columns.
    rows : iterable of sequence
        Their cells.
    folded : bool
        Whether only the title shows until the reader clicks on it.

    Returns
    -------
    str
        HTML. Texts are escaped. Nothing if there are no rows.

    Examples
    --------
    >>> rows_html("scenarios", ["name"], [["plan"]], folded=True).splitlines()[0]
    '<details><summary>scenarios</summary>'
    >>> rows_html("none", ["name"], [])
    ''
    """
    cells = list(rows)
    if not cells:
        return ""
    return str(_macros().table(title, heads, cells, folded))


def both_languages(label: Label) -> str:
    """Write a label in all languages in which it differs.

    Examples
    --------
    >>> both_languages(Label("R&D", "研发")), both_languages(Label("R&D", "R&D"))
    ('R&D · 研发', 'R&D')
    """
    return " · ".join(dict.fromkeys(label.in_(lang) for lang in LANGUAGES))


def with_note(html: str, note: str) -> str:
    """Put a note below a table.

    Parameters
    ----------
    html : str
        The table, already HTML.
    note : str
        A text.

    Examples
    --------
    >>> with_note("<table></table>", "a & b")
    '<table></table><p>a &amp; b</p>'
    """
    from markupsafe import Markup

    return str(_macros().noted(Markup(html), note))


@cache
def _macros() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    text = files(__package__).joinpath(TEMPLATE).read_text(encoding="utf-8")
    return environment.from_string(text).module
