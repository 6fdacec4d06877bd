"""The text of priors: forms that are read, and the column and message of each mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.errors import InputError
from xhsim.study.parameters.prior_text import parse_prior


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90% in [0.6, 0.9]", (0.9, 0.6, 0.9, "normal")),
        ("  80 % in[-1e-3,+.5]uniform ", (0.8, -0.001, 0.5, "uniform")),
        ("99.5% in [2, 3.] triangular", (0.995, 2.0, 3.0, "triangular")),
    ],
)
def test_forms_that_are_read(text: str, expected: tuple[float, float, float, str]) -> None:
    prior = parse_prior(text)
    assert (prior.mass, prior.low, prior.high, prior.family) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "a number is missing"),
        ("90", 3, '"%" is missing'),
        ("90% on [2, 4]", 5, 'expected "in" instead of "on [2, 4]"'),
        ("90% inside [2, 4]", 5, 'expected "in" instead of'),
        ("90% in (2, 4)", 8, 'expected "["'),
        ("90% in [2; 4]", 10, 'expected ","'),
        ("90% in [2, four]", 12, 'expected a number instead of "four]"'),
        ("90% in [2, 4", 13, '"]" is missing'),
        ("90% in [2, 4] norml", 15, 'did you mean "normal"?'),
        ("90% in [2, 4] xyz", 15, "families are normal, lognormal, uniform, triangular"),
        ("90% in [4, 2]", 9, "not below"),
        ("90% in [2, 2]", 9, "not below"),
        ("150% in [2, 4]", 1, "not between 0% and 100%"),
        ("90% in [-1, 4] lognormal", 9, "must be positive"),
        ("90% in [2, 1e999]", 9, "not finite"),
        ("90% in [-1e308, 1e308]", 9, "not finite"),
        ("9" * 500, 501, '9999...": "%" is missing'),
        ("90% in [-2, 4]", 9, "leaves the range [0, 5]"),
        ("90% in [2, 6]", 12, "leaves the range [0, 5]"),
    ],
)
def test_bad_text_is_refused_where_it_is_wrong(text: str, column: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_prior(text, (0, 5), file="p.yaml", line=4, column=1)
    assert (caught.value.line, caught.value.column) == (4, column)
    assert words in str(caught.value)
    with pytest.raises(InputError):
        parse_prior(text, (0, 5))


@given(st.text(alphabet="90%in [2,4].e-+ormal，", max_size=20))
def test_any_text_is_a_prior_or_an_input_error(text: str) -> None:
    try:
        prior = parse_prior(text)
    except InputError:
        return
    assert prior.low < prior.high
