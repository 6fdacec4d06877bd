"""Whatever the bytes of a model file are, reading ends soon, in records or in a ModelError."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.models import DATA, text_of, write
from tests.engine.reading.xmile.texts import MODULES, SPECS, aux
from tests.engine.reading.xmile.texts import text_of as xmile_of
from tests.fuzzing import examples
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError

LONG = 1_000_000


def read(folder: Path, text: str, name: str = "model.mdl") -> None:
    read_model(write(folder, text, name))


def read_anyhow(path: Path) -> None:
    """Read a file; what is wrong with it, if anything, is told on one line that names the file."""
    message = f"{path}: nothing"
    try:
        read_model(path)
    except ModelError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message


# --- XML ---------------------------------------------------------------------------------


def test_entities_reach_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("told to nobody")
    head = (
        '<?xml version="1.0"?><!DOCTYPE xmile [<!ENTITY secret SYSTEM '
        f'"file://{tmp_path}/secret.txt">]>\n'
    )
    with pytest.raises(ModelError, match="document type") as caught:
        read(tmp_path, xmile_of('<aux name="z"><eqn>&secret;</eqn></aux>', head=head), "m.xmile")
    assert "told to nobody" not in str(caught.value)


DOCTYPES = {
    "laughs": "<!DOCTYPE x [<!ENTITY a '"
    + "b" * 1000
    + "'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 or str()};' * 10}'>" for n in range(1, 10))
    + "]>",
    "remote": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "empty": "<!DOCTYPE xmile []>",
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_document_types_are_refused(tmp_path: Path, name: str) -> None:
    text = xmile_of('<aux name="z"><eqn>&a9;</eqn></aux>', head=DOCTYPES[name])
    start = time.monotonic()
    with pytest.raises(ModelError):
        read(tmp_path, text, "m.xmile")
    assert time.monotonic() - start < 5


# --- size --------------------------------------------------------------------------------

HUGE = {
    "brackets.mdl": "{UTF-8}\nx = " + "(" * LONG + " ~~|\n",
    "nested.mdl": "{UTF-8}\nx = " + "(" * 300 + "1" + ")" * 300 + " ~~|\n",
    "calls.mdl": "{UTF-8}\nx = " + "MAX(1," * 300 + "1" + ")" * 300 + " ~~|\n",
    "unclosed.mdl": "{UTF-8}\nx[" + "(" * 300 + " ~~|\n",
    "escapes.mdl": "{UTF-8}\n" + '\\"' * LONG,
    "macros.mdl": "{UTF-8}\n" + ":MACRO: F(x) :END OF MACRO:" * 50_000,
    "elements.mdl": "{UTF-8}\nA: " + ",".join(f"e{n}" for n in range(LONG // 5)) + " ~~|\n",
    "numbered.mdl": "{UTF-8}\nA: (e1-e99999999999999999) ~~|\n",
    "copies.mdl": "{UTF-8}\n" + "".join(f"A{n} <-> A{n + 1} ~~|\n" for n in range(3000)),
    "brackets.xmile": xmile_of(aux("(" * LONG)),
    "nested.xmile": xmile_of(aux("(" * 5000)),
    "nots.xmile": xmile_of(aux("not " * 5000 + "1")),
    "ifs.xmile": xmile_of(aux("IF 1 THEN " * 5000 + "1")),
    "deep.xmile": xmile_of("<a>" * 100_000),
    "list.xmile": xmile_of(aux("1," * 90_000 + "x")),
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_files_end_soon_in_an_error(tmp_path: Path, name: str) -> None:
    start = time.monotonic()
    with pytest.raises(ModelError) as caught:
        read(tmp_path, HUGE[name], name)
    assert time.monotonic() - start < 10
    assert len(str(caught.value)) < 500


LARGE = {
    "stars.mdl": "*" * LONG,
    "titles.mdl": "***\nA\n***~" * (LONG // 10),
    "blank.mdl": "***" + "\n" * LONG,
    "quotes.mdl": '"' * (LONG + 1),
    "open_quotes.mdl": ('"' + "a" * 2000) * (LONG // 2000),
    "marks.mdl": "~" * LONG,
}


@pytest.mark.parametrize("name", LARGE)
def test_text_behind_the_equations_takes_no_time(tmp_path: Path, name: str) -> None:
    start = time.monotonic()
    read(tmp_path, text_of("x = 1") + LARGE[name], name)
    assert time.monotonic() - start < 10


def test_long_lists_are_read(tmp_path: Path) -> None:
    points = ",".join(f"({n},{n})" for n in range(10_000))
    path = write(tmp_path, text_of(f"curve({points})", ranges="A: (a1-a100000)"))
    model = read_model(path)
    assert len(model.ranges[0].elements) == 100_000
    assert len(model.elements[0].components[0].expression.x) == 10_000  # type: ignore[union-attr]


# --- code --------------------------------------------------------------------------------

CODE = "__import__('os').mkdir('pwned')"
WITH_CODE = {
    "number.mdl": text_of(f"x = 1 + {CODE}"),
    "list.mdl": text_of(f"x = 1, {CODE}"),
    "lookup.mdl": text_of(f"x((0,0),(1,{CODE}))"),
    "limits.mdl": text_of(f"x([({CODE},0)-(1,1)],(0,0),(1,1))"),
    "file.mdl": text_of(f"x = GET DIRECT CONSTANTS(\"{CODE}\", 'a', 'b')"),
    "text.mdl": text_of("x = GET DIRECT CONSTANTS('a\\', 'b', '" + CODE.replace("'", '"') + "')"),
    "tabbed.mdl": text_of(f"x = TABBED ARRAY(1 {CODE})"),
    "range.mdl": text_of("x = 1", ranges=f"A: {CODE}"),
    "unit.mdl": text_of("q = 1").replace("q = 1 ~", f"q = 1 ~ m [{CODE}]"),
    "code.xmile": xmile_of(aux(f"1 + {CODE}")),
    "table.xmile": xmile_of(f'<gf name="g"><xpts>{CODE}</xpts><ypts>1</ypts></gf>'),
    "specs.xmile": xmile_of(aux("1"), specs=SPECS.replace("0.25", CODE)),
}


@pytest.mark.parametrize("name", WITH_CODE)
def test_code_in_a_model_is_not_run(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read_anyhow(write(tmp_path, WITH_CODE[name], name))
    assert [path.name for path in tmp_path.iterdir()] == [name]


# --- chance ------------------------------------------------------------------------------

SEEDS = [
    *(path.read_text("utf-8") for path in sorted((DATA / "reading").glob("*.mdl"))),
    text_of("d :RAW: := GET DIRECT DATA('d.csv', ',', '1', 'B2')\nx[A] = 1", ranges="A: a, b"),
]
XMILE_SEEDS = [MODULES, xmile_of(aux("IF y[*] MOD 2 = 1 THEN LOOKUP(g, 2) ELSE -x^2"))]
PIECES = st.sampled_from(
    [
        *"()[]{}\"'~|:=<>,;!\\\n\t-+*/^.?0aé中",
        *(
            ":MACRO:",
            ":END OF MACRO:",
            ":EXCEPT:",
            "<->",
            "->",
            ":=",
            "==",
            "()",
            "(1-2)",
            "{UTF-8}",
        ),
        *(":RAW:", "GET DIRECT DATA('", "../", "1e999", "\\\\\\---///", "****", "<eqn>", "</eqn>"),
        *(
            '<dim name="',
            '<gf type="',
            "&amp;",
            "&x;",
            "<![CDATA[",
            "<!--",
            "\0",
            "IF",
            "THEN",
            "NOT",
        ),
    ]
)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.lists(PIECES, max_size=4)), max_size=5
)
FUZZ = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def edited(text: str, edits: list[tuple[float, int, list[str]]]) -> str:
    for where, removed, inserted in edits:
        start = int(where * len(text))
        text = text[:start] + "".join(inserted) + text[start + removed :]
    return text


@FUZZ
@given(st.sampled_from(SEEDS), EDITS)
def test_edited_vensim_models(tmp_path: Path, text: str, edits: list) -> None:  # type: ignore[type-arg]
    path = tmp_path / "model.mdl"
    path.write_bytes(edited(text, edits).encode("utf-8", "surrogatepass"))
    read_anyhow(path)


@FUZZ
@given(st.sampled_from(XMILE_SEEDS), EDITS)
def test_edited_xmile_models(tmp_path: Path, text: str, edits: list) -> None:  # type: ignore[type-arg]
    path = tmp_path / "model.xmile"
    path.write_bytes(edited(text, edits).encode())
    read_anyhow(path)


@FUZZ
@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_odd_equations(tmp_path: Path, text: str, is_xmile: bool) -> None:
    path = tmp_path / ("model.xmile" if is_xmile else "model.mdl")
    whole = (
        xmile_of(f'<aux name="z"><eqn>{text}</eqn></aux>') if is_xmile else text_of(f"z = {text}")
    )
    path.write_bytes(whole.encode())
    read_anyhow(path)


@FUZZ
@given(st.binary(max_size=300), st.sampled_from([".mdl", ".xmile", ".xml", ".stmx"]))
def test_any_bytes(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(data)
    read_anyhow(path)


@FUZZ
@given(st.binary(max_size=300))
def test_any_data_file(tmp_path: Path, data: bytes) -> None:
    equation = "x = GET DIRECT CONSTANTS('{}', ',', 'A1')"
    for name in ("data.csv", "data.xlsx", "data.txt", "data.xls", "data.ods"):
        (tmp_path / name).write_bytes(data)
        path = write(tmp_path, text_of(equation.format(name)))
        read_anyhow(path)
