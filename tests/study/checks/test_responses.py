"""Expected responses: what a sum is made of."""

from __future__ import annotations

import pytest

from xhsim.study.checks.responses import ExpectedResponse, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("GDP", ("GDP",)),
        ("output[AI, Finance] + retail sales", ("output[AI, Finance]", "retail sales")),
        ("R+D", ("R+D",)),  # a sum has spaces around the sign
    ],
)
def test_parts_of_a_sum(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text) == parts
    assert ExpectedResponse(text, 2030, 0, 1, "%", "none: judgement").parts == parts
