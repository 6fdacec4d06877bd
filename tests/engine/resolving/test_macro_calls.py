"""Inputs and outputs of calls of macros."""

from __future__ import annotations

from tests.engine.resolving.records import X, Y, component, element, plus
from xhsim.engine.language.syntax import Call, Macro, Name, Number
from xhsim.engine.resolving.macro_calls import inputs_and_outputs, requested_outputs

SPLIT = Macro("split", ("a", "b"), ("rest",), ())
MACROS = {"split": SPLIT}


def test_a_call_has_inputs_and_perhaps_outputs() -> None:
    without = Call("split", (X, Y))
    assert inputs_and_outputs(SPLIT, without) == ((X, Y), ())
    with_output = Call("split", (X, Y, Name("left")))
    assert inputs_and_outputs(SPLIT, with_output) == ((X, Y), (Name("left"),))


def test_outputs_become_variables_with_the_line_and_subscripts_of_the_call() -> None:
    call = Call("split", (X, Y, Name("left_over", ("Zone",))))
    total = element("total", component(plus(call, call), "Zone", line=9))
    (found,) = requested_outputs(MACROS, [total])
    (part,) = found.components
    assert (found.name, part.subscripts, part.line) == ("left over", ("Zone",), 9)
    assert part.text == "an output of SPLIT in total"


def test_calls_without_outputs_define_nothing() -> None:
    total = element("total", component(plus(Call("split", (X, Number(1.0))), X)))
    assert requested_outputs(MACROS, [total]) == ()
