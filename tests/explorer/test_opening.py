"""The function that opens the explorer in a notebook."""

from __future__ import annotations

import sys

import pytest

import xhsim
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_the_name_in_the_package_is_the_function() -> None:
    assert callable(xhsim.explore)


def test_without_anywidget_it_says_what_to_install(
    linear: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "xhsim.explorer.notebook", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(InputError, match=r"needs the package anywidget.*xhsim\[notebook\]"):
        xhsim.explore(linear, draws=8)
