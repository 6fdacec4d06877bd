"""What is read of a Vensim file, on the records themselves, with the lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import text_of, write
from tests.engine.reading.vensim.records import FILES, elements_of, only
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number, Table
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError

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


def test_values_of_another_run_are_data_that_the_caller_gives(tmp_path: Path) -> None:
    equations = "file :IS: 'a.vdf'\ndeaths := GET VDF DATA(file, 'd', 0, 1)"
    model = read_model(
        write(tmp_path, text_of(f"{equations}\nw = GET VDF CONSTANTS(file, 'w', 1)"))
    )
    found = [only(element) for element in model.elements[:2]]
    assert [(one.kind, one.expression) for one in found] == [("data", Call("data", ()))] * 2


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
    "unknown keyword": ("x :SOMEHOW: := 3 ~~|", 2, "unknown keyword :SOMEHOW:"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, line, words = REFUSED[name]
    path = write(tmp_path, "{UTF-8}\n" + text + "\n" + text_of("q = 1")[8:])
    with pytest.raises(ModelError, match=words) as caught:
        read_model(path)
    assert caught.value.line == line
    assert len(str(caught.value)) - len(str(path)) < 300


def test_unknown_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r'".vpm" file is in a binary format.*save it there as .mdl'
    ):
        read_model(write(tmp_path, "x", "model.vpm"))


OTHER_TEXTS = {
    "xmile": ('<?xml version="1.0"?>\n<xmile version="1.0">', 1, 'name it "model.xmile"'),
    "page": ("<!DOCTYPE html><html><body>Not found</body></html>", 1, "a web page"),
    "no bars": ("{UTF-8}\n\nx = 1 ~~\ny = 2 ~~|", 3, "must end in `~ unit ~ comment |`"),
    "letter": ("Dear all, this is a letter.", None, "must end in"),
}


@pytest.mark.parametrize("name", OTHER_TEXTS)
def test_a_text_of_another_kind(tmp_path: Path, name: str) -> None:
    text, line, words = OTHER_TEXTS[name]
    with pytest.raises(ModelError) as caught:
        read_model(write(tmp_path, text))
    assert words in str(caught.value)
    assert caught.value.line == line
