"""Functions with a memory: rows without code, with the arguments of PySD's structures."""

from __future__ import annotations

import pytest

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions import stateful
from xhsim.engine.reading.pysd_trees import STRUCTURES

IN_PYSD = dict(STRUCTURES.values())


@pytest.mark.parametrize("function", stateful.ROWS)
def test_a_function_with_a_memory_has_no_code(function: str) -> None:
    row = stateful.ROWS[function]
    assert (row.kind, row.numpy, row.scalar, row.machine) == ("stateful", None, None, None)
    assert row.units is unit_rules.REPLACED


@pytest.mark.parametrize("function", sorted(IN_PYSD.keys() & stateful.ROWS.keys()))
def test_the_arguments_are_those_of_pysd(function: str) -> None:
    assert len(stateful.ROWS[function].arguments) == len(IN_PYSD[function])
