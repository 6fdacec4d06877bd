"""Errors: how they read, how several are one, and that they survive being pickled."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from xhsim.errors import InputError, InputErrors, ModelError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place


def test_rendering_leaves_out_what_is_not_known() -> None:
    assert str(InputError("bad")) == "bad"
    assert str(InputError("bad", file="a.yaml")) == "a.yaml: bad"
    assert str(InputError("bad", file=Path("a.yaml"), line=3, column=7, hint="mend")) == (
        "a.yaml:3:7: bad. mend"
    )


def test_errors_are_value_errors_and_survive_pickling() -> None:
    error = ModelError("bad", file="m.mdl", line=2, hint="mend")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, ModelError)
    assert isinstance(copy, ValueError)
    assert str(copy) == "m.mdl:2: bad. mend"
    both = pickle.loads(pickle.dumps(InputErrors([error, InputError("worse")])))
    assert str(both) == "m.mdl:2: bad. mend\nworse"
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


def test_mistakes_are_sorted_by_line_and_each_is_given_once() -> None:
    mistakes = Mistakes()
    mistakes.check()
    mistakes.add("second", file="a", line=9)
    mistakes.add("first", file="a", line=2)
    mistakes.add("second", file="a", line=9)
    mistakes.extend(InputErrors([InputError("other file", file="b", line=1)]))
    assert len(mistakes) == 3
    with pytest.raises(InputErrors) as caught:
        mistakes.check()
    assert str(caught.value) == "a:2: first\na:9: second\nb:1: other file"
    assert (caught.value.file, caught.value.line) == ("a", 2)


def test_one_mistake_is_raised_as_it_is() -> None:
    mistakes = Mistakes()
    mistakes.add("only", file="a", line=1)
    with pytest.raises(InputError) as caught:
        mistakes.check()
    assert type(caught.value) is InputError
    assert str(Place("a", 4)) == "a:4"
