"""Names and references: parsing them, and finding them in either spelling."""

from __future__ import annotations

import pytest

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.names import Reference, find_elements, find_name, parse_reference


@pytest.mark.parametrize("text", ["", "[AI]", "a[", "a[]", "a]b", "a[b]c", "a[b,]", "a[b[c]]"])
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="is not a name"):
        parse_reference(text)
    with pytest.raises(InputError, match=r"^f:3: "):
        parse_reference(text, Place("f", 3))


def test_names_are_found_in_either_spelling() -> None:
    known = {"RD spending": 1, "GDP (real)": 2}
    assert find_name("rd_spending", known, "variable", None) == 1
    assert find_name("gdp_real", known, "variable", None) == 2
    with pytest.raises(InputError, match=r"known: RD spending, GDP \(real\)"):
        find_name("zz", known, "variable", None)
    with pytest.raises(InputError, match="known: none"):
        find_name("zz", {}, "variable", None)
    with pytest.raises(InputError, match=r"known: v0, v1, .*v7, \.\.\."):
        find_name("zzzzz", {f"v{i}": i for i in range(9)}, "variable", None)
    assert parse_reference(" x [A, B] ") == Reference("x", ("A", "B"))
    assert str(Reference("x", ("A", "B"))) == "x[A, B]"
    assert find_elements(Reference("x", ("b", "A")), ("A", "B"), None) == ("B", "A")
    assert find_elements(Reference("x"), ("A", "B"), None) == ("A", "B")
