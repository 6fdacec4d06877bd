"""A model file is data: nothing in it becomes code, and no bytes crash the reader."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import xhsim
from tests.engine.clear_errors import assert_runs_or_is_a_clear_error
from tests.engine.models import DATA, model_of, text_of, value, write
from tests.fuzzing import examples

NAMES = [
    "__class__", "__builtins__", "__import__", "_", "import os", "lambda", "None", "True", "def",
    "print", "exec", "state", "np", "change", "constants", "given", "held", "paths", "clock",
    "start", "report", "breakpoints", "time step 2", "step", "pulse", "ramp", "join", "spread",
    "interpolate", "sum over", "numbers 1", "place 1", "table 1", "draw", "dim 0", "值", "就业人数",
    "é", "x0", "E1", "self", "range", "len",
]  # fmt: skip
QUOTED = [
    "x; import os", "a'b", "os.system('touch pwned')", "'''", "{0}", "{x.__class__}", "%s", "%(0)s",
    "a#smooth1", "a smooth 1", "[x]", "(", "😀 emoji", "# comment", "\\n", "$HOME", "1", "-", "!!!",
    "a-b", "a+b", "a b", "../../etc/passwd", "<script>", "${jndi}", "`ls`",
]  # fmt: skip


def test_names_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = [*NAMES, *(f'"{name}"' for name in QUOTED)]
    lines = [f"{name} = {number}" for number, name in enumerate(names, 1)]
    lines.append("total = " + "+".join(names[:40]))
    lines.append("rest = " + "+".join(names[40:]))
    lines += [f"stock of {number} = INTEG({name}, 0)" for number, name in enumerate(names)]
    lines.append("a = SMOOTH(rest*Time, 2)")
    model = model_of(tmp_path, "\n".join(lines), end=2)
    run = model.run(method="euler")
    for number, name in enumerate(names, 1):
        canonical = model.names.find(name).canonical
        assert value(run, canonical)[-1] == number, name
        assert value(run, f"stock_of_{number - 1}")[-1] == 2 * number, name
    assert value(run, "total")[0] == sum(range(1, 41))
    assert value(run, "rest")[0] == sum(range(41, len(names) + 1))
    assert len(set(run)) == len(names) * 2 + 3 + 4
    assert_is_harmless(model.source)
    assert [path.name for path in tmp_path.iterdir()] == ["model.mdl"]


def assert_is_harmless(source: str) -> None:
    """Only plain names, no underscores at their edges, and NumPy's functions and methods."""
    identifier = re.compile(r"[a-z][a-z0-9_]*")
    methods = {"reshape", "take", "transpose"}
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda | ast.Global)
        if isinstance(node, ast.Name):
            assert identifier.fullmatch(node.id), node.id
            assert "__" not in node.id, node.id
        elif isinstance(node, ast.arg):
            assert identifier.fullmatch(node.arg)
        elif isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")
            on_numpy = isinstance(node.value, ast.Name) and node.value.id == "np"
            assert on_numpy or node.attr in methods, node.attr
        elif isinstance(node, ast.Constant):
            assert isinstance(node.value, int | float) or node.value is None
        elif isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name | ast.Attribute)


@pytest.mark.parametrize(
    "path", sorted(DATA.glob("[fs]*s/*.mdl")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_emitted_source_is_harmless(path: Path) -> None:
    assert_is_harmless(xhsim.load_model(path).source)


def test_names_of_ranges_and_elements_are_only_names(tmp_path: Path) -> None:
    model = model_of(
        tmp_path,
        """
        x[draw] = 1, 2
        y[time slot] = 3, 4
        "a-b"[lambda] = 5, 6
        z[draw, lambda] = x[draw]*"a-b"[lambda]
        total = SUM(z[draw!, lambda!])
        """,
        ranges="draw: None, import\ntime slot: 值, _class\nlambda: np, state",
    )
    run = model.run({"y": [[1.0, 2.0], [3.0, 4.0]]}, outputs=["total", "y", "z"])
    assert np.unique(run["total"].values).tolist() == [33]
    assert run.sizes["draw"] == 2
    assert_is_harmless(model.source)


def test_variable_called_like_a_dimension_or_the_draws(tmp_path: Path) -> None:
    model = model_of(
        tmp_path,
        'Draw = 5\n"Zo-ne"[Zo ne] = 1, 2\nz[Zo ne] = "Zo-ne"[Zo ne]*Draw',
        ranges="Zo ne: p, q",
    )
    run = model.run({"draw": [1.0, 2.0]}, outputs=["draw", "Zo-ne", "z"])
    assert run["z"].values[:, 0].tolist() == [[1, 2], [2, 4]]
    assert run["draw"].values.tolist() == [0, 1]
    assert run["draw_2"].values[:, 0].tolist() == [1, 2]


def test_canonical_names_never_mean_another_variable(tmp_path: Path) -> None:
    model = model_of(tmp_path, '"a-b" = 1\na b = 2\na b 2 = 3\n"A+B" = 4')
    assert model.variables["name"].to_dict() == {
        "a_b_3": "a-b",
        "a_b": "a b",
        "a_b_2": "a b 2",
        "a_b_4": "A+B",
    } | dict(list(model.variables["name"].items())[4:])
    for canonical, name in model.variables["name"].items():
        assert model.names.find(str(canonical)).name == name
        assert model.names.find(name).name == name


def test_hidden_stocks_never_meet_names_of_the_file(tmp_path: Path) -> None:
    numbers = range(1, 5)
    own = "\n".join(f'"z#smooth{i}" = {i}\n"z smooth {i}" = {i}\nz smooth{i} = 9' for i in numbers)
    model = model_of(tmp_path, f"x = 4\n{own}\nz = SMOOTH3I(x, 4, 0)")
    alone = model_of(tmp_path, "x = 4\nz = SMOOTH3I(x, 4, 0)")
    assert value(model.run(), "z").tolist() == value(alone.run(), "z").tolist()
    assert value(model.run(), "z")[-1] > 3


# --- fuzz ----------------------------------------------------------------------------------

GOOD = text_of(
    """
    x[Area] = 1, 2
    curve([(0,0)-(10,10)],(0,1),(5,2))
    level[Area] = INTEG(x[Area]*curve(Time)-level[Area]/SMOOTH3(5, 6), x[Area])
    total = IF THEN ELSE(SUM(level[Area!]) > 3 :AND: Time < 5, -2^2, EXP(-Time)) + STEP(1, 2)
    """,
    ranges="Area: north, south",
    end=3,
)
PIECES = [
    "(", ")", "[", "]", "{", "}", "~", "|", ":", ";", ",", "=", '"', "'", "\\", "\n", "\t", "!",
    "^", "-", "+", "*", "/", "<", ">", "&", "0", "1e999", ".", "Time", "x[Area]", "INTEG(", "SUM(",
    ":EXCEPT:", ":NA:", ":MACRO:", ":END OF MACRO:", "<->", "->", "GET XLS DATA('a','b','c','d')",
    "DELAY FIXED(x, 1, 2)", "[__import__('os')]", "***\n\t.g\n***~\n|", "\\\\\\---///", "值", "é",
    ":RAW:", "TABBED ARRAY(1 2)", "{UTF-8}", "WITH LOOKUP(", "((0,0),(1,1))", "\x00", "\ufeff",
]  # fmt: skip


fuzzed = settings(
    max_examples=examples(120), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fuzzed
@given(data=st.binary(max_size=200))
def test_random_bytes_are_a_clear_error(tmp_path: Path, data: bytes) -> None:
    assert_runs_or_is_a_clear_error(tmp_path / "fuzz.mdl", data)


@fuzzed
@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25))
def test_random_pieces_are_a_clear_error(tmp_path: Path, text: list[str]) -> None:
    assert_runs_or_is_a_clear_error(
        tmp_path / "fuzz.mdl", ("{UTF-8}\nz = " + "".join(text)).encode("utf-8", "replace")
    )


@settings(fuzzed, max_examples=examples(400))
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 6), st.sampled_from(["", *PIECES])),
        min_size=1,
        max_size=3,
    )
)
def test_changed_models_run_or_are_a_clear_error(
    tmp_path: Path, changes: list[tuple[int, int, str]]
) -> None:
    text = GOOD
    for place, length, piece in changes:
        text = text[:place] + piece + text[place + length :]
    assert_runs_or_is_a_clear_error(tmp_path / "fuzz.mdl", text.encode())


def test_the_model_that_is_changed_runs(tmp_path: Path) -> None:
    assert value(xhsim.load_model(write(tmp_path, GOOD)).run(), "total").shape == (4,)
