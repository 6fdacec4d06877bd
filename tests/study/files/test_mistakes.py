"""Several mistakes of a file are collected, sorted and raised together."""

from __future__ import annotations

import pytest

from xhsim.errors import InputError, InputErrors
from xhsim.study.files.mistakes import Mistakes, Place


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
