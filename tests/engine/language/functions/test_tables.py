"""Functions of tables and elements: rows without code, which resolving replaces."""

from __future__ import annotations

import pytest

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions import tables


@pytest.mark.parametrize("function", tables.ROWS)
def test_they_have_no_code(function: str) -> None:
    row = tables.ROWS[function]
    assert (row.numpy, row.scalar, row.machine) == (None, None, None)
    is_of_elements = function.startswith("vector") or function.endswith(
        ("price", "marketp", "alloc_p")
    )
    assert row.kind == ("element" if is_of_elements else "table")
    assert row.units is unit_rules.REPLACED
