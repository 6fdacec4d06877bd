"""What one entry of a section means, and which section it belongs to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.study.files.yaml_reader import Node
from xhsim.study.hints.entry_slips import is_setting, meant_entry, other_section


@pytest.mark.parametrize(
    ("section", "key", "written", "right"),
    [
        ("meet", "sales", {"growth": 0.06, "by": "pull"}, {"growth": "6 %", "by": "pull"}),
        ("delivery", "share", "80 %", "90% in [0.7, 0.9]"),
        ("run", "years", [2015, 2030], 2030),
        ("shocks", "pandemic", False, "off"),
        ("rules", "late", {"when": "sales < 3"}, {"if": {"variable": "sales", "below": 3.0}}),
    ],
)
def test_another_form_is_understood(section: str, key: str, written: Any, right: Any) -> None:
    slip = meant_entry(section, key, Node.of(written))
    assert slip is not None
    assert slip[1].plain() == right
    assert meant_entry(section, key, slip[1]) is None, "the corrected form needs no correction"


def test_a_prior_under_set_and_a_number_under_uncertain() -> None:
    assert other_section("set", Node.of("90% in [2, 4]")) == "uncertain"
    assert other_section("uncertain", Node.of(3)) == "set"
    assert other_section("set", Node.of(3)) is None


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_is_a_setting(value: float) -> None:
    assert is_setting(Node.of(value))


def test_neither_a_truth_value_nor_nothing_is_a_setting() -> None:
    assert not is_setting(Node.of(True))
    assert not is_setting(Node.of(None))
