"""Calls of Vensim's functions in the engine's terms."""

from __future__ import annotations

import pytest

from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.engine.reading.vensim.calls import FORMS, call
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError

A, B, C = Name("a"), Name("b"), Name("c")


def test_functions_with_defaults() -> None:
    assert call("smooth3", (A, B)) == Call("smooth", (A, B, A, Number(3.0)))
    assert call("delay1i", (A, B, C)) == Call("delay", (A, B, C, Number(1.0)))
    assert call("pulse_train", (A, B, C, A)) == Call("pulse_train", (A, C, B, A))
    assert call("get_xls_data", (A, A, A, A)).function == "get_direct_data"


def test_other_functions_stay() -> None:
    assert call("max", (A, B)) == Call("max", (A, B))
    assert call("some_lookup", (A,)) == Call("some_lookup", (A,))


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_functions_of_the_engine(name: str) -> None:
    wanted, _ = FORMS[name]
    assert call(name, (A,) * wanted).function in FUNCTIONS


@pytest.mark.parametrize("name", ["smooth3", "get_xls_data", "integ", "trend"])
def test_too_many_arguments(name: str) -> None:
    with pytest.raises(VensimSyntaxError, match=r"has 7 arguments; it takes"):
        call(name, (A,) * 7)
