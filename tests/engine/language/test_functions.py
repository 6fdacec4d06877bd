"""The table of functions: complete, documented, and the only place to add a function."""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xhsim
from tests.engine.models import value, write
from tests.places import ROOT
from xhsim.engine.compiling import numpy_runtime as runtime
from xhsim.engine.compiling import scalar_runtime
from xhsim.engine.compiling.machine_program import emit_llvm
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.compiling.scalar_program import emit_scalar
from xhsim.engine.insight.units import check_units
from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions import (
    FUNCTIONS,
    Function,
    functions_with,
    merged_rows,
    support_table,
)
from xhsim.engine.tableaux import EULER

DOCS = ROOT / "docs"
REPLACED = {"stateful", "subscript", "table", "element"}
CALLED = re.compile(r"(?<![\w.])[a-z]\w*(?=\()")


def test_documented_functions_are_those_of_the_table() -> None:
    text = (DOCS / "functions.md").read_text(encoding="utf-8")
    assert text.endswith("\n\n" + support_table() + "\n")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_row_is_complete(name: str) -> None:
    row = FUNCTIONS[name]
    assert re.fullmatch(r"[A-Z].*\.", row.meaning)
    assert (row.numpy is None) == (row.kind in REPLACED)
    assert (row.units is unit_rules.REPLACED) == (row.kind in REPLACED)
    assert set(row.conditions) <= set(range(len(row.arguments)))
    for code, names in ((row.numpy, runtime.NAMESPACE), (row.scalar, scalar_runtime.NAMESPACE)):
        assert set(CALLED.findall(code or "")) <= set(names)
    now = {word for word in ("time", "clock") if re.search(rf"\b{word}\b", row.numpy or "")}
    # A ramp and data follow the time only in methods without fixed steps.
    assert now - ({"time"} if name in {"ramp", "data_time"} else set()) == (
        {row.now} if row.now else set()
    )


def test_two_rows_for_one_function_are_an_error() -> None:
    with pytest.raises(ValueError, match="two rows for \\['abs'\\]"):
        merged_rows({"abs": FUNCTIONS["abs"]}, {"abs": FUNCTIONS["exp"]})


def test_reductions_have_the_forms_of_what_they_repeat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {"sum", "vmax"} <= functions_with("machine")
    assert "vector_select" not in functions_with("machine")
    without = dataclasses.replace(FUNCTIONS["add"], machine=None)
    monkeypatch.setitem(FUNCTIONS, "add", without)
    assert not {"add", "sum"} & functions_with("machine")


# --- a new function ----------------------------------------------------------------------------

# A function added as CONTRIBUTING describes: its row, and the two helpers that its forms call.
SATURATION = Function(
    meaning="Gives the part of a demand that a capacity can serve.",
    arguments=("demand", "capacity"),
    units=unit_rules.ALIKE,
    numpy="saturated({0}, {1})",
    scalar="saturated({0}, {1})",
    machine=lambda maths, demand, capacity: maths.at.fmul(
        capacity,
        maths.at.fsub(maths.number(1.0), maths.exp(maths.at.fneg(maths.at.fdiv(demand, capacity)))),
    ),
)
MODEL = """{UTF-8}
INITIAL TIME = 0 ~ year ~|
FINAL TIME = 4 ~ year ~|
TIME STEP = 1 ~ year ~|
SAVEPER = 1 ~ year ~|
capacity = 10 ~ firms ~|
growth = 5 ~ firms/year ~|
wish = INTEG(growth, 0) ~ firms ~|
settled = SATURATION(wish, capacity) ~ firms ~|
"""


@pytest.fixture
def with_saturation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a function to the language for one test, as CONTRIBUTING describes."""
    monkeypatch.setitem(FUNCTIONS, "saturation", SATURATION)
    monkeypatch.setitem(
        runtime.NAMESPACE, "saturated", lambda demand, most: most * (1.0 - np.exp(-demand / most))
    )
    monkeypatch.setitem(
        scalar_runtime.NAMESPACE,
        "saturated",
        lambda demand, most: most * (1.0 - math.exp(-demand / most)),
    )


@pytest.mark.usefixtures("with_saturation")
def test_a_new_function_is_one_row_for_every_backend(tmp_path: Path) -> None:
    model = xhsim.load_model(write(tmp_path, MODEL))
    expected = 10 * (1 - np.exp(-np.array([0, 5, 10, 15, 20]) / 10))

    plan = make_plan(model.equations, ["settled"], (), ())
    scalar = emit_scalar(model.equations, plan)
    assert scalar is not None
    assert "saturated(" in scalar.source
    assert emit_llvm(model.equations, plan, frozenset({"growth"}), EULER) is not None

    alone = model.run(method="euler")  # in Python
    few = model.run({"growth": np.full(3, 5.0)}, method="euler")  # in NumPy
    draws = 30_000  # so many that machine code is worth its compilation
    many = model.run(
        {"growth": np.full(draws, 5.0)}, method="euler", outputs=["settled"], times=[4]
    )
    np.testing.assert_allclose(value(alone, "settled"), expected, rtol=1e-14)
    np.testing.assert_allclose(value(few, "settled"), [expected] * 3, rtol=1e-14)
    np.testing.assert_allclose(value(many, "settled"), expected[-1], rtol=1e-14)


@pytest.mark.usefixtures("with_saturation")
def test_a_new_function_is_one_row_for_the_units_and_the_docs(tmp_path: Path) -> None:
    right = xhsim.load_model(write(tmp_path, MODEL))
    assert check_units(right.equations) == []
    wrong = write(tmp_path, MODEL.replace("(wish, capacity)", "(wish, growth)"), "wrong.mdl")
    (mismatch,) = check_units(xhsim.load_model(wrong).equations)
    assert mismatch.message == (
        "SATURATION combines wish (firms) and growth (firms/year), which have different units"
    )
    assert "| SATURATION | Gives the part of a demand" in support_table()


@pytest.mark.usefixtures("with_saturation")
@pytest.mark.parametrize("lacks", ["scalar", "machine"])
def test_a_backend_without_a_form_leaves_the_model_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    without: dict[str, Any] = {lacks: None}
    row = dataclasses.replace(SATURATION, **without)
    monkeypatch.setitem(FUNCTIONS, "saturation", row)
    model = xhsim.load_model(write(tmp_path, MODEL))
    plan = make_plan(model.equations, ["settled"], (), ())
    forms = {
        "scalar": emit_scalar(model.equations, plan),
        "machine": emit_llvm(model.equations, plan, frozenset(), EULER),
    }
    assert [name for name, form in forms.items() if form is None] == [lacks]
    run = model.run(method="euler")
    np.testing.assert_allclose(value(run, "settled")[-1], 10 * (1 - np.exp(-2)), rtol=1e-14)
