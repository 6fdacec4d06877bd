"""Functions that are refused: with a hint, and never one that the table has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import model_of
from xhsim.engine.language.functions import FUNCTIONS
from xhsim.engine.language.functions.refused import REFUSED
from xhsim.errors import ModelError


def test_no_function_of_the_table_is_refused() -> None:
    assert not REFUSED.keys() & FUNCTIONS.keys()
    assert all(REFUSED.values())


def test_a_refusal_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match='QUEUE FIFO in "x" is not supported') as caught:
        model_of(tmp_path, "x = QUEUE FIFO(1, 2, 3, 4, 5)")
    assert "write the queue as a stock with INTEG" in str(caught.value)
