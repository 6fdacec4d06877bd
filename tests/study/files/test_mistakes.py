"""The list of mistakes: order, duplicates and what is raised; places of mistakes."""

from __future__ import annotations

from pathlib import Path

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


def test_a_block_that_fails_adds_its_mistakes_and_continues() -> None:
    mistakes = Mistakes()
    for line in (3, 1):
        with mistakes.collecting():
            raise InputErrors([InputError("wrong", file="a", line=line)])
    with pytest.raises(ZeroDivisionError), mistakes.collecting():
        _ = 1 / 0  # not a mistake in a file
    assert len(mistakes) == 2
    with pytest.raises(InputErrors, match=r"^a:1: wrong\na:3: wrong$"):
        mistakes.check()


def test_a_place_is_written_with_its_line_if_it_has_one() -> None:
    assert str(Place("plan.yaml", 0)) == "plan.yaml"
    assert Place("/s/model/a.yaml", 2).seen_from(Path("/s")) == "model/a.yaml:2"
    assert Place("/other/a.yaml", 2).seen_from(Path("/s")) == "/other/a.yaml:2"
