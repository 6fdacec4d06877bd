"""One broken model file per mistake: the message says what is wrong and where."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.engine.models import DATA
from xhsim.errors import InputError, ModelError

BROKEN = DATA / "broken"

# file: (line or None, words of the message)
LOADING: dict[str, tuple[int | None, list[str]]] = {
    "empty": (None, ["the file is empty"]),
    "blank": (None, ["the file is empty"]),
    "binary": (None, ["this is a binary file"]),
    "unknown_encoding": (1, ['unknown text encoding "klingon"', "{UTF-8}"]),
    "odd_encoding": (1, ["unknown text encoding"]),
    "not_a_model": (None, ["not a list of equations"]),
    "no_equations": (None, ["no equation"]),
    "no_bar": (2, ["not a list of equations", "~ unit ~ comment |"]),
    "unsupported_function": (3, ["QUEUE AGE", '"waiting"', "not supported"]),
    "unsupported_misspelt": (3, ["SMOOTHED", '"z"', 'did you mean "SMOOTH"?']),
    "unsupported_deep": (3, ["QUEUE AGE OLDEST", '"z"', "not supported"]),
    "too_many_arguments": (3, ["MAX", '"z"', "has 3 arguments; it takes 2"]),
    "too_few_arguments": (3, ["SMOOTH3(x)", "SMOOTH3 has 1 argument; it takes 2"]),
    "unknown_variable": (3, ['"z"', "rd spendings", 'did you mean "RD spending"?']),
    "unknown_subscript": (4, ['"nort"', 'did you mean "north"?']),
    "unknown_range": (4, ['"Aria"', 'did you mean "Area"?']),
    "subscripts_missing": (4, ['"z" uses "x" with 0 subscripts; it has 1', "x[Area]"]),
    "subscripts_too_many": (4, ['"z" uses "x" with 2 subscripts; it has 1']),
    "range_not_on_left": (4, ["Area is not on its left-hand side", "SUM(x[Area!])"]),
    "range_twice_on_left": (3, ['"z"', "define a second range with the same elements"]),
    "range_in_two_places": (5, ['"m"', "one range in two places", "second range"]),
    "element_of_other_range": (5, ['x has no element "low"']),
    "element_twice": (5, ['an element of "x" is defined more than once']),
    "gap_and_overlap": (7, ['an element of "x" is defined more than once']),
    "different_numbers_of_subscripts": (4, ['"x"', "different numbers of subscripts"]),
    "with_and_without_subscripts": (4, ['"x" is defined with different numbers of subscripts']),
    "too_few_numbers": (3, ['"x" needs 2 numbers', "3 are given"]),
    "element_named_twice": (2, ['"Area" lists an element twice']),
    "range_defined_twice": (3, ['"Area" is defined twice']),
    "range_contains_itself": (2, ['"Area" contains itself']),
    "mark_outside_sum": (4, ['"x[Area!]" outside a function', "SUM(x[Area!])"]),
    "sum_without_mark": (4, ['SUM in "z" has no subscript with !']),
    "defined_twice": (4, ['"x" is defined twice: as `', "on line ", "delete the equation"]),
    "time_defined": (2, ["Time cannot be defined"]),
    "circle": (2, ['"a" -> "b" -> "c" -> "a"', "put a stock or a delay between them"]),
    "circle_at_start": (2, ['"level" -> "a" -> "level"']),
    "integ_inside": (3, ['INTEG in "z" must be the whole equation']),
    "lookup_infinite": (2, ['"curve" has a point that is not finite']),
    "lookup_without_argument": (3, ['the lookup "curve" without an argument']),
    "lookup_two_arguments": (3, ['the lookup "curve" in "z" takes one argument']),
    "variable_as_function": (4, ["the function X", '"z"']),
    "order_not_constant": (3, ['the order of SMOOTH N in "z" must be known before the run']),
    "order_zero": (3, ["must be from 1 to 1000, not 0"]),
    "order_huge": (3, ["must be from 1 to 1000, not 1e+09"]),
    "external_constant": (2, ['"x"', "cannot be read", "?data"]),
    "no_time_step": (None, ["TIME STEP is not defined"]),
    "unbalanced": (3, ["2 opening and 1 closing brackets"]),
    "operator_missing": (3, ["cannot be read", "an operator is missing between `3` and `x`"]),
    "half_equation": (3, ["`z = 2*` cannot be read", "a value is missing after `*` at its end"]),
    "text_argument": (3, ['"z" has a table or text']),
    "nested_too_deeply": (3, ["nested too deeply", "split it"]),
    "many_brackets": (3, ["nested too deeply", "split it"]),
    "many_terms": (None, ["nested too deeply", "split it"]),
    "code_in_limits": (3, ["limits of a lookup must be numbers", "__import__"]),
    "code_in_inline_limits": (3, ["limits of a lookup must be numbers"]),
    "code_in_quoted_limits": (3, ["limits of a lookup must be numbers"]),
    "code_behind_limits": (3, ["limits of a lookup must be numbers"]),
}
RUNNING = {
    "time_step_zero": "TIME STEP must be positive, not 0",
    "end_before_start": "FINAL TIME -1 is before INITIAL TIME 0",
    "end_never": "FINAL TIME must be a finite number",
    "start_undefined": "INITIAL TIME must be a finite number",
    "time_step_vanishes": "TIME STEP must be positive, not 0",
    "endless": "time steps, more than 10,000,000.*XHSIM_LIMITS",
    "endless_saves": "time steps",
    "data_variable": '"observed" has no values.*Path',
}


def test_every_broken_file_is_in_a_table() -> None:
    found = {path.stem for path in BROKEN.glob("*.mdl")}
    assert found == set(LOADING) | set(RUNNING)


@pytest.mark.parametrize("name", LOADING)
def test_broken_file_says_what_is_wrong_and_where(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # code in a file would leave its mark here
    path = BROKEN / f"{name}.mdl"
    line, words = LOADING[name]
    with pytest.raises(ModelError) as caught:
        xhsim.load_model(path)
    message = str(caught.value)
    assert caught.value.line == line
    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    for word in words:
        assert word in message
    assert "\n" not in message
    assert len(message) - len(str(path)) < 300
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", RUNNING)
def test_model_that_cannot_be_run_says_why(name: str) -> None:
    model = xhsim.load_model(BROKEN / f"{name}.mdl")
    with pytest.raises(InputError, match=RUNNING[name]):
        model.run()
