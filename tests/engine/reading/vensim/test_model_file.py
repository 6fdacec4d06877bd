"""What is read of a Vensim file, on the records themselves, with the lines."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tests.engine.models import DATA, text_of, write
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number, NumberArray, Range, Table
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError

FILES = DATA / "reading"


def elements_of(path: Path) -> dict[str, syntax.Element]:
    return {element.name: element for element in read_model(path).elements}


def only(element: syntax.Element) -> syntax.Component:
    (component,) = element.components
    return component


def read(folder: Path, equations: str, **options: object) -> syntax.ModelText:
    return read_model(write(folder, text_of(equations, **options)))  # type: ignore[arg-type]


def expression_of(folder: Path, text: str) -> syntax.Node:
    found = read(folder, f"z = {text}").elements[0]
    return only(found).expression


# --- macros ------------------------------------------------------------------------------


def test_macros_stand_anywhere_and_keep_their_lines() -> None:
    model = read_model(FILES / "macros.mdl")
    split, fill = model.macros
    assert (split.name, split.inputs, split.outputs) == (
        "split_two",
        ("a", "share"),
        ("rest", "other_rest"),
    )
    assert [(e.name, only(e).line) for e in split.elements] == [
        ("Split Two", 7),
        ("rest", 9),
        ("other rest", 11),
    ]
    assert (fill.name, fill.inputs, fill.outputs, fill.line) == (
        "fill",
        ("goal", "duration"),
        (),
        17,
    )
    lines = {element.name: only(element).line for element in model.elements}
    assert lines == {
        "before": 2,
        "between": 15,
        "after": 22,
        "total": 25,
        "INITIAL TIME": 27,
        "FINAL TIME": 28,
        "TIME STEP": 29,
        "SAVEPER": 30,
    }


def test_calls_of_macros_have_inputs_then_names_of_the_extra_outputs() -> None:
    after = only(elements_of(FILES / "macros.mdl")["after"]).expression
    split = Call("split_two", (Name("before"), Number(0.25), Name("remainder"), Name("last_part")))
    assert after == Call("add", (split, Call("fill", (Number(10.0), Number(2.0)))))
    total = only(elements_of(FILES / "macros.mdl")["total"]).expression
    assert isinstance(total, Call)
    assert total.arguments[1] == Call(
        "split_two", (Name("before"), Number(0.5), Name("r_one"), Name("r_two"))
    )


# --- ranges ------------------------------------------------------------------------------


def test_ranges_numbered_mapped_and_copied() -> None:
    model = read_model(FILES / "ranges.mdl")
    assert model.ranges == (
        Range("Area", ("north", "south", "Coast"), (), 2),
        Range("Coast", ("east", "west"), (), 3),
        Range("Year", ("Y1", "Y2", "Y3", "later"), (), 4),
        Range("Shop", ("s1", "s2", "s3", "s4"), ("Area",), 5, ((),)),
        Range("Pair of", ("p1", "p2"), ("Kind", "Third one"), 6, (("high", "low"), ())),
        Range("Kind", ("low", "high"), (), 7),
        Range("Third one", ("t1", "t2"), (), 8),
        Range("Copy", ("north", "south", "Coast"), ("Area",), 9, ((),)),
        Range("Copy of copy", ("north", "south", "Coast"), ("Copy",), 10, ((),)),
    )
    y = {e.name: e for e in model.elements}["y"]
    assert [component.line for component in y.components] == [12, 13, 14]
    assert y.components[0].exceptions == (("Y1",), ("later",))


# --- kinds of definitions ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "keyword", "expression", "line"),
    [
        ("fixed", "unchangeable", "", Number(3.0), 2),
        ("curve", "lookup", "", Table((0.0, 10.0), (5.0, 1.0)), 3),
        ("unsorted", "lookup", "", Table((0.0, 1.0, 2.0), (0.0, -10.0, 4.0)), 4),
        ("one point", "lookup", "", Table((3.0,), (4.0,)), 5),
        ("series", "data", "interpolate", Call("data", ()), 6),
        ("held", "data", "hold_backward", Call("data", ()), 7),
        ("ahead", "equation", "look_forward", Number(5.0), 8),
        ("plain data", "equation", "", Number(6.0), 9),
        ("raw", "data", "raw", Call("data", ()), 10),
        ("x", "equation", "", Number(3.0), 11),
        ("odd {name}", "equation", "", Number(4.0), 12),
    ],
)
def test_kinds_of_definitions(
    name: str, kind: str, keyword: str, expression: syntax.Node, line: int
) -> None:
    found = only(elements_of(FILES / "kinds.mdl")[name])
    assert (found.kind, found.keyword, found.expression) == (kind, keyword, expression)
    assert found.line == line


def test_reality_checks_sketch_and_what_follows_are_no_variables() -> None:
    assert not {"rule", "trial", "q"} & elements_of(FILES / "kinds.mdl").keys()


def test_units_limits_documentation_and_groups() -> None:
    elements = elements_of(FILES / "kinds.mdl")
    x, z = elements["x"], elements["z"]
    assert (x.unit, x.limits, x.documentation) == ("unit", (0.0, None), "in {braces} stays")
    assert (z.unit, z.limits, z.group) == ("odd [unit]", (None, None), "Second group")
    assert only(z).line == 21
    model = read_model(FILES / "kinds.mdl")
    assert (model.groups, model.dialect) == ((("Second group", "What it holds"),), "vensim")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2", Number(3.0)),
        ("5 - 3 - 1", Number(1.0)),
        ("-1e-2", Number(-0.01)),
        ("1, 2; 3, 4;", NumberArray((1.0, 2.0, 3.0, 4.0), (2, 2))),
        ("TABBED ARRAY(1 2 3)", NumberArray((1.0, 2.0, 3.0), (3,))),
        ("GAME(y)", Call("game", (Name("y"),))),
        ("data(Time)", Call("data", (Name("time"),))),  # a lookup may be called so
        ("logic(1)", Call("logic", (Number(1.0),))),
        (
            "WITH LOOKUP(y, ([(0,0)-(2,2)],(1, 2),(0,1)))",
            Call("with_lookup", (Name("y"), Table((0.0, 1.0), (1.0, 2.0)))),
        ),
    ],
)
def test_expressions(tmp_path: Path, text: str, expected: syntax.Node) -> None:
    assert expression_of(tmp_path, text) == expected


# --- encodings ---------------------------------------------------------------------------

SPELLED = {
    "utf-8": ("{UTF-8}", "utf-8"),
    "utf-8 with mark": ("{UTF-8}", "utf-8-sig"),
    "mark only": ("", "utf-8-sig"),
    "no header": ("", "utf-8"),
    "gb18030": ("{GB18030}", "gb18030"),
    "gbk": ("{gbk}", "gbk"),
    "utf-16": ("{UTF-8}", "utf-16"),
    "utf-16 big end first": ("", "utf-16-be"),
    "utf-32": ("", "utf-32"),
}


@pytest.mark.parametrize("name", SPELLED)
def test_encodings(tmp_path: Path, name: str) -> None:
    header, encoding = SPELLED[name]
    text = text_of("人口 = 5\nz = 人口").replace("{UTF-8}", header)
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    path = tmp_path / "model.mdl"
    path.write_bytes(mark + text.encode(encoding))
    found = elements_of(path)
    assert only(found["z"]).expression == Name("人口")
    assert only(found["z"]).line == 3


def test_western_european_text(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_bytes(text_of("coût = 5").replace("UTF-8", "cp1252").encode("cp1252"))
    assert "coût" in elements_of(path)


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030"])
def test_wrong_header_is_refused_not_repaired(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "model.mdl"
    path.write_bytes(text_of("x = 1\nniveau élevé = 5").encode(encoding))
    with pytest.raises(ModelError, match=r"model.mdl:3: the text is not UTF-8. save"):
        read_model(path)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_other_systems(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "model.mdl"
    text = "{UTF-8}\na long \\\n\tname = 1 ~~|\nz = a long name ~~|\n"
    path.write_bytes(text.replace("\n", ending).encode())
    found = elements_of(path)
    assert (only(found["a long name"]).line, only(found["z"]).line) == (2, 4)


# --- what is refused ---------------------------------------------------------------------

REFUSED = {
    "macro without end": (":MACRO: F(x)\nF = x ~~|", 2, "a macro lacks its end"),
    "end without macro": ("x = 1 ~~|\n:END OF MACRO:", 3, "a macro lacks its end"),
    "macro without arguments": (":MACRO: F\nF = 1 ~~|\n:END OF MACRO:", 2, "a macro lacks its end"),
    "macro in a macro": (
        ":MACRO: F(x)\n:MACRO: G(x)\n:END OF MACRO:\n:END OF MACRO:",
        3,
        "a macro lacks its end",
    ),
    "error in a macro": (
        ":MACRO: F(x)\n\nF = 2* ~~|\n:END OF MACRO:",
        4,
        "`F = 2\\*` cannot be read",
    ),
    "copy of nothing": ("A <-> B ~~|", 2, '"A" copies "B", which the model does not define'),
    "copy of itself": ("A <-> B ~~|\nB <-> A ~~|", 2, '"A" copies itself'),
    "odd numbered range": ("A: (a1-b3) ~~|", 2, "the range `A: .a1-b3.` cannot be read"),
    "huge numbered range": ("A: (a1-a999999999) ~~|", 2, "more than 100,000 elements"),
    "empty mapping": ("A: a1 -> (B: ) ~~|", 2, "cannot be read"),
    "broken mapping": ("A: a1 -> (B: b1 ~~|", 2, "cannot be read"),
    "unknown keyword": ("x :SOMEHOW: := 3 ~~|", 2, "unknown keyword :SOMEHOW:"),
    "two numbers": ("x = 1 2 ~~|", 2, "cannot be read"),
    "two numbers in a list": ("x = 1 2, 3 ~~|", 2, "cannot be read"),
    "uneven rows": ("x = 1, 2; 3 ~~|", 2, "cannot be read"),
    "function of one": ("x = SMOOTH(1) ~~|", 2, "too few or too many arguments"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, line, words = REFUSED[name]
    path = write(tmp_path, "{UTF-8}\n" + text + "\n" + text_of("q = 1")[8:])
    with pytest.raises(ModelError, match=words) as caught:
        read_model(path)
    assert caught.value.line == line
    assert len(str(caught.value)) - len(str(path)) < 300


@pytest.mark.parametrize("codec", ["zlib", "idna", "punycode", "unicode_escape", "rot13", "utf-7"])
def test_codecs_that_are_not_encodings_of_files(tmp_path: Path, codec: str) -> None:
    path = write(tmp_path, text_of("x = 1").replace("UTF-8", codec))
    with pytest.raises(ModelError, match="unknown text encoding"):
        read_model(path)


def test_unknown_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r'kind ".vpm" cannot be read. give a Vensim model'):
        read_model(write(tmp_path, "x", "model.vpm"))
