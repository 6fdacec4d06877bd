"""Data computed from other data; `test_vensim_files` has their values by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import model_of
from xhsim.errors import InputError


def test_data_without_values_are_named(tmp_path: Path) -> None:
    model = model_of(tmp_path, "rain\nseen :RAW: := rain\nx = seen+1")
    with pytest.raises(InputError, match='"rain" has no values'):
        model.run()
