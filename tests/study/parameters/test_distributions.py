"""Priors that name a distribution of SciPy, against SciPy itself."""

from __future__ import annotations

import pytest
from scipy import stats

from xhsim.errors import InputError
from xhsim.study.parameters.distributions import parse_distribution
from xhsim.study.parameters.prior_text import parse_prior


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("gamma(a=2, scale=0.5)", stats.gamma(2, scale=0.5)),
        ("beta(a=2, b=5)", stats.beta(2, 5)),
        ("t(df=4, loc=1)", stats.t(4, loc=1)),
        ("expon()", stats.expon()),
    ],
)
def test_named_distributions_are_scipys(text: str, law: stats.rv_continuous) -> None:
    prior = parse_distribution(text)
    assert prior is not None
    levels = [0.01, 0.3, 0.5, 0.99]
    assert prior.quantile(levels) == pytest.approx(law.ppf(levels))
    assert prior.interval(0.9) == pytest.approx((prior.low, prior.high))
    assert parse_prior(str(prior)) == prior
    cut = prior.within((0.2, 0.7))
    low, high = law.cdf(0.2), law.cdf(0.7)
    assert cut.median() == pytest.approx(law.ppf((low + high) / 2))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gama(a=2)", 'did you mean "gamma"?'),
        ("gamma(b=2)", 'gamma has no argument "b"'),
        ("beta(a=2)", "b must be given. beta needs a and b"),
        ("gamma(a=2, a=3)", '"a" is given twice'),
        ("gamma(2)", '"2" is not an argument. write gamma(scale=2)'),
        ("norm(scale=-1)", "do not define a distribution"),
        ("poisson(mu=2)", 'no continuous distribution "poisson"'),
    ],
)
def test_mistakes_name_the_argument(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_distribution(text, file="p.yaml", line=3, column=9)
    assert words in str(caught.value)
    assert str(caught.value).startswith("p.yaml:3:9: ")


def test_a_text_of_another_form_is_left_to_the_caller() -> None:
    assert parse_distribution("90% in [2, 4]") is None
    assert parse_distribution("gamma") is None
