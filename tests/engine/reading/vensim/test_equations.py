"""Right-hand sides of a Vensim model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import text_of, write
from tests.engine.reading.vensim.records import expression_of
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number, NumberArray, Table
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2", Number(3.0)),
        ("5 - 3 - 1", Number(1.0)),
        ("-1e-2", Number(-0.01)),
        ("1, 2; 3, 4;", NumberArray((1.0, 2.0, 3.0, 4.0), (2, 2))),
        ("TABBED ARRAY(1 2 3)", NumberArray((1.0, 2.0, 3.0), (3,))),
        ("GAME(y)", Call("game", (Name("y"),))),
        ("-x^2", Call("negative", (Call("power", (Name("x"), Number(2.0))),))),
        ("x[low, Area!]", Name("x", ("low", "Area!"))),
        ("curve[low](2)", Call("look_up", (Name("curve", ("low",)), Number(2.0)))),
        (
            "WITH LOOKUP(y, (0,1, 1,2))",
            Call("with_lookup", (Name("y"), Table((0.0, 1.0), (1.0, 2.0)))),
        ),
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


REFUSED = {
    "nothing": ("x = 3* ~~|", 2, "a value is missing after `\\*` at its end"),
    "no comma": ("x = MAX(1 y) ~~|", 2, "an operator is missing between `1` and `y`"),
    "a bracket": ("x = MAX(1, y ~~|", 2, "1 opening and 0 closing brackets"),
    "two comparisons": ("x = 1 < y < 2 ~~|", 2, "join them with :AND:"),
    "odd lookup": ("x = WITH LOOKUP(y, (1,2,3)) ~~|", 2, "3 numbers"),
    "odd subscript": ("x = y[(]) ~~|", 2, "not a subscript"),
    "two numbers": ("x = 1 2 ~~|", 2, "cannot be read"),
    "two numbers in a list": ("x = 1 2, 3 ~~|", 2, "cannot be read"),
    "uneven rows": ("x = 1, 2; 3 ~~|", 2, "cannot be read"),
    "function of one": ("x = SMOOTH(1) ~~|", 2, "SMOOTH has 1 argument; it takes 2"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    text, line, words = REFUSED[name]
    path = write(tmp_path, "{UTF-8}\n" + text + "\n" + text_of("q = 1")[8:])
    with pytest.raises(ModelError, match=words) as caught:
        read_model(path)
    assert caught.value.line == line
    assert len(str(caught.value)) - len(str(path)) < 300
