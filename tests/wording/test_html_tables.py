"""What notebooks show for an object: whatever a file says is text, never HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from xhsim.wording.html_tables import both_languages, facts_html, rows_html, with_note
from xhsim.wording.label import Label

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


class Reader(HTMLParser):
    """Collects the tags and the texts of cells and headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1:] = [text + data for text in self.texts[-1:]]


@given(TEXTS, TEXTS, TEXTS)
def test_texts_are_read_back_and_add_no_tags(title: str, name: str, fact: str) -> None:
    plain, own = Reader(facts_html("t", {"n": "f"})), Reader(facts_html(title, {name: fact}))
    assert own.tags == plain.tags
    found = [own.texts[own.tags.index(tag)] for tag in ("strong", "th", "td")]
    assert [text.rstrip("\n") for text in found] == [title, name, fact]
    rows = Reader(rows_html(title, [name], [[fact]], folded=True))
    assert rows.tags == ["details", "summary", "table", "thead", "tr", "th", "tbody", "tr", "td"]
    assert [rows.texts[place].rstrip("\n") for place in (1, 5, 8)] == [title, name, fact]


def test_nothing_is_coloured_so_that_dark_themes_can_be_read() -> None:
    html = facts_html("t", {"a": 0}) + rows_html("t", ["a"], [["b"]])
    assert "color" not in html
    assert "background" not in html


def test_what_is_empty_is_left_out() -> None:
    assert Reader(facts_html("t", {"a": "", "b": None, "c": (), "d": 0})).tags.count("tr") == 1
    assert rows_html("t", ["a"], []) == ""
    assert both_languages(Label("R&D", "")) == "R&D"
    assert with_note("<b></b>", "<") == "<b></b><p>&lt;</p>"
