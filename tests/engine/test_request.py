"""The names of outputs in a request are read once and must be a list."""

from __future__ import annotations

import pytest

from xhsim.engine.request import Request, names_of
from xhsim.errors import InputError


def test_names_of_any_list_become_a_tuple() -> None:
    assert names_of(["gdp", "rent"]) == ("gdp", "rent")
    assert names_of(name for name in ("gdp",)) == ("gdp",)
    assert names_of([]) == ()
    assert names_of(None) is None


@pytest.mark.parametrize("outputs", ["gdp", 5])
def test_what_is_not_a_list_is_refused(outputs: object) -> None:
    with pytest.raises(InputError, match=rf'list of names. write \["{outputs}"\]'):
        names_of(outputs)  # type: ignore[arg-type]


def test_a_request_cannot_be_changed() -> None:
    request = Request(outputs=("gdp",))
    with pytest.raises(AttributeError):
        request.method = "euler"  # type: ignore[misc]
