"""Files that are not correct XML: what is repaired, what is not, and that the lines stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.models import write
from tests.engine.reading.xmile.texts import aux, text_of
from xhsim.engine.language.syntax import Name
from xhsim.engine.reading import read_model
from xhsim.engine.reading.xmile.repair import repaired, without_diagrams
from xhsim.errors import ModelError

PATH = Path("model.xmile")

TEXTS = {
    "<eqn>a<b</eqn>": "<eqn>a&lt;b</eqn>",
    "<eqn>a < b & c <= 1</eqn>": "<eqn>a &lt; b &amp; c &lt;= 1</eqn>",
    "<eqn>a <b> c</eqn>": "<eqn>a &lt;b> c</eqn>",
    "<eqn><![CDATA[a < b]]></eqn>": "<eqn><![CDATA[a < b]]></eqn>",
    "<doc>1<2 <![CDATA[a < b]]> <i></doc>": "<doc>1&lt;2 <![CDATA[a < b]]> &lt;i></doc>",
    '<aux name="R&D <a>"/>': '<aux name="R&amp;D &lt;a>"/>',
    "<!-- a < b & c --><a/>": "<!-- a < b & c --><a/>",
    "<doc>&amp; &lt; &#65; &copy; &none;</doc>": "<doc>&amp; &lt; A © &amp;none;</doc>",
    "<doc>&#1; &#x26; &#60;</doc>": "<doc> &amp; &lt;</doc>",
    '<?xml version="1.0"\n?><a/>': "\n<a/>",
    "<doc>\x0b1\x00</doc>": "<doc>1</doc>",
}


@pytest.mark.parametrize("text", TEXTS)
def test_text(text: str) -> None:
    found = repaired(PATH, text.encode())
    assert found is not None
    assert found[0] == TEXTS[text]


@pytest.mark.parametrize(
    ("data", "text", "what"),
    [
        (
            b"<doc>caf\xe9</doc>",
            "<doc>café</doc>",
            ("bytes that do not fit the encoding, read as",),
        ),
        (b'<?xml encoding="cp1252"?><doc>\x80</doc>', "<doc>€</doc>", ()),
        (b'<?xml encoding="magic"?><doc>a</doc>', "<doc>a</doc>", ("bytes that",)),
        ("\ufeff<a/>".encode("utf-16-le"), "<a/>", ()),
    ],
)
def test_encodings(data: bytes, text: str, what: tuple[str, ...]) -> None:
    found = repaired(PATH, data)
    assert found is not None
    assert found[0] == text
    assert [said[: len(w)] for said, w in zip(found[1], what, strict=True)] == list(what)


def test_a_variable_that_is_not_closed(tmp_path: Path) -> None:
    text = text_of('<flow name="y"><eqn>1</eqn>\n' + aux("y") + '\n<stock name="s"><eqn>2</eqn>')
    model = read_model(write(tmp_path, text, "model.xmile"))
    assert [e.name for e in model.elements[:3]] == ["y", "z", "s"]
    assert model.remarks == (
        "model.xmile is not correct XML and was repaired: a missing </flow> on line 5",
    )


def test_a_document_type_is_not_repaired() -> None:
    assert repaired(PATH, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>") is None


def test_lines_stay(tmp_path: Path) -> None:
    text = text_of('<aux name="y"><doc>a\n& b</doc><eqn>1</eqn></aux>\n' + aux("y"))
    path = write(tmp_path, text, "model.xmile")
    model = read_model(path)
    assert model.remarks == (
        "model.xmile is not correct XML and was repaired: raw < or & on line 4",
    )
    assert model.elements[1].components[0].line == 6
    assert model.elements[1].components[0].expression == Name("y")


def test_broken_diagrams_do_not_matter(tmp_path: Path) -> None:
    views = "<views><view><shape></view></views></model>"
    text = text_of(aux("1")).replace("</model>", views)
    model = read_model(write(tmp_path, text, "model.xmile"))
    assert "broken tags in the diagrams" in model.remarks[0]


def test_what_stays_broken_is_refused_with_its_first_line(tmp_path: Path) -> None:
    text = text_of('<aux name="y"><doc>a & b</doc><eqn>1<eqn></aux>')
    with pytest.raises(ModelError, match="the file is not XML") as caught:
        read_model(write(tmp_path, text, "model.xmile"))
    assert caught.value.line == 4


@given(st.binary(max_size=60) | st.text("<>&;/!-[]\"'= aCDAT\n", max_size=60).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    try:
        found = repaired(PATH, data)
    except ModelError:
        return
    if found is not None:
        assert without_diagrams(found[0]) == found[0] or "<views" in found[0]


@pytest.mark.parametrize(
    "data", [b" " * 300_000, b"<a" + b" " * 50_000 + b"<a" + b" b='c'" * 50_000]
)
def test_long_blanks_take_no_long_time(data: bytes) -> None:
    assert repaired(PATH, data) is not None  # it took minutes when a blank was tried at each place
