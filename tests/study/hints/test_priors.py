"""Priors in the form of other programs; each reads as a prior afterwards."""

from __future__ import annotations

import pytest

from xhsim.study.hints.priors import around, is_prior, meant_prior
from xhsim.study.parameters.prior_text import parse_prior


@pytest.mark.parametrize(
    "given",
    [
        *([2, 4], "2 to 4", "2-4", "between 2 and 4", "[2, 4]", "2～4".replace("～", "~")),
        *("3 ± 1", "3 +/- 1", "0.9 in [2, 4]", "90 in [2, 4]", "90% of [2, 4]"),
        *("normal(3, 1)", "N(3,1)", "uniform(2, 4)", "U(2, 4)", "80 % in [2, 4] lognormal"),
    ],
)
def test_each_is_a_prior(given: object) -> None:
    right = meant_prior(given)
    if given == "80 % in [2, 4] lognormal":
        assert right == "80% in [2, 4] lognormal"
    assert right is not None
    prior = parse_prior(right)
    assert 1 < prior.low < 3 < prior.high < 5


@pytest.mark.parametrize("given", ["much", "90% in [2, 4]", "gamma(a=2)", 3, [1, 2, 3], ["a", "b"]])
def test_others_stay(given: object) -> None:
    assert meant_prior(given) is None


def test_around() -> None:
    assert is_prior(around(0.8))
    assert parse_prior(around(0.8)).low == pytest.approx(0.6)
