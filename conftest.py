"""What examples in docstrings share: a hundred of them open the study that ships."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import xhsim


@cache
def _opened(*given: Any, **options: Any) -> Any:
    """Open a study once for all examples; it is never changed."""
    from xhsim.analysis.opening import open_study

    return open_study(*given, **options)


@pytest.fixture(autouse=True)
def _one_study_for_all_examples(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.setattr(xhsim, "open_study", _opened)
