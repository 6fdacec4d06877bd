"""Errors: their text, several as one, pickling, and suggestions for mistyped names."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from xhsim.errors import InputError, InputErrors, ModelError, did_you_mean


def test_rendering_leaves_out_what_is_not_known() -> None:
    assert str(InputError("bad")) == "bad"
    assert str(InputError("bad", file="a.yaml")) == "a.yaml: bad"
    assert str(InputError("bad", file=Path("a.yaml"), line=3, column=7, hint="fix")) == (
        "a.yaml:3:7: bad. fix"
    )


def test_errors_are_value_errors_and_survive_pickling() -> None:
    error = ModelError("bad", file="m.mdl", line=2, hint="fix")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, ModelError)
    assert isinstance(copy, ValueError)
    assert str(copy) == "m.mdl:2: bad. fix"
    both = pickle.loads(pickle.dumps(InputErrors([error, InputError("worse")])))
    assert str(both) == "m.mdl:2: bad. fix\nworse"
    assert both.errors[1].message == "worse"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("basline", 'did you mean "baseline"?'),
        ("RD_PUSH", 'did you mean "rd-push"?'),
        ("qqqq", None),
        ("", None),
    ],
)
def test_did_you_mean(name: str, expected: str | None) -> None:
    assert did_you_mean(name, ["baseline", "plan", "rd-push"]) == expected


def test_control_characters_are_shown_as_escapes() -> None:
    error = InputError("the name `\x90l\x1b[2J`", file="a\x07.mdl", hint="write\n\tx")
    assert str(error) == "a\\x07.mdl: the name `\\x90l\\x1b[2J`. write\n\tx"
